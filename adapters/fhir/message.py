"""A letter as a FHIR message: one Bundle of type `message`, complete in itself.

The header comes first; full URLs are absolute and references relative, as MedCom's current examples write them (FHIR R4
§2.36.4 and §3.1.6.2). Every id is derived from the letter, so the same letter gives the same bytes.
`Bundle.meta` is left out: when it was last updated is for the server to say that hands it out.
"""

from uuid import uuid5

import msgspec

from adapters.fhir import systems
from adapters.fhir.acts import act, focus
from adapters.fhir.datatypes import Identifier, Reference
from adapters.fhir.narrative import LANGUAGE, narrative, said
from adapters.fhir.papers import binary, document
from adapters.fhir.parties import Parties, endpoint, parties
from adapters.fhir.provenance import provenance
from adapters.fhir.resources import (
    Binary,
    Bundle,
    Destination,
    Entry,
    MessageHeader,
    Resource,
    Source,
)
from hub.ports.letter import Letter

SOFTWARE = "Tværspor"


class FhirTranslator:
    """Letters as FHIR messages. `base` is the public address of the hub's FHIR door, without a slash at its end."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def message(self, letter: Letter, pdf: bytes | None = None) -> bytes:
        """The message as JSON; the same letter gives the same bytes. With `pdf`, the letter for people goes along."""
        return msgspec.json.encode(self.bundle(letter, pdf))

    def bundle(self, letter: Letter, pdf: bytes | None = None) -> Bundle:
        """The message as a resource."""
        who = parties(letter)
        acts = focus(letter, who)
        paper = (document(letter, who), binary(letter, pdf)) if pdf is not None else ()
        header = self._header(letter, who, (acts[0], *paper[:1]))
        everything = (header, *acts, *paper, *who.resources, provenance(letter, who, acts[0]))
        return Bundle(
            id=str(uuid5(letter.message_id, "bundle")),
            identifier=Identifier(system=systems.REFERENCE, value=said(letter.reference)),
            type="message",
            timestamp=letter.recorded_at,
            entry=tuple(self._entry(resource) for resource in everything),
        )

    def _entry(self, resource: Resource | Binary) -> Entry:
        return Entry(full_url=f"{self._base}/{resource.local}", resource=resource)

    def _header(self, letter: Letter, who: Parties, about: tuple[Resource | Binary, ...]) -> MessageHeader:
        name = act(letter.event)
        lines = (("Fra", letter.sender.unit_name), ("Til", letter.recipient.unit_name), ("Reference", letter.reference))
        return MessageHeader(
            id=str(letter.message_id),
            language=LANGUAGE,
            text=narrative(name.title, lines),
            event_coding=name.coding,
            destination=(
                Destination(
                    name=said(letter.recipient.unit_name) or str(letter.recipient.unit),
                    endpoint=endpoint(letter.recipient, self._base),
                    receiver=who.recipient,
                ),
            ),
            sender=who.sender,
            author=who.author,
            source=Source(name=SOFTWARE, software=SOFTWARE, endpoint=endpoint(letter.sender, self._base)),
            focus=tuple(Reference(reference=resource.local) for resource in about),
        )
