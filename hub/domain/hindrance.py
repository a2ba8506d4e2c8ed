"""May a letter that was lawfully recorded still leave? The one answer that the carriers and the doors go by.

A withdrawal stops what rests on the consent and has not left (rule R04); a letter to the municipality that she has
moved away from since does not go there (secure-mail guide §12, "wrong recipient"). What has left stays told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hub.domain.case import Case
from hub.domain.residence import moved_away
from hub.domain.ruling import Ruling
from hub.vocabulary.organisations import Unit


@dataclass(frozen=True, slots=True)
class Ground:
    """What decides whether an act may still leave: to whom it goes, and the consents it rests on. It never changes."""

    recipient: Unit | None
    consents: frozenset[str]


def ground_of(act: object) -> Ground:
    """The ground of an act as it was recorded."""
    ruling = getattr(act, "ruling", None)
    consents = frozenset(ruling.decision.consents) if isinstance(ruling, Ruling) else frozenset[str]()
    return Ground(getattr(act, "recipient", None), consents)


def hindrance(ground: Ground, case: Case, before: Callable[[], Iterable[object]]) -> str | None:
    """The code of what keeps the letter from leaving, as the case stands; None when it may.

    `before` gives the events of the case up to the act; it is asked only when she lives elsewhere than the letter goes.
    """
    if rests_on_withdrawn(ground, case):
        return "consent-withdrawn"
    if ground.recipient is None or case.course.municipality in (None, ground.recipient.organisation):
        return None
    return "municipality-changed" if moved_away(ground.recipient, before()) else None


def rests_on_withdrawn(ground: Ground, case: Case) -> bool:
    """Was a consent that carries the act withdrawn since? What has not left yet stays (SM-23 of the mail guide)."""
    given = case.consents.given.items()
    return any(str(key) in ground.consents and consent.withdrawn_at is not None for key, consent in given)
