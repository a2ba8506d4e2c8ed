"""Content → PDF/A-3a and PDF/UA-1, set by typst from the templates and fonts in this folder.

What a page says goes in as JSON and is only ever text: typst reads it with `json()`, and no template evaluates a
string. The fonts, those of the scripts that its words need among them, the page's own day and the templates are all
that the bytes depend on besides.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from adapters.documents import scripts
from adapters.documents.content import Content
from adapters.documents.glyphs import FONTS, foreign, shown
from adapters.documents.sheets import AccountSheet, FormSheet, ReminderSheet, ReplySheet
from hub.errors import Unreadable

TEMPLATES = Path(__file__).parent / "templates"
Page = (
    Content | FormSheet | ReminderSheet | ReplySheet | AccountSheet
)  # `kind` names its template, `day` is its only clock
STANDARDS = ["a-3a", "ua-1"]  # secure-mail guide §10: only together do they give the attachment its relationship


def pdf(page: Page, inside: Mapping[str, str] | None = None) -> bytes:
    """The document, tagged for screen readers, with what its template may attach. `Unreadable` if it cannot be set."""
    return _compiled(page, inside or {}, format="pdf", pdf_standards=STANDARDS)[0]


def pictures(page: Page, ppi: float) -> list[bytes]:
    """The pages as PNG, for eyes and for the tests."""
    return _compiled(page, {}, format="png", ppi=ppi)


def _compiled(page: Page, inside: Mapping[str, str], **options: Any) -> list[bytes]:
    letter = json.dumps(_shown(asdict(page)), ensure_ascii=False)
    families = scripts.needed(foreign(letter))
    try:
        made = typst.compile(
            TEMPLATES / f"{page.kind}.typ",
            root=TEMPLATES,
            font_paths=[FONTS, *(scripts.folders() if families else ())],
            ignore_system_fonts=True,
            sys_inputs={"letter": letter, "scripts": ",".join(families), **inside},
            timestamp=int(datetime(*page.day, 12, tzinfo=UTC).timestamp()),
            **options,
        )
    except typst.TypstError:  # which quotes the text of the page in its complaint
        raise Unreadable("a letter that typst can set", field=page.kind) from None
    return made if isinstance(made, list) else [made]


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
