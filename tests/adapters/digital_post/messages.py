"""Letters addressed for Digital Post, and MeMo messages to change and judge."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from adapters.digital_post.packer import MemoPacker
from adapters.digital_post.xml import PREFIXES, named, parse
from hub.ports.directory import Address, Kle, PostBox
from hub.ports.letter import Letter
from tests.adapters.documents.letters import EVERY, FHIR

PDF = b"%PDF-1.7\n\xe2\xe3\xcf\xd3 invented\r\n%%EOF\n"
REGION, MUNICIPALITY = "29190909", "29189854"
POINT = "3f0f3d7e-8f0e-4f6e-9a43-0d0f5b9f7a11"
KLE = Kle(key="27.24.00", version="2024-11", label="Underretninger")  # invented; real ones are the municipality's


def in_digital_post(address: Address, **box: Any) -> Address:
    """The same unit, reachable by Digital Post."""
    cvr = REGION if address.unit.kind == "hospital" else MUNICIPALITY
    return replace(address, cvr=cvr, post_box=PostBox(**({"contact_point": POINT} | box)))


def letter(kind: str, **box: Any) -> Letter:
    """One of the letters, from and to units that are in Digital Post; `box` is what the receiver's entry says."""
    made = EVERY[kind]()
    return replace(made, sender=in_digital_post(made.sender), recipient=in_digital_post(made.recipient, **box))


def packed(kind: str = "videregivelse", **box: Any) -> bytes:
    """Its MeMo."""
    return MemoPacker().pack(letter(kind, **box), PDF, FHIR).body


def message(**box: Any) -> etree._Element:
    """A MeMo that may leave, to be spoilt."""
    return parse(packed(**box))


Spoil = Callable[[etree._Element], etree._Element | None]  # None: the message itself was changed


def said(path: str, text: str | None) -> Spoil:
    """Another text there; None takes the element away."""

    def spoil(root: etree._Element) -> None:
        element = root.find(path, PREFIXES)
        assert element is not None, path
        if text is None:
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
        else:
            element.text = text

    return spoil


def put(beneath: str, tag: str, text: str = "") -> Spoil:
    """One more element at the end of another."""

    def spoil(root: etree._Element) -> None:
        parent = root.find(beneath, PREFIXES)
        assert parent is not None, beneath
        etree.SubElement(parent, named(tag)).text = text

    return spoil


def attribute(name: str, value: str | None) -> Spoil:
    """Another attribute of the message; None takes it away."""

    def spoil(root: etree._Element) -> None:
        if value is None:
            del root.attrib[name]
        else:
            root.set(name, value)

    return spoil
