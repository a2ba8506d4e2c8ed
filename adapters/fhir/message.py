"""A letter as a FHIR message: one Bundle of type `message`, complete in itself.

The header comes first; full URLs are absolute and references relative, as MedCom's current examples write them (FHIR R4
§2.36.4 and §3.1.6.2). Every id is derived from the letter, so the same letter gives the same bytes.
`Bundle.meta` is left out: when it was last updated is for the server to say that hands it out.
"""

from uuid import uuid5

import msgspec

from adapters.fhir import systems
from adapters.fhir.acts import act, focus
from adapters.fhir.datatypes import Attachment, CodeableConcept, Coding, Identifier, Reference
from adapters.fhir.keys import act_key
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said
from adapters.fhir.parties import Parties, by_urn, endpoint, parties, to
from adapters.fhir.resources import (
    Binary,
    Bundle,
    Destination,
    DocumentContent,
    DocumentReference,
    Entry,
    MessageHeader,
    Provenance,
    ProvenanceAgent,
    ProvenanceEntity,
    Resource,
    Source,
)
from hub.domain.disclosure import DisclosureCorrected
from hub.law.hjemmel import Decision
from hub.ports import Letter

SOFTWARE = "Tværspor"
AUTHOR = CodeableConcept(coding=(Coding(system=systems.PARTICIPANT, code="author"),))
DISCLOSE = CodeableConcept(coding=(Coding(system=systems.LIFECYCLE, code="disclose"),))


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
        document = _document(letter, who, pdf) if pdf is not None else ()
        header = self._header(letter, who, (acts[0], *document[:1]))
        everything = (header, *acts, *document, *who.resources, _provenance(letter, who, acts[0]))
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
            focus=tuple(Reference(reference=each.local) for each in about),
        )


def _provenance(letter: Letter, who: Parties, carried: Resource) -> Provenance:
    """Who passed it on, when, and on which hjemmel; never what was withheld."""
    ruling = getattr(letter.event, "ruling", None)
    reasons = _reasons(ruling.decision) if ruling is not None else ()
    agent = ProvenanceAgent(type=AUTHOR, who=who.source, on_behalf_of=who.sender if who.author else None)
    return Provenance(
        id=act_key(letter),
        language=LANGUAGE,
        text=narrative("Hjemmel", [("", reason.text or "") for reason in reasons]),
        target=(to(carried),),
        occurred_date_time=letter.event.at,
        recorded=letter.recorded_at,
        policy=tuple(f"{systems.HJEMMEL}:{code.code}" for reason in reasons for code in reason.coding),
        reason=reasons,
        activity=DISCLOSE,
        agent=(agent,),
        entity=_revised(letter),
    )


def _revised(letter: Letter) -> tuple[ProvenanceEntity, ...]:
    """What a correction corrects; both stand."""
    if not isinstance(letter.event, DisclosureCorrected):
        return ()
    return (ProvenanceEntity(role="revision", what=Reference(identifier=by_urn(letter.event.disclosure))),)


def _reasons(decision: Decision) -> tuple[CodeableConcept, ...]:
    """The provision that carries the act, with its edition, and the gate that opens sundhedsloven for it."""
    named = []
    if decision.basis:
        words = decision.citation or decision.basis
        named.append(CodeableConcept(coding=(_provision(decision.basis, decision.edition),), text=legal(words)))
    if decision.gate:
        named.append(CodeableConcept(coding=(_provision(decision.gate, None),), text=decision.gate))
    return tuple(named)


def _provision(key: str, edition: str | None) -> Coding:
    return Coding(system=systems.HJEMMEL, version=edition, code=key)


def _document(letter: Letter, who: Parties, pdf: bytes) -> tuple[Resource | Binary, ...]:
    binary = Binary(id=act_key(letter), content_type="application/pdf", data=pdf)
    name = act(letter.event)
    shown = Attachment(content_type="application/pdf", url=binary.local, title=name.title, creation=letter.recorded_at)
    document = DocumentReference(
        id=act_key(letter),
        language=LANGUAGE,
        text=narrative(name.title, (("Reference", letter.reference),)),
        status="current",
        type=name.concept,
        subject=who.patient,
        date=letter.recorded_at,
        author=(who.source,),
        content=(DocumentContent(attachment=shown),),
    )
    return document, binary
