"""What the rules read of a message, and what the hub writes: FHIR R4 elements as lenient structs, all optional.

They decide nothing about cardinality or type of what they do not name: base R4 is the models' (adapters.medcom.base).
Dates and times are kept as written, because a rule asks whether a zone stands there. What is None or empty is left out
when they are written (R4 §2.6.2).
"""

from msgspec import Raw, Struct, field


class Element(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Anything in a message."""


class Coding(Element, frozen=True):
    system: str | None = None
    code: str | None = None


class CodeableConcept(Element, frozen=True):
    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Reference(Element, frozen=True):
    reference: str | None = None
    identifier: "Identifier | None" = None


class Period(Element, frozen=True):
    start: str | None = None
    end: str | None = None


class Identifier(Element, frozen=True):
    use: str | None = None
    system: str | None = None
    value: str | None = None
    assigner: Reference | None = None


class ContactPoint(Element, frozen=True):
    system: str | None = None
    value: str | None = None


class Extension(Element, frozen=True):
    url: str = ""
    value_coding: Coding | None = None
    value_boolean: bool | None = None
    value_reference: Reference | None = None
    value_period: Period | None = None
    value_date_time: str | None = None
    value_identifier: Identifier | None = None
    value_contact_point: ContactPoint | None = None


class Meta(Element, frozen=True):
    profile: tuple[str, ...] = ()
    security: tuple[Coding, ...] = ()


class Narrative(Element, frozen=True):
    status: str | None = None
    div: str | None = None


class HumanName(Element, frozen=True):
    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str, ...] = ()


class Resource(Element, frozen=True):
    """Any resource; a kind of its own only where a rule asks for more."""

    resource_type: str = ""
    id: str | None = None
    meta: Meta | None = None
    text: Narrative | None = None
    extension: tuple[Extension, ...] = ()

    @property
    def local(self) -> str:
        """`Type/id`."""
        return f"{self.resource_type}/{self.id}"

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles it claims, without a version."""
        return tuple(canonical.partition("|")[0] for canonical in self.meta.profile) if self.meta else ()


class Destination(Element, frozen=True):
    extension: tuple[Extension, ...] = ()
    endpoint: str | None = None
    receiver: Reference | None = None


class Source(Element, frozen=True):
    endpoint: str | None = None


class Response(Element, frozen=True):
    identifier: str | None = None
    code: str | None = None
    details: Reference | None = None


class MessageHeader(Resource, frozen=True):
    event_coding: Coding | None = None
    destination: tuple[Destination, ...] = ()
    sender: Reference | None = None
    source: Source | None = None
    focus: tuple[Reference, ...] = ()
    definition: str | None = None
    response: Response | None = None


class Organization(Resource, frozen=True):
    identifier: tuple[Identifier, ...] = ()
    name: str | None = None


class Patient(Resource, frozen=True):
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None


class Practitioner(Resource, frozen=True):
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()


class PractitionerRole(Resource, frozen=True):
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()


class CareTeam(Resource, frozen=True):
    managing_organization: tuple[Reference, ...] = ()


class Attachment(Element, frozen=True):
    content_type: str | None = None
    data: str | None = None
    url: str | None = None
    title: str | None = None
    creation: str | None = None


class Payload(Element, frozen=True):
    extension: tuple[Extension, ...] = ()
    content_string: str | None = None
    content_attachment: Attachment | None = None


class Communication(Resource, frozen=True):
    identifier: tuple[Identifier, ...] = ()
    status: str | None = None
    category: tuple[CodeableConcept, ...] = ()
    priority: str | None = None
    subject: Reference | None = None
    topic: CodeableConcept | None = None
    encounter: Reference | None = None
    recipient: tuple[Reference, ...] = ()
    payload: tuple[Payload, ...] = ()


class Encounter(Resource, frozen=True):
    status: str | None = None
    class_: Coding | None = field(default=None, name="class")
    subject: Reference | None = None
    episode_of_care: tuple[Reference, ...] = ()
    period: Period | None = None
    service_provider: Reference | None = None


class Agent(Element, frozen=True):
    who: Reference | None = None


class Entity(Element, frozen=True):
    role: str | None = None
    what: Reference | None = None


class Provenance(Resource, frozen=True):
    target: tuple[Reference, ...] = ()
    occurred_date_time: str | None = None
    recorded: str | None = None
    activity: CodeableConcept | None = None
    agent: tuple[Agent, ...] = ()
    entity: tuple[Entity, ...] = ()


class Issue(Element, frozen=True):
    severity: str | None = None
    code: str | None = None
    details: CodeableConcept | None = None
    expression: tuple[str, ...] = ()


class OperationOutcome(Resource, frozen=True):
    issue: tuple[Issue, ...] = ()


KINDS: dict[str, type[Resource]] = {
    kind.__name__: kind
    for kind in (
        *(MessageHeader, Organization, Patient, Practitioner, PractitionerRole, CareTeam),
        *(Communication, Encounter, Provenance, OperationOutcome),
    )
}


class Entry(Element, frozen=True, kw_only=True):
    """One entry, its resource still as the bytes that came."""

    full_url: str | None = None
    resource: Raw


class Bundle(Element, frozen=True):
    """The envelope of a message."""

    resource_type: str = ""
    id: str | None = None
    meta: Meta | None = None
    type: str | None = None
    timestamp: str | None = None
    entry: tuple[Entry, ...] = ()
