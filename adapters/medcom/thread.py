"""Going on from a message that came: reply and forward (MedCom, CareCommunication 5.0, thread rules).

Whatever was said before goes on byte for byte: each payload, each Provenance and everybody they name are slices of the
message that came. Only in a reply a document that both sides have leaves its data behind, as the rules ask.
"""

import re
from collections.abc import Iterable

import msgspec

from adapters.medcom import systems
from adapters.medcom.care_communication import CareCommunications, Own, communication, thread_of
from adapters.medcom.elements import (
    Communication,
    Encounter,
    Entity,
    Entry,
    Patient,
    Payload,
    Provenance,
    Reference,
    Resource,
)
from adapters.medcom.envelope import opened
from adapters.medcom.message import Message, Placed, extensions
from adapters.medcom.writer import known, organization, to
from hub.errors import Undeliverable
from hub.ports.letter import Letter

_REFERENCE = re.compile(rb'"reference"\s*:\s*"([^"\\]+)"')
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_PAYLOADS = msgspec.json.Decoder(list[msgspec.Raw])
_PAYLOAD = msgspec.json.Decoder(Payload)
_LEFT_BEHIND = ("data", "url", "size", "hash")


class Previous:
    """A CareCommunication that came, and what of it goes on."""

    def __init__(self, body: bytes) -> None:
        self.message = Message(opened(body))
        said = self.message.of(Communication)
        if len(said) != 1 or self.message.sender is None or self.message.receiver is None:
            raise Undeliverable("not-a-care-communication")
        self.said: Placed[Communication] = said[0]
        self.sender, self.receiver = (
            Reference(reference=_led(party)) for party in (self.message.sender, self.message.receiver)
        )
        self.payloads = tuple(_PAYLOADS.decode(_FIELDS.decode(said[0].raw)["payload"]))

    def between(self, letter: Letter) -> None:
        """`Undeliverable` unless the letter goes from who got this message to who sent it."""
        back = (self.message.receiver, letter.sender), (self.message.sender, letter.recipient)
        for party, address in back:
            numbers = {identifier.value for identifier in party.resource.identifier} if party else set()
            if address.sor not in numbers:
                raise Undeliverable("not-a-party-of-the-thread")

    @property
    def revised(self) -> Entity:
        """That a message follows on this one."""
        return Entity(role="revision", what=self.message.current[0].resource.target[0])

    @property
    def category(self) -> str:
        """What it was about, as a code."""
        return self.said.resource.category[0].coding[0].code or ""

    @property
    def topic(self) -> str | None:
        """What it was about, in words."""
        return self.said.resource.topic.text if self.said.resource.topic else None

    def reference(self, element: Placed[Patient] | Placed[Encounter] | None) -> Reference | None:
        """A reference from what the hub writes to what came."""
        return None if element is None else Reference(reference=_led(element))

    def carried(self, payloads: Iterable[msgspec.Raw], *named: Reference | None) -> tuple[Entry, ...]:
        """The Provenances, and everybody that they, these payloads and these references name, as they came."""
        wanted = {reference.reference for reference in named if reference is not None and reference.reference}
        slices = [bytes(payload) for payload in payloads] + [bytes(provenance.raw) for provenance in self._provenances]
        found: dict[str, Placed[Resource]] = {provenance.path: provenance for provenance in self._provenances}
        while slices or wanted:
            wanted |= {match.decode() for piece in slices for match in _REFERENCE.findall(piece)}
            fresh = [entry for entry in self.message.entries if _led(entry) in wanted or entry.resource.local in wanted]
            fresh = [element for element in fresh if element.path not in found and self._goes_on(element)]
            found |= {element.path: element for element in fresh}
            slices, wanted = [bytes(element.raw) for element in fresh], set()
        return tuple(Entry(full_url=element.full_url, resource=element.raw) for element in found.values())

    @property
    def _provenances(self) -> tuple[Placed[Provenance], ...]:
        return (*self.message.current, *self.message.history)

    @staticmethod
    def _goes_on(element: Placed[Resource]) -> bool:
        return element.resource.resource_type not in ("MessageHeader", "Communication")


def reply(care: CareCommunications, letter: Letter, body: bytes) -> bytes:
    """The answer to the latest message of a thread: its sender is who gets it."""
    previous = Previous(body)
    previous.between(letter)
    message, sender, recipient = previous.message, previous.receiver, previous.sender
    own = care.own(letter, sender)
    before, added = tuple(map(_without_data, previous.payloads)), own.payloads()
    woman = previous.reference(message.of(Patient)[0])
    encounter = previous.reference(next(iter(message.of(Encounter)), None))
    person = tuple(
        extension.value_reference
        for extension in extensions(previous.said.resource.extension, systems.SENDER)
        if extension.value_reference is not None
    )
    said = communication(
        letter,
        previous.said.resource.identifier[0],
        previous.category,
        previous.topic,
        woman or Reference(),
        added,
        encounter,
        person,
    )
    theirs = previous.carried(before, woman, encounter, *person, sender, recipient)
    return _whole(care, letter, said, before, theirs, (sender, recipient), (own, systems.REPLY, previous))


def forward(care: CareCommunications, letter: Letter, body: bytes, chosen: frozenset[str] | None = None) -> bytes:
    """The message passed on to somebody else, whole or only the payloads of these identifiers; a thread of its own."""
    previous = Previous(body)
    ours = organization(letter.sender, known(letter.message_id, "sender"))
    others = organization(letter.recipient, known(letter.message_id, "recipient"))
    own = care.own(letter, to(ours))
    before = tuple(payload for payload in previous.payloads if _goes_on(payload, chosen))
    added, woman = own.payloads(), previous.reference(previous.message.of(Patient)[0])
    said = communication(letter, thread_of(letter), previous.category, previous.topic, woman or Reference(), added)
    theirs = previous.carried(before, woman)
    mine = (care.entry(ours), care.entry(others))
    parties = (to(ours), to(others))
    return _whole(care, letter, said, before, (*mine, *theirs), parties, (own, systems.FORWARD, previous))


def _whole(
    care: CareCommunications,
    letter: Letter,
    said: Communication,
    before: tuple[msgspec.Raw, ...],
    others: tuple[Entry, ...],
    parties: tuple[Reference, Reference],
    story: tuple[Own, str, Previous],
) -> bytes:
    own, activity, previous = story
    header = care.header(letter, said, *parties)
    told = own.story(to(header), activity, (*own.sources(said.payload), previous.revised))
    whole = _FIELDS.decode(msgspec.json.encode(said))
    added = _PAYLOADS.decode(whole["payload"])
    whole["payload"] = msgspec.Raw(msgspec.json.encode([*before, *added]))
    communicated = Entry(full_url=care.url(said), resource=msgspec.Raw(msgspec.json.encode(whole)))
    return care.whole(letter, (header,), (communicated, *map(care.entry, (*own.people, told)), *others))


def _without_data(payload: msgspec.Raw) -> msgspec.Raw:
    """A document without its bytes; a text as it is."""
    fields = _FIELDS.decode(payload)
    if "contentAttachment" not in fields:
        return payload
    document = _FIELDS.decode(fields["contentAttachment"])
    kept = {name: value for name, value in document.items() if name not in _LEFT_BEHIND}
    return msgspec.Raw(msgspec.json.encode(fields | {"contentAttachment": kept}))


def _goes_on(payload: msgspec.Raw, chosen: frozenset[str] | None) -> bool:
    """Chosen, and a document still has its bytes: what a reply left behind cannot be forwarded."""
    said = _PAYLOAD.decode(payload)
    found = (extension.value_identifier for extension in said.extension if extension.value_identifier)
    document = said.content_attachment
    whole = document is None or bool(document.data or document.url)
    return whole and (chosen is None or any(identifier.value in chosen for identifier in found))


def _led(element: Placed[Resource]) -> str:
    url = element.full_url or ""
    return url if url.startswith("urn:") else element.resource.local
