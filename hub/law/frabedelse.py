"""The later no: exclusions and withdrawals that reach beyond the statement they stand in (rule R24).

A no takes out what it mentions from every consent given before it, until a consent given after it covers the same
again. It survives the statement it came with: neither expiry nor withdrawal of that statement brings anything back.
Said inside a consent that was only silent, it is a no all the same.
"""

from collections.abc import Iterator
from datetime import datetime

from hub.law.facts import ConsentFact, Facts
from hub.law.samtykkegiver import may_say_no
from hub.vocabulary.organisations import Unit


def standing(facts: Facts, age: int | None) -> dict[str, datetime]:
    """For each category the moment of the latest no that had been said by the time of the act."""
    noes: dict[str, datetime] = {}
    for consent in facts.consents:
        if consent.excludes or consent.withdrawn_at is not None:
            for said_at, categories in _said(consent, facts, age):
                for category in categories:
                    noes[category] = max(said_at, noes.get(category, said_at))
    return noes


def _said(consent: ConsentFact, facts: Facts, age: int | None) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    role = facts.subject.role
    if not _is_about(role, consent.subjects) or not may_say_no(consent.given_by, role, age, facts.flags):
        return
    if consent.excludes and consent.given_at <= facts.at:
        yield consent.given_at, consent.excludes
    if consent.withdrawn_at is not None and consent.withdrawn_at <= facts.at and _reaches(consent, facts):
        yield consent.withdrawn_at, consent.categories


def _reaches(consent: ConsentFact, facts: Facts) -> bool:
    """Does the withdrawal speak of these parties, this purpose and this direction? What is blank is not limited."""
    direction = "indhente" if facts.act == "indhentning" else "videregive"
    return (
        consent.direction in (direction, "begge", None)
        and _is_about(facts.discloser, consent.disclosers)
        and _includes(facts.recipient, consent.recipients)
        and _is_about(facts.purpose, consent.purposes)
    )


def _includes(unit: Unit, named: tuple[Unit, ...]) -> bool:
    """A no that names a whole organisation is a no to each of its units: it counts for all it mentions (R24)."""
    return _is_about(unit, named) or Unit(unit.kind, "-", unit.organisation) in named


def _is_about(wanted: object, named: tuple[object, ...]) -> bool:
    return not named or wanted in named
