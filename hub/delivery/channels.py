"""The adapters that a letter passes through, and the channels it may leave by."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from hub.errors import Undeliverable, Unsendable
from hub.ports.carrier import Carrier, Packer, Parcel
from hub.ports.directory import Address
from hub.ports.letter import Letter, Renderer, Translator
from hub.store import PackedParcel

USUAL = "secure-mail"  # the channel of whoever prefers none


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: what packs for it, and what carries."""

    packer: Packer
    carrier: Carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Renderer, translator, the usual channel, and the `others` that a directory entry may prefer by name."""

    renderer: Renderer
    translator: Translator
    packer: Packer
    carrier: Carrier
    others: Mapping[str, Channel] = field(default_factory=dict)

    def named(self, channel: str | None) -> Channel:
        """The channel that a receiver prefers; never another instead of it (guide §12: a person decides)."""
        if channel in (None, USUAL):
            return Channel(self.packer, self.carrier)
        if channel not in self.others:
            rule = "a unit whose preferred channel this hub has been set up for"
            raise Unsendable("channel-not-configured", rule, field="recipient")
        return self.others[channel]

    def refuse(self, letter: Letter, fhir: bytes) -> None:
        """Raise `Unsendable` for a letter that could never leave: no safe way there, or too large for it.

        `fhir` is its message. No PDF is made to find out.
        """
        packer = self.named(letter.recipient.channel).packer
        packer.refuse(letter, self.renderer.at_most(letter, fhir), len(fhir))

    def pack(self, letter: Letter, message_id: UUID) -> Parcel:
        """The letter rendered and packed for the receiver's channel under this id, once nothing refuses it.

        Its forms bear the id that the letter itself has: packed anew, it is the same letter still.
        """
        fhir = self.translator.message(letter)
        self.refuse(letter, fhir)
        packer, pdf = self.named(letter.recipient.channel).packer, self.renderer.render(letter, fhir)
        return packer.pack(replace(letter, message_id=message_id), pdf, fhir)

    def stale(self, kept: PackedParcel, sender: Address, recipient: Address) -> str | None:
        """Why what was packed earlier may not leave as it is, as a code; None when it may. See `Packer.stale`."""
        channel = self.named(recipient.channel)
        known = (Channel(self.packer, self.carrier), *self.others.values())
        packed_for = next((one for one in known if one.carrier.name == kept.channel), channel)
        if packed_for.packer is not channel.packer:
            return "channel-changed"
        return channel.packer.stale(kept.parcel, sender, recipient)

    def carrier_of(self, name: str) -> Carrier:
        """The carrier that a parcel was packed for."""
        for carrier in (self.carrier, *(channel.carrier for channel in self.others.values())):
            if carrier.name == name:
                return carrier
        raise Undeliverable("channel-not-configured")
