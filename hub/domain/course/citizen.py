"""Who the woman is: a number that comes later, and that her name and address are protected.

By what she is known stands in hub.vocabulary.identification; how a unit then names her is hub.domain.course.decider's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.domain.succession import Heir
from hub.errors import Contradiction
from hub.vocabulary.identification import ForeignNumber, Identification, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit

FIELDS = {"cpr": "cpr", "replacement": "replacement_number", "foreign": "foreign_number"}  # as the doors call them


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyCitizen:
    """A number of hers has come, or her date of birth; what she was known by before stays as an alias."""

    at: datetime
    by: Unit
    cpr: Cpr | None = None
    replacement: ReplacementNumber | None = None
    foreign: ForeignNumber | None = None
    born: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectAddress:
    """Her name and address are protected (CPR-loven § 28), as this unit knows."""

    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAddressProtection:
    """They are protected no longer, as this unit knows."""

    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenIdentified:
    """She is known by more from here on, as this unit states her; what she was known by before finds her still."""

    at: datetime
    by: Unit
    citizen: Citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProtected:
    """Her name and address are protected (CPR-loven § 28). It goes along with every letter of the unit that knows."""

    at: datetime
    by: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProtectionEnded:
    """They are protected no longer, as this unit says; what others know of it stays theirs."""

    at: datetime
    by: Unit


KnownAs = Mapping[Unit, frozenset[Identification]]  # by what each unit finds her


def come(command: IdentifyCitizen, known: Citizen) -> Citizen:
    """What has come of her, and nothing else but her name."""
    return Citizen(command.cpr, known.name, replacement=command.replacement, foreign=command.foreign, born=command.born)


def identified(known: Citizen, command: IdentifyCitizen) -> Citizen:
    """The woman with what has come; `Contradiction` for another number than she has, and for nothing new."""
    for name, door in FIELDS.items():
        stated, before = getattr(command, name), getattr(known, name)
        if None not in (stated, before) and stated != before:
            detail = "she has another such number on this case; a wrong or a changed one is corrected"
            raise Contradiction(detail, code="another-number", field=door)
    found = replace(come(command, known), address=known.address, protected=known.protected).known_before_as(known)
    if set(found.identifications) <= set(known.identifications):
        raise Contradiction("this unit knows her by this already", code="already-identified")
    return found


def learned(known_as: KnownAs, unit: Unit, citizen: Citizen) -> KnownAs:
    """Who finds her by what, once this unit stated her so or was told."""
    return {**known_as, unit: known_as.get(unit, frozenset()).union(citizen.identifications)}


def known_to_heirs(known_as: KnownAs, heir: Heir) -> KnownAs:
    """A successor finds her by what each unit that it stands for did."""
    found = dict[Unit, frozenset[Identification]]()
    for unit, known_by in known_as.items():
        found[heir(unit)] = found.get(heir(unit), frozenset()) | known_by
    return found
