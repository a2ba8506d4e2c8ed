"""Who discloses, receives and acts: `kind/unit@organisation`, as `kommune/familieafdeling@aabenraa`.

Kind and unit are codes of the law catalogue, `-` stands for no unit; the organisation is the directory's key (in law
scenarios, where nothing is looked up, a plain name). Two units of one organisation are two receivers: the
sundhedspleje and the familieafdeling of one municipality do not share what they are told (catalogue rule R20).
"""

import re
from dataclasses import dataclass

from hub.errors import Unreadable

KINDS = frozenset({"hospital", "gp", "kommune", "ngo", "private", "other_authority", "ankestyrelsen"})
NO_UNIT = "-"
_UNIT = re.compile(r"[a-z][a-z0-9_]{0,63}|-")
_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f@/\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One unit of one organisation. Compare for equality: the law knows no "almost the same unit"."""

    kind: str
    unit: str
    organisation: str

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """`kind/unit@organisation` as a Unit; `Unreadable` says which part is wrong."""
        rule = "kind/unit@organisation, e.g. kommune/familieafdeling@aabenraa"
        place, at, organisation = text.partition("@")
        kind, slash, unit = place.partition("/")
        if not at or not slash:
            raise Unreadable(f"expected {rule}")
        if kind not in KINDS:
            raise Unreadable(f"unknown kind; expected one of {', '.join(sorted(KINDS))}")
        if not _UNIT.fullmatch(unit):
            raise Unreadable(f"a unit is lower-case ASCII letters, digits and _, or '-' for none; expected {rule}")
        if not organisation.strip() or organisation != organisation.strip() or len(organisation) > 120:
            raise Unreadable(f"an organisation has 1 to 120 characters; expected {rule}")
        if _UNSPEAKABLE.search(organisation):
            raise Unreadable("an organisation holds no control characters, '@' or '/'")
        return cls(kind, unit, organisation)

    @property
    def code(self) -> str:
        """Kind and unit without the organisation, as the law catalogue writes them: `kommune/familieafdeling`."""
        return f"{self.kind}/{self.unit}"

    def is_a(self, pattern: str) -> bool:
        """Does this unit fall under a catalogue pattern: `*`, a kind, or kind/unit?"""
        return pattern in ("*", self.kind, self.code)

    def __str__(self) -> str:
        return f"{self.code}@{self.organisation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry:
    """What the directory said of a unit at some moment, as a letter says it: its names and official numbers.

    `unit` is another than the one that was written to where a successor had taken its place.
    """

    unit: Unit
    organisation_name: str
    unit_name: str
    cvr: str | None = None
    sor: str | None = None
    gln: str | None = None
    phone: str | None = None
