"""The adapters that a letter passes through, and the channels it may leave by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.errors import Undeliverable
from hub.ports import Carrier, Packer, Renderer, Translator

USUAL = "secure-mail"  # the channel of whoever prefers none


@dataclass(frozen=True, slots=True)
class Way:
    """One channel: what packs for it, and what carries."""

    packer: Packer
    carrier: Carrier


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Renderer, translator, the usual way, and the `ways` that a directory entry may prefer by name."""

    renderer: Renderer
    translator: Translator
    packer: Packer
    carrier: Carrier
    ways: Mapping[str, Way] = field(default_factory=dict)

    def way(self, channel: str | None) -> Way:
        """The channel that a receiver prefers; never another instead of it (guide §12: a person decides)."""
        if channel in (None, USUAL):
            return Way(self.packer, self.carrier)
        if channel not in self.ways:
            raise Undeliverable("channel-not-configured")
        return self.ways[channel]

    def carrier_of(self, name: str) -> Carrier:
        """The carrier that a parcel was packed for."""
        for each in (self.carrier, *(way.carrier for way in self.ways.values())):
            if each.name == name:
                return each
        raise Undeliverable("channel-not-configured")
