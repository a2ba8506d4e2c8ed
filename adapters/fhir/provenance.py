"""Provenance: who passed something on, when, and on which hjemmel; never what was withheld."""

from uuid import UUID

from adapters.fhir import systems
from adapters.fhir.datatypes import CodeableConcept, Coding, Reference
from adapters.fhir.keys import act_key
from adapters.fhir.narrative import LANGUAGE, legal, narrative
from adapters.fhir.parties import Parties, by_urn, to
from adapters.fhir.resources import Provenance, ProvenanceAgent, ProvenanceEntity, Resource
from hub.domain.addressed import Addressed, Rectifying
from hub.domain.correction.events import DUTY, ActCorrected, ActsRetracted, CorrectedAct
from hub.domain.disclosure import DisclosureCorrected
from hub.domain.ruling import ruling_of
from hub.law.hjemmel import Decision
from hub.ports.letter import Letter

AUTHOR = CodeableConcept(coding=(Coding(system=systems.PARTICIPANT, code="author"),))
DISCLOSE = CodeableConcept(coding=(Coding(system=systems.LIFECYCLE, code="disclose"),))


def provenance(letter: Letter, who: Parties, carried: Resource) -> Provenance:
    """Why this act was lawful, for what it carried."""
    reasons = reasons_for(letter.event)
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
    """What a correction corrects, and what a retraction takes back whole (`removal`); both stand."""
    match letter.event:
        case DisclosureCorrected(disclosure=first):
            return (_entity("revision", first),)
        case ActCorrected(corrects=act):
            return (_entity("revision", act.act),)
        case ActsRetracted(acts=acts):
            return tuple(_entity(_removed(act), act.act) for act in acts)
        case _:
            return ()


def _removed(act: CorrectedAct) -> str:
    return "revision" if act.points else "removal"


def _entity(role: str, act: UUID) -> ProvenanceEntity:
    return ProvenanceEntity(role=role, what=Reference(identifier=by_urn(act)))


def reasons_for(event: Addressed) -> tuple[CodeableConcept, ...]:
    """On what an act was passed on: what the law answered, or the duty to take back what was wrong."""
    if isinstance(event, Rectifying):
        return (CodeableConcept(text=DUTY),)
    ruling = ruling_of(event)
    return _reasons_of(ruling.decision) if ruling is not None else ()


def _reasons_of(decision: Decision) -> tuple[CodeableConcept, ...]:
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
