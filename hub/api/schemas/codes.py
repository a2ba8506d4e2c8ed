"""The closed word lists of the doors: one class a list, the same in a body, a query and an answer.

Words that the law or an agreement may add to (categories, purposes, provisions) are no list of these but `Code`s.
"""

from enum import StrEnum


class SubjectRole(StrEnum):
    """Whose information it is."""

    GRAVID = "gravid"
    MOR = "mor"
    PARTNER = "partner"
    BARN = "barn"
    NYFOEDT = "nyfoedt"
    KOMMENDE_BARN = "kommende_barn"


class StatementForm(StrEnum):
    """How a consent was given (hub.law.facts.FORMS)."""

    WRITTEN = "written"
    ORAL = "oral"
    TACIT = "tacit"


class ConsentDirection(StrEnum):
    """What a consent lets happen: that it is told, that it is fetched, or both (hub.law.facts.DIRECTIONS)."""

    VIDEREGIVE = "videregive"
    INDHENTE = "indhente"
    BEGGE = "begge"


class ConsentScope(StrEnum):
    """A consent for one occasion (hub.law.facts.SCOPES)."""

    NETWORK_MEETING = "network_meeting"


class ConsentSought(StrEnum):
    """Was the woman asked before an underretning? (hub.law.facts.CONSENT_SOUGHT)"""

    YES = "yes"
    NO = "no"
    REFUSED = "refused"
    NOT_APPLICABLE = "n/a"


class NoticeChannel(StrEnum):
    """How an underretning was made (hub.law.facts.NOTICE_CHANNELS)."""

    WRITTEN = "written"
    ORAL = "oral"


class Abuse(StrEnum):
    """By whom abuse of a child is known or suspected (hub.law.facts.ABUSE)."""

    BY_PARENT = "by_parent"
    BY_OTHER = "by_other"
    NONE = "none"


class DisclosureAct(StrEnum):
    """What kind of act passes information on of one's own accord (among hub.law.facts.ACTS)."""

    VIDEREGIVELSE = "videregivelse"
    FLYTTEUNDERRETNING = "flytteunderretning"
    RAADGIVNING = "raadgivning"


class FollowKind(StrEnum):
    """What a message does with the one before it."""

    REPLY = "reply"
    FORWARD = "forward"


class Place(StrEnum):
    """Where she lives outside the directory (hub.vocabulary.information.ELSEWHERE)."""

    MUNICIPALITY = "municipality"
    ABROAD = "abroad"
    UNKNOWN = "unknown"


class CaseStatus(StrEnum):
    """A case, for the unit that asks."""

    OPEN = "open"
    CLOSED = "closed"


class ConsentStatus(StrEnum):
    """How a consent stands."""

    IN_FORCE = "in-force"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class ConsentStood(StrEnum):
    """How a consent stood when an act relied on it."""

    IN_FORCE = "in force"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    NOT_YET_GIVEN = "not yet given"


class ReferralStatus(StrEnum):
    """How a referral goes."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IN_CONTACT = "in-contact"
    COMPLETED = "completed"


class ConcernStatus(StrEnum):
    """How an underretning stands with its receiver."""

    REPORTED = "reported"
    RECEIVED = "received"


class RequestStatus(StrEnum):
    """How a request for information stands."""

    ASKED = "asked"
    TO_BE_CLARIFIED = "to-be-clarified"
    ANSWERED = "answered"


class PlanStatus(StrEnum):
    """How a plan stands."""

    ACTIVE = "active"
    COMPLETED = "completed"
    REVOKED = "revoked"


class DeliveryOutcome(StrEnum):
    """What became of a letter in the end."""

    ARRIVED = "arrived"
    FAILED = "failed"


class DeliveryStatus(StrEnum):
    """How a letter stands: accepted is what a carrier says, received is proof that it arrived."""

    DUE = "due"
    QUEUED = "queued"
    HELD = "held"
    ATTEMPTED = "attempted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RECEIVED = "received"
    ABANDONED = "abandoned"


class RegisterOutcome(StrEnum):
    """An act in the register. Received: a message of another system, on a basis that its sender answers for."""

    MADE = "made"
    REFUSED = "refused"
    RECEIVED = "received"


class LiveStatus(StrEnum):
    """The process answers."""

    LIVE = "live"


class ReadyStatus(StrEnum):
    """Can the record be read, has it room, and do the read models hold all of it?"""

    READY = "ready"
    BEHIND = "behind"
    INCOMPLETE = "incomplete"
    FULL = "full"
    DAMAGED = "damaged"
    NO_RECORD = "no-record"
