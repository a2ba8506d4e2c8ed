"""XML in and out. What comes in is read without document types, entities or network (secure-mail guide §12, SM-32)."""

from lxml import etree

from hub.errors import Unreadable

MEMO, GRD = "https://DigitalPost.dk/MeMo-1", "https://data.gov.dk/model/core/"
KLE, SOR = "http://kle-online.dk/", "https://services.nsi.dk/en/Services/SOR"
PREFIXES = {"memo": MEMO, "grd": GRD, "kle": KLE, "sor": SOR}
LARGEST = 48 * 1024 * 1024  # bytes of a document that is read at all: 25 MiB of payload as base64, and room to spare


def parse(document: bytes) -> etree._Element:
    """The root element, or `Unreadable`; the complaint never quotes the document."""
    if len(document) > LARGEST:
        raise Unreadable("an XML document of at most 48 MiB")
    # A file of 10 MiB is one text node, more than libxml2 takes without huge_tree; LARGEST bounds what that allows.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unreadable("a well-formed XML document in a known encoding") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("XML without a document type")
    return root


def written(root: etree._Element) -> bytes:
    """The document in UTF-8 with its declaration; prefixes stay as they were set."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def named(tag: str) -> str:
    """`memo:label` as lxml names it."""
    prefix, _, name = tag.partition(":")
    return f"{{{PREFIXES[prefix]}}}{name}"


def said(element: etree._Element | None) -> str | None:
    """The text of an element, None if it is not there."""
    return None if element is None else (element.text or "").strip()


def at(root: etree._Element, path: str) -> str | None:
    """The text at a path of prefixed names, None if nothing is there."""
    return said(root.find(path, PREFIXES))
