"""May a letter that was lawfully recorded still leave? The one answer that the carriers and the doors go by.

A withdrawal stops what rests on the consent and has not left (rule R04); a letter to the municipality that she has
moved away from since does not go there (secure-mail guide §12, "wrong recipient"). What has left stays told.

Once a woman has died, what was to be said about her, or asked, and has not left does not go: its sender looks at it
again, and sends anew what is still to be said (case C14). Receipts, feedback and corrections are owed to their
receivers and go, and so does what is about a child or a partner.

An underretning always goes: the duty is to the child, and a municipality that is not hers passes it on (barnets lov
§§ 132 and 133). That she lives elsewhere is told to a person instead (guide §0). A retraction goes wherever the letter
went that it takes back, and as long as that has not left, nowhere: it would tell of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from hub.domain.addressed import Addressed
from hub.domain.case import Case
from hub.domain.concern import ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted
from hub.domain.course.death import is_known
from hub.domain.disclosure import DisclosureMade
from hub.domain.duty import HER_OWN
from hub.domain.referral import ReferralSent
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, InformationRequested, RequestAnswered
from hub.domain.residence import MUNICIPALITY, moved_away
from hub.domain.ruling import ruling_of
from hub.domain.sent_acts import kind_of
from hub.vocabulary.organisations import Unit

Speaking = (  # acts that say something about the woman, or ask it, of their sender's own accord
    ReferralSent | DisclosureMade | InformationRequested | ClarificationAsked | ClarificationGiven | RequestAnswered
)
FIRST_NOT_LEFT = "first-letter-not-left"  # what a letter corrects has not left: it waits, and tells nothing meanwhile


@dataclass(frozen=True, slots=True)
class Ground:
    """What decides whether an act may still leave: to whom it goes, the consents it rests on, whether it is an
    underretning, whether it speaks of the woman herself, what it corrects, and whether it goes wherever that went. It
    never changes.
    """

    recipient: Unit
    consents: frozenset[str]
    is_concern: bool = False
    is_of_her: bool = False
    act: UUID | None = None
    corrects: tuple[UUID, ...] = ()
    is_retraction: bool = False


def ground_of(act: Addressed) -> Ground:
    """The ground of an act as it was recorded."""
    ruling = ruling_of(act)
    consents = frozenset(ruling.decision.consents) if ruling else frozenset[str]()
    match act:
        case ActCorrected(corrects=first):
            is_concern = first.kind == kind_of(ConcernReported)
            return Ground(act.recipient, consents, is_concern, act=act.known_as, corrects=(first.act,))
        case ActsRetracted(acts=acts):
            return Ground(act.recipient, consents, corrects=tuple(first.act for first in acts), is_retraction=True)
    is_of_her = isinstance(act, Speaking) and (ruling is None or ruling.facts.subject.role in HER_OWN)
    key = act.clarification if isinstance(act, ClarificationAsked | ClarificationGiven) else act.known_as
    return Ground(act.recipient, consents, isinstance(act, ConcernReported), is_of_her, key)


def hindrance(ground: Ground, case: Case, before: Callable[[], Iterable[object]]) -> str | None:
    """The code of what keeps the letter from leaving, as the case stands; None when it may.

    `before` gives the events of the case up to the act; it is asked only when she has died, or lives elsewhere than the
    letter goes.
    """
    if ground.act is not None and case.sent.is_void(ground.act):
        return "retracted"
    if not case.sent.have_left(ground.corrects):
        return FIRST_NOT_LEFT
    if rests_on_withdrawn(ground, case):
        return "consent-withdrawn"
    if ground.is_of_her and case.course.deaths and not is_known(before()):
        return "citizen-died"
    if ground.is_concern or ground.is_retraction or case.course.home in (None, ground.recipient.organisation):
        return None
    return "municipality-changed" if moved_away(ground.recipient, before()) else None


def lives_elsewhere(ground: Ground, case: Case) -> bool:
    """Does an underretning go to a municipality that is not hers, as the case stands?"""
    known, home = case.course.home, ground.recipient.organisation
    return ground.is_concern and ground.recipient.kind == MUNICIPALITY and known not in (None, home)


def rests_on_withdrawn(ground: Ground, case: Case) -> bool:
    """Was a consent that carries the act withdrawn since? What has not left yet stays (SM-23 of the mail guide)."""
    given = case.consents.given.items()
    return any(str(key) in ground.consents and consent.withdrawn_at is not None for key, consent in given)
