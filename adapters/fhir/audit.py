"""AuditEvents after IHE BALP 1.1.4: what was passed on, what was refused, and who looked.

Mind BALP's roles: who sends is the DICOM source (110153) and who gets the destination (110152), so that the client of a
read is the destination and the client of a search the source. A refusal follows the pattern of the disclosure it would
have been, with outcome 4; it and a look at many things claim no profile, because BALP has none for them.
"""

from urllib.parse import urlsplit

from adapters.fhir import systems
from adapters.fhir.acts import act
from adapters.fhir.course import place_of, woman
from adapters.fhir.datatypes import CodeableConcept, Coding, Meta, Reference
from adapters.fhir.dossier import Dossier, Seen
from adapters.fhir.keys import act_key, marked
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said
from adapters.fhir.parties import organization, to
from adapters.fhir.provenance import reasons_for
from adapters.fhir.records import AuditAgent, AuditEntity, AuditEvent, AuditNetwork, AuditSource
from adapters.fhir.resources import Resource
from hub.domain.access_log import RecordRead
from hub.domain.disclosure import DisclosureRefused
from hub.ports.letter import Letter
from hub.vocabulary.organisations import Unit

EXPORT = Coding(system=systems.DCM, code="110106", display="Export")
REST = Coding(system=systems.AUDIT_TYPE, code="rest")
DISCLOSE = Coding(system=systems.LIFECYCLE, code="disclose")
SOURCE = CodeableConcept(coding=(Coding(system=systems.DCM, code="110153", display="Source Role ID"),))
DESTINATION = CodeableConcept(coding=(Coding(system=systems.DCM, code="110152", display="Destination Role ID"),))
PERSON, THING = Coding(system=systems.ENTITY_TYPE, code="1"), Coding(system=systems.ENTITY_TYPE, code="2")
PATIENT, DOMAIN = Coding(system=systems.OBJECT_ROLE, code="1"), Coding(system=systems.OBJECT_ROLE, code="4")
QUERY = Coding(system=systems.OBJECT_ROLE, code="24")
HUB = Reference(display="Tværspor")


def disclosed(dossier: Dossier, letter: Letter, carried: Resource) -> AuditEvent:
    """Something was passed on, on this hjemmel (BALP PrivacyDisclosure.Source)."""
    purpose = reasons_for(letter.event)
    lines = (("Fra", str(letter.sender.unit)), ("Til", str(letter.recipient.unit)))
    return AuditEvent(
        id=act_key(letter),
        meta=Meta(profile=(f"{systems.BALP}PrivacyDisclosure.Source",)),
        language=LANGUAGE,
        text=narrative(
            f"Videregivet: {act(letter.event).title}", [*lines, *(("", reason.text or "") for reason in purpose)]
        ),
        type=EXPORT,
        subtype=(DISCLOSE,),
        action="R",
        recorded=letter.recorded_at,
        outcome="0",
        outcome_desc=act(letter.event).title,
        purpose_of_event=purpose,
        agent=_between(dossier, letter.sender.unit, letter.recipient.unit),
        source=AuditSource(observer=organization(letter.sender)),
        entity=(_the_woman(dossier), AuditEntity(what=to(carried), type=THING, role=DOMAIN)),
    )


def refused(dossier: Dossier, seen: Seen, event: DisclosureRefused) -> AuditEvent:
    """The law said no: nothing was passed on, and this is the record of it."""
    decision, told = event.ruling.decision, event.ruling.explanation.da
    asked = Coding(system=systems.HJEMMEL, code=decision.invoked) if decision.invoked else None
    why = Coding(system=systems.REASON, code=decision.reason.value)
    return AuditEvent(
        id=str(event.disclosure),
        language=LANGUAGE,
        text=narrative("Afvist", (("Til", str(event.recipient)), ("Begrundelse", told))),
        type=EXPORT,
        subtype=(DISCLOSE, why),
        action="R",
        recorded=seen.at,
        outcome="4",
        outcome_desc=legal(told),
        purpose_of_event=(CodeableConcept(coding=(asked,), text=said(decision.citation)),) if asked else (),
        agent=_between(dossier, event.by, event.recipient),
        source=AuditSource(observer=organization(dossier.address(event.by))),
        entity=(_the_woman(dossier), AuditEntity(what=place_of(dossier.case), type=THING, role=DOMAIN)),
    )


def looked(dossier: Dossier, seen: Seen, event: RecordRead) -> AuditEvent:
    """The unit looked: a read, or a search and whatever else shows several things at once."""
    reads = _reads_one(event)
    shown = tuple(_thing(thing) for thing in event.what)
    query = AuditEntity(type=THING, role=QUERY, query=event.door.encode())
    entities = (shown or (AuditEntity(what=place_of(dossier.case), type=THING, role=DOMAIN),)) if reads else (query,)
    kind = "PatientRead" if reads and len(entities) == 1 else None if reads else "PatientQuery"
    return AuditEvent(
        id=marked(dossier.case, seen.mark),
        meta=Meta(profile=(f"{systems.BALP}{kind}",)) if kind else None,
        language=LANGUAGE,
        text=narrative("Opslag", (("Af", str(event.by)), ("Hvad", event.door), ("Formål", event.purpose))),
        type=REST,
        subtype=(Coding(system=systems.INTERACTION, code="read" if reads else "search-type"),),
        action="R" if reads else "E",
        recorded=seen.at,
        outcome="0",
        purpose_of_event=(CodeableConcept(text=legal(event.purpose)),) if said(event.purpose) else (),
        agent=_over_http(dossier, seen, event.by, reads),
        source=AuditSource(observer=HUB),
        entity=(_the_woman(dossier), *entities),
    )


def _reads_one(event: RecordRead) -> bool:
    """Everything below a single thing is a read; a list that was asked for is a search."""
    return event.door.startswith("GET ") and event.door.endswith("}")


def _thing(name: str) -> AuditEntity:
    """What was shown: by its address here, or by the hub's name for it."""
    what = Reference(reference=name) if "/" in name else None
    return AuditEntity(what=what, type=THING, role=DOMAIN, description=None if what else name)


def _between(dossier: Dossier, sender: Unit, recipient: Unit) -> tuple[AuditAgent, ...]:
    return (
        AuditAgent(type=SOURCE, who=organization(dossier.address(sender)), requestor=True),
        AuditAgent(type=DESTINATION, who=organization(dossier.address(recipient)), requestor=False),
    )


def _over_http(dossier: Dossier, seen: Seen, by: Unit, reads: bool) -> tuple[AuditAgent, ...]:
    host = urlsplit(dossier.base).hostname or dossier.base
    client, server = (DESTINATION, SOURCE) if reads else (SOURCE, DESTINATION)
    return (
        AuditAgent(
            type=client,
            who=organization(dossier.address(by)),
            name=said(seen.client),
            requestor=True,
            network=AuditNetwork(address=legal(seen.client), type="1"),
        ),
        AuditAgent(type=server, who=HUB, requestor=False, network=AuditNetwork(address=host, type="1")),
    )


def _the_woman(dossier: Dossier) -> AuditEntity:
    return AuditEntity(what=woman(dossier.case), type=PERSON, role=PATIENT)
