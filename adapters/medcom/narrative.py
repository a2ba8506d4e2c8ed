"""Is a narrative harmless and well made? FHIR R4 §2.4.0 (txt-1, txt-2): XHTML, formatting only and nothing active.

The parser is expat; a document type, and with it every entity of one's own, is refused before it can expand. Lists of
elements and attributes are those of the specification.
"""

import re
from typing import Any
from xml.parsers import expat

from hub.errors import HubError

XHTML = "http://www.w3.org/1999/xhtml"
ELEMENTS = frozenset(
    {
        *("h1", "h2", "h3", "h4", "h5", "h6", "div", "hr", "p", "b", "big", "tt", "small", "dfn", "q", "var", "abbr"),
        *("acronym", "cite", "blockquote", "address", "bdo", "br", "strong", "i", "em", "code", "dl", "dt", "dd", "ul"),
        *("ol", "li", "img", "a", "table", "caption", "colgroup", "col", "thead", "tr", "tfoot", "tbody", "th", "td"),
        *("span", "pre", "ins", "del", "sub", "sup"),
    }
)
ATTRIBUTES = frozenset(
    {
        *("abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing"),
        *("cellvalign", "char", "charoff", "charset", "cite", "class", "colspan", "compact", "coords", "dir", "frame"),
        *("headers", "height", "href", "hreflang", "hspace", "id", "lang", "longdesc", "name", "nowrap", "rel", "rev"),
        *("rowspan", "rules", "scope", "shape", "span", "src", "start", "style", "summary", "tabindex", "title"),
        *("type", "valign", "value", "vspace", "width", "xml:lang", "xmlns"),
    }
)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]*;")  # HTML's names, which XML does not know
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "urn"})


class _Forbidden(HubError):
    """Something stands there that may not."""


def is_harmless(div: str) -> bool:
    """Well-formed XHTML in one `div`, formatting only, and it says something."""
    told: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = _start
    parser.CharacterDataHandler = told.append
    parser.StartDoctypeDeclHandler = _forbid
    parser.ProcessingInstructionHandler = _forbid
    if not div.lstrip().startswith("<div") or XHTML not in div[:400]:
        return False
    try:
        parser.Parse(_NAMED.sub("\N{NO-BREAK SPACE}", div), True)
    except (_Forbidden, expat.ExpatError, UnicodeEncodeError, ValueError):
        return False
    return any(not text.isspace() for text in told) or "<img" in div


def _forbid(*_: Any) -> None:
    raise _Forbidden


def _start(name: str, attributes: dict[str, str]) -> None:
    if name not in ELEMENTS or not attributes.keys() <= ATTRIBUTES:
        raise _Forbidden
    for link in ("href", "src", "cite", "longdesc"):
        scheme = _SCHEME.match(attributes.get(link, ""))
        if scheme and scheme[1].lower() not in _SCHEMES:
            raise _Forbidden
    style = attributes.get("style", "").lower()
    if "expression(" in style or "javascript:" in style or "url(" in style:
        raise _Forbidden
