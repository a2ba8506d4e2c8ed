"""Resources that only the read doors give: who takes part, what was consented to, who met whom, and who was told or
looked. As in `resources`, cardinalities are R4's, and nothing is checked here."""

from datetime import datetime

from adapters.fhir.datatypes import (
    Annotation,
    Attachment,
    CodeableConcept,
    Coding,
    Element,
    Extension,
    Identifier,
    Period,
    Reference,
)
from adapters.fhir.resources import Resource


class Participant(Element, frozen=True, kw_only=True):
    """A unit, or the person whom the woman calls there."""

    role: tuple[CodeableConcept, ...] = ()
    member: Reference
    on_behalf_of: Reference | None = None
    period: Period | None = None


class CareTeam(Resource, tag="CareTeam", frozen=True, kw_only=True):
    """The parties of the case, as one unit has named them."""

    status: str
    name: str
    subject: Reference
    participant: tuple[Participant, ...] = ()
    managing_organization: tuple[Reference, ...] = ()


class ConsentPolicy(Element, frozen=True, kw_only=True):
    """The rules that the consent is read by."""

    uri: str


class ConsentActor(Element, frozen=True, kw_only=True):
    """Whom a provision is about."""

    role: CodeableConcept
    reference: Reference


class Provision(Element, frozen=True, kw_only=True):
    """What may pass, or may not."""

    extension: tuple[Extension, ...] = ()
    type: str
    period: Period | None = None
    actor: tuple[ConsentActor, ...] = ()
    purpose: tuple[Coding, ...] = ()
    provision: tuple["Provision", ...] = ()


class Consent(Resource, tag="Consent", frozen=True, kw_only=True):
    """A consent (samtykke), or the record that she was asked and said no."""

    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...]
    status: str
    scope: CodeableConcept
    category: tuple[CodeableConcept, ...]
    patient: Reference
    date_time: datetime
    performer: tuple[Reference, ...]
    organization: tuple[Reference, ...]
    source_attachment: Attachment
    policy: tuple[ConsentPolicy, ...]
    provision: Provision


class AppointmentParticipant(Element, frozen=True, kw_only=True):
    """Who was to come."""

    actor: Reference
    status: str


class Appointment(Resource, tag="Appointment", frozen=True, kw_only=True):
    """The first contact after a referral, or that she did not come."""

    status: str
    description: str
    start: datetime
    end: datetime
    based_on: tuple[Reference, ...]
    participant: tuple[AppointmentParticipant, ...]


class ActivityDetail(Element, frozen=True, kw_only=True):
    """One task of a plan: what, by whom, until when."""

    kind: str
    status: str
    scheduled_period: Period | None = None
    performer: tuple[Reference, ...]
    description: str


class Activity(Element, frozen=True, kw_only=True):
    """A task of a plan under its number, and that it was done."""

    id: str
    progress: tuple[Annotation, ...] = ()
    detail: ActivityDetail


class CarePlan(Resource, tag="CarePlan", frozen=True, kw_only=True):
    """A plan that was agreed with the woman."""

    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...]
    status: str
    intent: str
    title: str
    subject: Reference
    period: Period
    created: datetime
    author: Reference
    supporting_info: tuple[Reference, ...]
    activity: tuple[Activity, ...]


class AuditNetwork(Element, frozen=True, kw_only=True):
    """The machine at one end."""

    address: str
    type: str


class AuditAgent(Element, frozen=True, kw_only=True):
    """Who took part."""

    type: CodeableConcept
    who: Reference
    name: str | None = None
    requestor: bool
    network: AuditNetwork | None = None


class AuditSource(Element, frozen=True, kw_only=True):
    """Who says so."""

    observer: Reference


class AuditEntity(Element, frozen=True, kw_only=True):
    """What it was about."""

    what: Reference | None = None
    type: Coding
    role: Coding | None = None
    description: str | None = None
    query: bytes | None = None


class AuditEvent(Resource, tag="AuditEvent", frozen=True, kw_only=True):
    """Something was passed on, refused, or looked at."""

    type: Coding
    subtype: tuple[Coding, ...]
    action: str
    period: Period | None = None
    recorded: datetime
    outcome: str
    outcome_desc: str | None = None
    purpose_of_event: tuple[CodeableConcept, ...] = ()
    agent: tuple[AuditAgent, ...]
    source: AuditSource
    entity: tuple[AuditEntity, ...]
