"""The adapters that a letter passes through, and the channels it may leave by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.domain.audience import documents
from hub.errors import Undeliverable, Unsendable
from hub.ports.carrier import Carrier, Packer, Parcel
from hub.ports.letter import Letter, Renderer, Translator

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

    def pack(self, letter: Letter) -> Parcel:
        """The letter rendered and packed for the receiver's channel, once nothing refuses it."""
        fhir = self.translator.message(letter)
        self.refuse(letter, fhir)
        rest = {
            n: self.translator.document(letter, n)
            for n, document in enumerate(documents(letter.event), 1)
            if not document.is_pdf
        }
        return self.named(letter.recipient.channel).packer.pack(letter, self.renderer.render(letter, fhir), fhir, rest)

    def carrier_of(self, name: str) -> Carrier:
        """The carrier that a parcel was packed for."""
        for carrier in (self.carrier, *(channel.carrier for channel in self.others.values())):
            if carrier.name == name:
                return carrier
        raise Undeliverable("channel-not-configured")
