"""A message opened for its rules: every resource with its place, and references led to where they point."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from adapters.medcom import elements, systems
from adapters.medcom.elements import Extension, MessageHeader, Provenance, Reference, Resource
from adapters.medcom.envelope import Envelope

R = TypeVar("R", bound=Resource, covariant=True)
K = TypeVar("K", bound=Resource)
URN = "urn:uuid:"
_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in elements.KINDS.items()}
_ANY = msgspec.json.Decoder(Resource)


@dataclass(frozen=True, slots=True)
class Placed(Generic[R]):
    """A resource and where it stands."""

    resource: R
    path: str
    full_url: str | None
    raw: msgspec.Raw


class Message:
    """An envelope with its resources read. `msgspec.ValidationError` when one has not the shape of its kind."""

    def __init__(self, envelope: Envelope) -> None:
        self.envelope, self.bundle = envelope, envelope.bundle
        self.entries = tuple(_placed(number, entry) for number, entry in enumerate(envelope.entries))
        self.event = envelope.event
        self._of: dict[type[Resource], tuple[Placed[Resource], ...]] = {}

    @property
    def header(self) -> MessageHeader:
        """The header that the envelope found first."""
        return self.envelope.header

    @property
    def at(self) -> str:
        """Where the header stands."""
        return self.entries[0].path

    def of(self, kind: type[K]) -> tuple[Placed[K], ...]:
        """Every resource of this kind, in order."""
        if kind not in self._of:
            self._of[kind] = tuple(entry for entry in self.entries if isinstance(entry.resource, kind))
        return self._of[kind]  # type: ignore[return-value] # just filtered by kind

    def led_to(self, reference: Reference | None, kind: type[K]) -> Placed[K] | None:
        """The resource of this kind that a reference points to, None where it points to none."""
        found = self._index.get(reference.reference or "") if reference else None
        if found is None or not isinstance(found.resource, kind):
            return None
        return found  # type: ignore[return-value] # its resource was just found to be of the kind

    def resolves(self, reference: str) -> bool:
        """Does a literal reference lead to a resource of this bundle?"""
        return reference in self._index

    @cached_property
    def history(self) -> tuple[Placed[Provenance], ...]:
        """The Provenances that describe earlier messages."""
        return tuple(provenance for provenance in self.of(Provenance) if provenance not in self.current)

    @cached_property
    def current(self) -> tuple[Placed[Provenance], ...]:
        """The Provenances that describe this message: one, if it keeps the rules."""
        return tuple(
            provenance
            for provenance in self.of(Provenance)
            if any(self._is_header(target.reference) for target in provenance.resource.target)
        )

    @cached_property
    def sender(self) -> Placed[elements.Organization] | None:
        """The organisation that sends."""
        return self.led_to(self.header.sender, elements.Organization)

    @cached_property
    def receiver(self) -> Placed[elements.Organization] | None:
        """The organisation that it is sent to."""
        first = self.header.destination[0] if self.header.destination else None
        return self.led_to(first.receiver, elements.Organization) if first else None

    @staticmethod
    def is_messaging(who: Placed[elements.Organization] | None) -> bool:
        """Is this an organisation that, if it claims a profile, claims that of organisations that send messages?"""
        return who is not None and (not who.resource.profiles or systems.ORGANIZATION in who.resource.profiles)

    def _is_header(self, reference: str | None) -> bool:
        return reference is not None and reference in (self.header.local, self.entries[0].full_url)

    @cached_property
    def _index(self) -> dict[str, Placed[Resource]]:
        """By full URL; and by `Type/id` where the full URL is no URN (FHIR R4 §2.36.4.1)."""
        found: dict[str, Placed[Resource]] = {}
        for entry in self.entries:
            url = entry.full_url or ""
            if url:
                found.setdefault(url, entry)
            if not url.startswith(URN) and (url == entry.resource.local or url.endswith(f"/{entry.resource.local}")):
                found.setdefault(entry.resource.local, entry)
        return found


def _placed(number: int, entry: elements.Entry) -> Placed[Resource]:
    kind = _ANY.decode(entry.resource).resource_type
    return Placed(
        _DECODERS.get(kind, _ANY).decode(entry.resource),
        f"Bundle.entry[{number}].resource",
        entry.full_url,
        entry.resource,
    )


def is_zoned(moment: str | None) -> bool:
    """A moment to the second with its zone; a day alone has none."""
    return moment is not None and _ZONED.fullmatch(moment) is not None


def is_backwards(period: elements.Period | None) -> bool:
    """Does it end before it starts (FHIR R4 per-1)? Moments that do not exist, or have no zone, are for other rules."""
    if period is None or not (is_zoned(period.start) and is_zoned(period.end)):
        return False
    try:
        return datetime.fromisoformat(period.end or "") < datetime.fromisoformat(period.start or "")
    except ValueError:
        return False


def is_uuid(text: str | None) -> bool:
    """A UUID with its hyphens."""
    return text is not None and _UUID.fullmatch(text) is not None


def is_urn_uuid(text: str | None, version: int | None = None) -> bool:
    """`urn:uuid:` and a lower-case UUID, of one version where that is asked."""
    if text is None or not text.startswith(URN) or not is_uuid(text[len(URN) :]) or text != text.lower():
        return False
    return version is None or UUID(text[len(URN) :]).version == version


def extensions(of: Iterable[Extension], url: str) -> tuple[Extension, ...]:
    """The extensions with this URL."""
    return tuple(extension for extension in of if extension.url == url)


def sor_of(endpoint: str | None) -> str | None:
    """The SOR id that an endpoint names, None when it is not written MedCom's way."""
    base = "https://sor2.sum.dsdn.dk/#id="
    tail = endpoint[len(base) :] if endpoint and endpoint.startswith(base) else ""
    return tail if tail.isascii() and tail.isdigit() else None


def codes_of(message: Message) -> frozenset[str]:
    """The activities that a Provenance of this message may name."""
    if message.event != systems.ACK_EVENT:
        return systems.ACTIVITY_CODES[message.event]
    return systems.ACTIVITY_CODES[systems.CARE_EVENT] | systems.ACTIVITY_CODES[systems.HOSPITAL_EVENT]
