"""Acts that carry words from one unit to another: each leaves the house as a letter, unless it was made before."""

from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.notifier import ConcernReceived
from hub.domain.referral import ReferralSent
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, InformationRequested, RequestAnswered
from hub.law.hjemmel import Reason
from hub.vocabulary.information import Attachment

Addressed = (  # acts that carry words from one unit to another
    ReferralSent
    | DisclosureMade
    | DisclosureCorrected
    | ActCorrected
    | ActsRetracted
    | ConcernReported
    | ConcernReceiptGiven
    | ConcernFeedbackGiven
    | InformationRequested
    | ClarificationAsked
    | ClarificationGiven
    | RequestAnswered
)
Rectifying = ActsRetracted  # of them what rests on the duty to correct, and no ruling
Bringing = (  # those of them that bring items, with words and documents
    ReferralSent
    | DisclosureMade
    | DisclosureCorrected
    | ActCorrected
    | ConcernReported
    | ConcernFeedbackGiven
    | RequestAnswered
)


def documents(event: object) -> tuple[Attachment, ...]:
    """The documents that an act brings along, in the order of its items; outside the first is known as number 1."""
    items = event.items if isinstance(event, Bringing | ConcernReceived) else ()
    return tuple(item.attachment for item in items if item.attachment is not None)


def leaves(event: object) -> Addressed | None:
    """The event, if it is an act that must leave the house as a letter; an act already made has left."""
    return event if isinstance(event, Addressed) and not event.already_made else None


def is_told_at_once(act: Addressed) -> bool:
    """Does its receiver know the act from the moment it is registered, though nothing is sent?

    An act already made is its receiver's to see only where the law, asked as of the day it is registered, lets pass all
    that it let pass then; else it is its author's and compliance's alone.
    """
    if not act.already_made or act.ruling is None or act.registered is None:
        return False
    if isinstance(act, ClarificationAsked) and not act.question:
        return True  # of items and days alone: nothing of hers passes
    then, now = act.ruling.decision, act.registered
    if not now.permits:  # a vague request goes on all the same, to be clarified (rule R09)
        return now.decision.reason is then.reason is Reason.REQUEST_NOT_SPECIFIC
    return set(then.passes) <= set(now.decision.passes)
