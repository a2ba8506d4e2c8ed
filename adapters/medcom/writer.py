"""What every message that the hub writes has in common: header, parties, entries, ids that are drawn once.

An organisation keeps the number systems of the target version: GLN under https up to DK Core 3.4.0, on which all three
messages of today build (adapters.fhir.systems.GLN). Everything has an id and a narrative, which core 4.0 will require.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from adapters.fhir import narrative as words
from adapters.fhir.systems import GLN, SOR, SOR_ENDPOINT
from adapters.medcom import systems
from adapters.medcom.elements import Agent as ProvenanceAgent
from adapters.medcom.elements import (
    Bundle,
    CodeableConcept,
    Coding,
    Destination,
    Entity,
    Entry,
    Extension,
    Identifier,
    Meta,
    Narrative,
    Organization,
    Provenance,
    Reference,
    Resource,
    Source,
)
from hub.ports.directory import Address

PRIMARY = Extension(
    url=systems.DESTINATION_USE_EXTENSION, value_coding=Coding(system=systems.DESTINATION_USE, code="primary")
)


def known(namespace: UUID, what: str) -> str:
    """An id that is the same whenever the same message is written."""
    return str(uuid5(namespace, what))


def fourth(namespace: UUID, what: str) -> str:
    """The same as a UUID of version 4, the only one that CareCommunication takes for threads and payloads."""
    return f"urn:uuid:{UUID(bytes=uuid5(namespace, what).bytes, version=4)}"


def moment(at: datetime) -> str:
    """To the second, with its zone."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def told(title: str, lines: Iterable[tuple[str, str | None]]) -> Narrative:
    """The narrative: what stands in the resource, for people."""
    made = words.narrative(title, [(label, text) for label, text in lines if text])
    return Narrative(status=made.status, div=made.div)


def profile(canonical: str) -> Meta:
    """Claims one profile."""
    return Meta(profile=(canonical,))


def to(resource: Resource) -> Reference:
    """A reference inside the bundle."""
    return Reference(reference=resource.local)


def event(code: str) -> Coding:
    """Which message it is."""
    return Coding(system=systems.EVENTS, code=code)


def destination(endpoint: str, receiver: Reference) -> tuple[Destination, ...]:
    """The one destination that these messages may have."""
    return (Destination(extension=(PRIMARY,), endpoint=endpoint, receiver=receiver),)


def organization(address: Address, key: str) -> Organization:
    """A unit that sends or receives messages: it has a SOR id and a GLN."""
    name = f"{address.unit_name}, {address.organisation_name}"
    return Organization(
        resource_type="Organization",
        id=key,
        meta=profile(systems.ORGANIZATION),
        text=told("Organisation", (("Navn", name), ("SOR-id", address.sor), ("GLN", address.gln))),
        identifier=(Identifier(system=SOR, value=address.sor), Identifier(system=GLN, value=address.gln)),
        name=words.legal(name),
    )


def source(address: Address) -> Source:
    """Where the answer goes."""
    return Source(endpoint=f"{SOR_ENDPOINT}{address.sor}")


def provenance(
    key: str,
    canonical: str,
    header: Reference,
    activity: str,
    who: Reference,
    at: datetime,
    recorded: datetime,
    entities: tuple[Entity, ...],
) -> Provenance:
    """What happened to the message, when, by whom, and what it follows on."""
    lines = (("Handling", activity), ("Tidspunkt", moment(at)), ("Meddelelse", header.reference))
    return Provenance(
        resource_type="Provenance",
        id=key,
        meta=profile(canonical),
        text=told("Herkomst", lines),
        target=(header,),
        occurred_date_time=moment(at),
        recorded=moment(recorded),
        activity=CodeableConcept(coding=(Coding(system=systems.ACTIVITIES, code=activity),)),
        agent=(ProvenanceAgent(who=who),),
        entity=entities,
    )


def entry(base: str, resource: Resource) -> Entry:
    """A resource of the hub's own under its absolute URL."""
    return Entry(full_url=f"{base}/{resource.local}", resource=msgspec.Raw(msgspec.json.encode(resource)))


def written(base: str, key: str, canonical: str, at: datetime, entries: Iterable[Entry]) -> bytes:
    """The message as JSON; what came from others is kept as it came, under this hub's address."""
    bundle = Bundle(
        resource_type="Bundle",
        id=key,
        meta=profile(canonical),
        type="message",
        timestamp=moment(at),
        entry=tuple(_addressed(base, bundled) for bundled in entries),
    )
    return msgspec.json.encode(bundle)


def _addressed(base: str, bundled: Entry) -> Entry:
    """A relative reference counts from the full URL above it (FHIR R4 §2.36.4.1), so that all have one base."""
    url = bundled.full_url or ""
    if not url or url.startswith("urn:"):
        return bundled
    return Entry(full_url="/".join((base.rstrip("/"), *url.split("/")[-2:])), resource=bundled.resource)
