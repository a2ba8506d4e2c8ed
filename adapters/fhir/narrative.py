"""Words of people as FHIR strings and as XHTML, so that nothing they wrote can become markup or break a reader.

FHIR R4 §2.24.0.1 (no control characters but tab, line feed and carriage return) and XML 1.0 §2.2 (characters). What may
not stand there is replaced by U+FFFD, visibly; nothing is dropped. The element set of a narrative is `div`, `h2`, `p`,
`b` and `br` (FHIR R4 §2.4.0, txt-1).
"""

import re
from collections.abc import Iterable
from html import escape

from adapters.fhir.datatypes import Narrative

LANGUAGE = "da"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile("\r\n|\r|\n")


def legal(text: str) -> str:
    """The text as a FHIR string may hold it."""
    return _ILLEGAL.sub("\ufffd", text)


def said(text: str | None) -> str | None:
    """The text, or None if it says nothing: FHIR knows no empty string."""
    return legal(text) if text and text.strip() else None


def narrative(title: str, lines: Iterable[tuple[str, str]]) -> Narrative:
    """A heading and labelled paragraphs, all of it escaped; a label or a text may be empty."""
    body = "".join(_paragraph(label, text) for label, text in lines)
    return Narrative(
        status="generated",
        div=f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{LANGUAGE}" xml:lang="{LANGUAGE}">'
        f"<h2>{_text(title)}</h2>{body}</div>",
    )


def added(to: Narrative, label: str, text: str) -> Narrative:
    """The narrative with one more paragraph at its end."""
    return Narrative(status=to.status, div=to.div.removesuffix("</div>") + _paragraph(label, text) + "</div>")


def without(narrative_: Narrative, label: str, text: str) -> Narrative:
    """The narrative without this paragraph."""
    return Narrative(status=narrative_.status, div=narrative_.div.replace(_paragraph(label, text), ""))


def _paragraph(label: str, text: str) -> str:
    name = f"<b>{_text(label)}:</b> " if label else ""
    return f"<p>{name}{_text(text)}</p>" if label or text else ""


def _text(text: str) -> str:
    return "<br/>".join(escape(line) for line in _LINE.split(legal(text)))
