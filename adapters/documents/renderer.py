"""Letter → PDF/A-3a and PDF/UA-1, set by typst from the templates and fonts in this folder.

What a letter says goes in as JSON and is only ever text: typst reads it with `json()`, and no template evaluates a
string. The fonts, the document's date and the templates are all that the bytes depend on besides the letter.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from adapters.documents.compose import content
from adapters.documents.content import Content
from adapters.documents.glyphs import FONTS, shown
from hub.errors import Unreadable
from hub.ports import Letter

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS = ["a-3a", "ua-1"]  # secure-mail guide §10: only together do they give the attachment its relationship


class TypstRenderer:
    """The Renderer port. Same letter, same bytes; safe to share between threads."""

    def render(self, letter: Letter, fhir: bytes) -> bytes:
        """A PDF/A-3a in Danish, tagged for screen readers, `fhir` inside; `Unreadable` when typst cannot set it."""
        try:
            inside = fhir.decode("utf-8")
        except UnicodeDecodeError:
            raise Unreadable("a FHIR message in UTF-8", field="fhir") from None
        return self._compile(letter, {"fhir": inside}, format="pdf", pdf_standards=STANDARDS)[0]

    def pictures(self, letter: Letter, *, ppi: float = 72) -> list[bytes]:
        """The pages as PNG, for eyes and for the tests."""
        return self._compile(letter, {}, format="png", ppi=ppi)

    def _compile(self, letter: Letter, beside: dict[str, str], **options: Any) -> list[bytes]:
        shows = content(letter)
        try:
            made = typst.compile(
                TEMPLATES / f"{shows.kind}.typ",
                root=TEMPLATES,
                font_paths=[FONTS],
                ignore_system_fonts=True,
                sys_inputs={"letter": _as_json(shows), **beside},
                timestamp=_noon(shows),
                **options,
            )
        except typst.TypstError:
            raise Unreadable(
                "a letter that typst can set", field=shows.kind
            ) from None  # typst quotes the letter's text in its complaint
        return made if isinstance(made, list) else [made]


def _as_json(shows: Content) -> str:
    return json.dumps(_shown(asdict(shows)), ensure_ascii=False)


def _shown(value: Any) -> Any:
    """The same tree with every text made fit for the fonts."""
    match value:
        case str():
            return shown(value)
        case dict():
            return {key: _shown(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_shown(inner) for inner in value]
        case _:
            return value


def _noon(shows: Content) -> int:
    """The letter's own day, so that the PDF carries no other clock."""
    return int(datetime(*shows.day, 12, tzinfo=UTC).timestamp())
