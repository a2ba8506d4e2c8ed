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


class NotifierKind(StrEnum):
    """Who made an underretning that came in from outside the hub (hub.domain.notifier)."""

    PRIVATE = "private"
    PROFESSIONAL = "professional"
    ANONYMOUS = "anonymous"


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
    """How a consent stands. Unconfirmed: another unit registered it, and it carries this one only once it confirms."""

    IN_FORCE = "in-force"
    UNCONFIRMED = "unconfirmed"
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


class ParkedWhy(StrEnum):
    """Why a message waits for a person (hub.intake.case_match); no-base: for its sender, who states one."""

    NO_CPR_NUMBER = "no-cpr-number"
    NO_CASE = "no-case"
    AMBIGUOUS = "ambiguous"
    CASE_CLOSED = "case-closed"
    NO_BASE = "no-base"


class MessageActivity(StrEnum):
    """What a MedCom message does: CareCommunication 5.0, HospitalNotification 3.0 (adapters.medcom.systems)."""

    NEW_MESSAGE = "new-message"
    REPLY_MESSAGE = "reply-message"
    FORWARD_MESSAGE = "forward-message"
    ADMIT_EMERGENCY = "admit-emergency"
    ADMIT_INPATIENT = "admit-inpatient"
    START_LEAVE_INPATIENT = "start-leave-inpatient"
    END_LEAVE_INPATIENT = "end-leave-inpatient"
    DISCHARGE_EMERGENCY_HOME = "discharge-emergency-home"
    DISCHARGE_INPATIENT_HOME = "discharge-inpatient-home"
    REVISE_ADMIT_EMERGENCY = "revise-admit-emergency"
    REVISE_ADMIT_INPATIENT = "revise-admit-inpatient"
    REVISE_START_LEAVE_INPATIENT = "revise-start-leave-inpatient"
    REVISE_END_LEAVE_INPATIENT = "revise-end-leave-inpatient"
    REVISE_DISCHARGE_EMERGENCY_HOME = "revise-discharge-emergency-home"
    REVISE_DISCHARGE_INPATIENT_HOME = "revise-discharge-inpatient-home"
    CANCEL_ADMIT_EMERGENCY = "cancel-admit-emergency"
    CANCEL_ADMIT_INPATIENT = "cancel-admit-inpatient"
    CANCEL_START_LEAVE_INPATIENT = "cancel-start-leave-inpatient"
    CANCEL_END_LEAVE_INPATIENT = "cancel-end-leave-inpatient"
    CANCEL_DISCHARGE_EMERGENCY_HOME = "cancel-discharge-emergency-home"
    CANCEL_DISCHARGE_INPATIENT_HOME = "cancel-discharge-inpatient-home"


class CaseRelation(StrEnum):
    """What a unit has to do with the woman whose case it opens or joins (hub.domain.course.plausibility)."""

    BEHANDLING = "behandling"
    MYNDIGHEDSSAG = "myndighedssag"
    RAADGIVNING = "raadgivning"
    UNDERRETNING = "underretning"


class RegisterOutcome(StrEnum):
    """An act in the register. Received: a message of another system, on a basis that its sender answers for.

    Joined: a unit came onto a case by the woman's number, on the relation it states.
    """

    JOINED = "joined"
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
