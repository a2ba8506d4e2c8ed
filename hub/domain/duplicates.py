"""Letters that look like one sent before: same sender, receiver and words, under another key (case C18).

Nothing is refused for it, since the same may be said twice on purpose; whoever sent it twice by mistake is told.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from uuid import UUID

from hub.domain.addressed import Bringing
from hub.domain.concern import ConcernFeedbackGiven, ConcernReported
from hub.domain.correction.events import ActCorrected
from hub.domain.disclosure import DisclosureCorrected, DisclosureMade
from hub.domain.referral import ReferralSent
from hub.domain.request.events import RequestAnswered
from hub.vocabulary.information import content_digest


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The first letter of each content, and which later one looks like which first."""

    first: Mapping[str, UUID] = field(default_factory=dict)
    like: Mapping[UUID, UUID] = field(default_factory=dict)


def evolve(duplicates: Duplicates, event: Bringing) -> Duplicates:
    """The letters after one more."""
    key = _content(event)
    before = duplicates.first.get(key)
    if before is None:
        return Duplicates({**duplicates.first, key: event.known_as}, duplicates.like)
    return Duplicates(duplicates.first, {**duplicates.like, event.known_as: before})


def _content(event: Bringing) -> str:
    """What makes a letter the same, as a digest: its kind, its parties, what it is about and what it says."""
    match event:
        case ReferralSent(reason=reason):
            words = reason
        case DisclosureMade(purpose=purpose):
            words = purpose
        case ConcernReported(account=account):
            words = "\x00".join(astuple(account))
        case ActCorrected(corrects=act, words=said):
            words = f"{act.act} {said}"
        case DisclosureCorrected(disclosure=before) | ConcernFeedbackGiven(concern=before):
            words = str(before)
        case RequestAnswered(request=asked):
            words = str(asked)
    parts = (type(event).__name__, str(event.by), str(event.recipient), words, content_digest(event.items))
    return sha256("\x00".join(parts).encode()).hexdigest()
