"""FHIR R4 resources, as far as the hub writes them. Cardinalities are R4's: what has no default is required there."""

from datetime import date, datetime

from msgspec import Struct

from adapters.fhir.datatypes import (
    Annotation,
    Attachment,
    CodeableConcept,
    Coding,
    Element,
    Extension,
    HumanName,
    Identifier,
    Meta,
    Narrative,
    Period,
    Reference,
)


class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", tag_field="resourceType"):
    """Anything with an identity of its own."""

    id: str
    meta: Meta | None = None
    language: str | None = None
    text: Narrative | None = None

    @property
    def local(self) -> str:
        """`Type/id`, as references inside a bundle write it."""
        return f"{self.__struct_config__.tag}/{self.id}"


class Patient(Resource, tag="Patient", frozen=True, kw_only=True):
    """The woman. No more than who she is: the hub sends what the purpose needs."""

    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    birth_date: date | None = None
    deceased_date_time: date | None = None


class Organization(Resource, tag="Organization", frozen=True, kw_only=True):
    """An organisation, or a unit that is part of one."""

    identifier: tuple[Identifier, ...]
    name: str
    part_of: Reference | None = None


class Practitioner(Resource, tag="Practitioner", frozen=True, kw_only=True):
    """A person who acts for a unit."""

    name: tuple[HumanName, ...]


class PractitionerRole(Resource, tag="PractitionerRole", frozen=True, kw_only=True):
    """As what that person acts, and for whom."""

    practitioner: Reference | None = None
    organization: Reference
    code: tuple[CodeableConcept, ...] = ()


class EpisodeOfCare(Resource, tag="EpisodeOfCare", frozen=True, kw_only=True):
    """The case (forløb)."""

    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...]
    status: str
    type: tuple[CodeableConcept, ...] = ()
    patient: Reference
    managing_organization: Reference | None = None
    period: Period | None = None
    care_manager: Reference | None = None
    team: tuple[Reference, ...] = ()


class Payload(Element, frozen=True, kw_only=True):
    """One thing a communication says: words or a document."""

    extension: tuple[Extension, ...] = ()
    content_string: str | None = None
    content_attachment: Attachment | None = None


class Communication(Resource, tag="Communication", frozen=True, kw_only=True):
    """Words from one unit to another."""

    identifier: tuple[Identifier, ...] = ()
    based_on: tuple[Reference, ...] = ()
    in_response_to: tuple[Reference, ...] = ()
    status: str
    status_reason: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    subject: Reference
    topic: CodeableConcept | None = None
    about: tuple[Reference, ...] = ()
    sent: datetime
    received: datetime | None = None
    recipient: tuple[Reference, ...]
    sender: Reference
    reason_code: tuple[CodeableConcept, ...] = ()
    payload: tuple[Payload, ...] = ()


class ServiceRequest(Resource, tag="ServiceRequest", frozen=True, kw_only=True):
    """A referral."""

    identifier: tuple[Identifier, ...]
    status: str
    intent: str
    code: CodeableConcept
    subject: Reference
    authored_on: datetime
    requester: Reference
    performer: tuple[Reference, ...]
    reason_code: tuple[CodeableConcept, ...] = ()
    supporting_info: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()


class TaskInput(Element, frozen=True, kw_only=True):
    """One field of a task's form."""

    type: CodeableConcept
    value_string: str | None = None
    value_boolean: bool | None = None
    value_date: date | None = None


class TaskOutput(Element, frozen=True, kw_only=True):
    """What a task led to."""

    type: CodeableConcept
    value_reference: Reference


class TaskRestriction(Element, frozen=True, kw_only=True):
    """By when a task is asked for."""

    period: Period


class Task(Resource, tag="Task", frozen=True, kw_only=True):
    """A request for information, or a duty that an act left."""

    identifier: tuple[Identifier, ...] = ()
    status: str
    business_status: CodeableConcept | None = None
    intent: str
    code: CodeableConcept
    focus: Reference
    for_: Reference
    execution_period: Period | None = None
    authored_on: datetime
    requester: Reference
    owner: Reference
    reason_code: CodeableConcept | None = None
    note: tuple[Annotation, ...] = ()
    restriction: TaskRestriction | None = None
    input: tuple[TaskInput, ...] = ()
    output: tuple[TaskOutput, ...] = ()


class ProvenanceAgent(Element, frozen=True, kw_only=True):
    """Who acted, and for whom."""

    type: CodeableConcept
    who: Reference
    on_behalf_of: Reference | None = None


class ProvenanceEntity(Element, frozen=True, kw_only=True):
    """What the act builds on."""

    role: str
    what: Reference


class Provenance(Resource, tag="Provenance", frozen=True, kw_only=True):
    """Why the act was lawful, and who made it."""

    target: tuple[Reference, ...]
    occurred_date_time: datetime
    recorded: datetime
    policy: tuple[str, ...] = ()
    reason: tuple[CodeableConcept, ...] = ()
    activity: CodeableConcept
    agent: tuple[ProvenanceAgent, ...]
    entity: tuple[ProvenanceEntity, ...] = ()


class Destination(Element, frozen=True, kw_only=True):
    """Where a message goes."""

    name: str
    endpoint: str
    receiver: Reference


class Source(Element, frozen=True, kw_only=True):
    """Where a message comes from."""

    name: str
    software: str
    endpoint: str


class MessageHeader(Resource, tag="MessageHeader", frozen=True, kw_only=True):
    """What a message is about; always first in its bundle."""

    event_coding: Coding
    destination: tuple[Destination, ...]
    sender: Reference
    author: Reference | None = None
    source: Source
    focus: tuple[Reference, ...]


class DocumentContent(Element, frozen=True, kw_only=True):
    """One form of a document."""

    attachment: Attachment


class DocumentReference(Resource, tag="DocumentReference", frozen=True, kw_only=True):
    """A letter for people, beside the message for systems."""

    status: str
    type: CodeableConcept
    subject: Reference
    date: datetime
    author: tuple[Reference, ...]
    description: str | None = None
    content: tuple[DocumentContent, ...]


class Binary(Struct, frozen=True, kw_only=True, rename="camel", tag_field="resourceType", tag="Binary"):
    """Bytes. No domain resource: it has no narrative."""

    id: str
    content_type: str
    data: bytes

    @property
    def local(self) -> str:
        """`Binary/id`."""
        return f"Binary/{self.id}"


class Entry(Element, frozen=True, kw_only=True):
    """A resource in a bundle, under its absolute URL."""

    full_url: str
    resource: Resource | Binary


class Bundle(
    Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", tag_field="resourceType", tag="Bundle"
):
    """A message: its header first, then everything the header leads to."""

    id: str
    identifier: Identifier | None = None
    type: str
    timestamp: datetime
    entry: tuple[Entry, ...]
