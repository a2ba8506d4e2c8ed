"""Who acts: a system client, for one unit, and the person and role it names."""

from dataclasses import dataclass

from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class Actor:
    """The client and unit are read from the token; person and role are what the client states (product.md, "Doors").

    `formerly` are the units that the unit took over from, by the directory, up to today.
    """

    client: str
    unit: Unit
    person: str | None = None
    role: str | None = None
    formerly: frozenset[Unit] = frozenset()

    @property
    def units(self) -> frozenset[Unit]:
        """The unit, and those that it took over from: what lists are asked by."""
        return self.formerly | {self.unit}
