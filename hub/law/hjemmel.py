"""The words a legal answer is given in: provision, reason, duty, subsumption, decision.

`Hjemmel` names a provision by its stable id; citation, editions and sources stand in the catalogue. A `Subsumption` is
what one provision says about the facts; a `Decision` is what the law as a whole says, and what is then owed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hub.law.danish_dates import written, written_moment
from hub.law.facts import Facts
from hub.vocabulary.period import local_minute


class Outcome(StrEnum):
    """May it pass? "permit-with-duties": yes, and something is still owed or part is held back."""

    PERMIT = "permit"
    PERMIT_WITH_DUTIES = "permit-with-duties"
    REFUSE = "refuse"


class Reason(StrEnum):
    """Why: one code per decision. The codes are stored in events and never renamed."""

    OK_CONSENT_WRITTEN = "OK_CONSENT_WRITTEN"
    OK_CONSENT_ORAL_REASON = "OK_CONSENT_ORAL_REASON"
    OK_CONSENT_TREATMENT = "OK_CONSENT_TREATMENT"
    OK_TREATMENT_CURRENT = "OK_TREATMENT_CURRENT"
    OK_DISCHARGE_LETTER = "OK_DISCHARGE_LETTER"
    OK_STATUTORY_REQUEST_CONSENT = "OK_STATUTORY_REQUEST_CONSENT"
    OK_STATUTORY_REQUEST_NO_CONSENT = "OK_STATUTORY_REQUEST_NO_CONSENT"
    OK_STATUTORY_DUTY = "OK_STATUTORY_DUTY"
    OK_GENERAL_DUTY = "OK_GENERAL_DUTY"
    OK_WEIGHTY_INTEREST = "OK_WEIGHTY_INTEREST"
    OK_NOT_PERSONAL_DATA = "OK_NOT_PERSONAL_DATA"
    OK_MOVE_NOTICE = "OK_MOVE_NOTICE"
    OK_FEEDBACK = "OK_FEEDBACK"
    OK_ANKESTYRELSEN = "OK_ANKESTYRELSEN"
    CONSENT_MISSING = "CONSENT_MISSING"
    CONSENT_ORAL_NO_REASON = "CONSENT_ORAL_NO_REASON"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    CONSENT_NOT_YET_GIVEN = "CONSENT_NOT_YET_GIVEN"
    CONSENT_NOT_SPECIFIC = "CONSENT_NOT_SPECIFIC"
    CONSENT_WRONG_RECIPIENT = "CONSENT_WRONG_RECIPIENT"
    CONSENT_WRONG_DISCLOSER = "CONSENT_WRONG_DISCLOSER"
    CONSENT_WRONG_CATEGORY = "CONSENT_WRONG_CATEGORY"
    CONSENT_WRONG_PURPOSE = "CONSENT_WRONG_PURPOSE"
    CONSENT_WRONG_DIRECTION = "CONSENT_WRONG_DIRECTION"
    CONSENT_WRONG_SUBJECT = "CONSENT_WRONG_SUBJECT"
    CONSENT_GIVEN_TO_WRONG_PARTY = "CONSENT_GIVEN_TO_WRONG_PARTY"
    CONSENT_GIVER_INCOMPETENT = "CONSENT_GIVER_INCOMPETENT"
    CONSENT_CUSTODY_CONFLICT = "CONSENT_CUSTODY_CONFLICT"
    REQUEST_NOT_SPECIFIC = "REQUEST_NOT_SPECIFIC"
    REQUEST_CASE_TYPE_NOT_COVERED = "REQUEST_CASE_TYPE_NOT_COVERED"
    REQUEST_UNIT_NOT_COMPETENT = "REQUEST_UNIT_NOT_COMPETENT"
    REQUEST_NO_OPEN_CASE = "REQUEST_NO_OPEN_CASE"
    REQUEST_SUBJECT_NOT_COVERED = "REQUEST_SUBJECT_NOT_COVERED"
    ITEM_NOT_OBLIGED = "ITEM_NOT_OBLIGED"
    NOT_JOURNALISED = "NOT_JOURNALISED"
    SURPLUS_INFORMATION = "SURPLUS_INFORMATION"
    BASIS_NOT_IN_FORCE = "BASIS_NOT_IN_FORCE"
    BASIS_NOT_APPLICABLE = "BASIS_NOT_APPLICABLE"
    DISCLOSER_NOT_COVERED = "DISCLOSER_NOT_COVERED"
    RECIPIENT_NOT_COVERED = "RECIPIENT_NOT_COVERED"
    PATIENT_OPTED_OUT = "PATIENT_OPTED_OUT"
    NO_CURRENT_TREATMENT = "NO_CURRENT_TREATMENT"
    DECIDER_MISSING = "DECIDER_MISSING"
    NO_LEGAL_BASIS = "NO_LEGAL_BASIS"
    FEEDBACK_BEYOND_SCOPE = "FEEDBACK_BEYOND_SCOPE"


class DutyCode(StrEnum):
    """What somebody must do before, with or after the act; also the names of next steps. Order = order of listing."""

    CORRECT_CITATION = "CORRECT_CITATION"
    RECORD_CONSENT = "RECORD_CONSENT"
    RECORD_ORAL_REASON = "RECORD_ORAL_REASON"
    SEEK_CONSENT_FIRST = "SEEK_CONSENT_FIRST"
    RECORD_NO_CONSENT_REASON = "RECORD_NO_CONSENT_REASON"
    RECORD_BALANCING = "RECORD_BALANCING"
    INFORM_SUBJECT_BEFORE = "INFORM_SUBJECT_BEFORE"
    INFORM_SUBJECT_AFTER = "INFORM_SUBJECT_AFTER"
    JOURNAL_REQUEST = "JOURNAL_REQUEST"
    WITHHOLD_SURPLUS = "WITHHOLD_SURPLUS"
    EXPLAIN_DECLINE = "EXPLAIN_DECLINE"
    ASK_CLARIFICATION = "ASK_CLARIFICATION"
    REQUEST_NEW_CONSENT = "REQUEST_NEW_CONSENT"
    NAME_DECIDER = "NAME_DECIDER"
    NOTE_ORAL = "NOTE_ORAL"
    ASSESS_24H = "ASSESS_24H"
    ACK_RECEIPT = "ACK_RECEIPT"
    FEEDBACK = "FEEDBACK"
    INVESTIGATE_4M = "INVESTIGATE_4M"
    SEND_CASE_MATERIAL = "SEND_CASE_MATERIAL"
    JOURNAL_INCOMING_PLAN = "JOURNAL_INCOMING_PLAN"
    TELL_CONSEQUENCES = "TELL_CONSEQUENCES"
    RECORD_DISCLOSURE = "RECORD_DISCLOSURE"
    MINIMISE = "MINIMISE"


@dataclass(frozen=True, slots=True)
class Due:
    """The latest moment of a duty: a moment with zone where hours are counted, a day (to its end) where days are."""

    duty: DutyCode
    latest: datetime | date

    def __str__(self) -> str:
        """As the truth table writes it: `2024-05-08T14:30` local, or `2024-05-15`."""
        return local_minute(self.latest) if isinstance(self.latest, datetime) else self.latest.isoformat()

    def in_words(self, language: str) -> str:
        """As people write it: `8 May 2024 at 14:30`, local, or `15 May 2024`; the language is `da` or `en`."""
        latest = self.latest
        return written_moment(latest, language) if isinstance(latest, datetime) else written(latest, language)


@dataclass(frozen=True, slots=True)
class Subsumption:
    """What one provision says about the facts: met or not, why, what may not go, and who carries what.

    `surplus` stays behind as not covered, not asked or not needed, `declined` because the sender may decline it.
    `duties` is what the facts make due beyond the provision's own list, `settled` what of that list they show as done,
    `carried` the consents behind each category, `contested` the key of the open question answered conservatively,
    `rules` the rules of reading it rests on beside those of its reason.
    """

    basis: str
    reason: Reason
    met: bool
    surplus: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    duties: tuple[DutyCode, ...] = ()
    settled: tuple[DutyCode, ...] = ()
    carried: tuple[tuple[str, tuple[str, ...]], ...] = ()
    contested: str | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hjemmel:
    """A provision by its catalogue id."""

    id: str

    def met(
        self,
        reason: Reason,
        *,
        surplus: tuple[str, ...] = (),
        declined: tuple[str, ...] = (),
        duties: tuple[DutyCode, ...] = (),
        settled: tuple[DutyCode, ...] = (),
        carried: tuple[tuple[str, tuple[str, ...]], ...] = (),
        contested: str | None = None,
        rules: tuple[str, ...] = (),
    ) -> Subsumption:
        """The facts fall under the provision."""
        return Subsumption(self.id, reason, True, surplus, declined, duties, settled, carried, contested, rules)

    def not_met(self, reason: Reason, *, contested: str | None = None, rules: tuple[str, ...] = ()) -> Subsumption:
        """The facts do not fall under the provision; the reason is the first condition that fails."""
        return Subsumption(self.id, reason, False, contested=contested, rules=rules)


Provision = Callable[[Facts], Subsumption]
"""One provision as a function: facts in, what it says of them out."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, complete enough to be evidence: store it whole.

    `basis` carries the act (None when refused); `invoked` is what the sender cited, `citation` the provision that
    answered, in words and with its edition, `successor` the provisions that took over from a repealed citation.
    `granted` and `withheld` split the categories when only part may go and are both empty otherwise; `passes` is
    always the whole of what may go. `carried` names the consents behind each category that passes, `consents` all of
    them. `due` holds the duties that have a latest moment. `rules` are the catalogue's R-numbers behind the answer;
    `open_point` is the key of the unsettled question answered conservatively, `contested_why` what is unsettled.
    """

    outcome: Outcome
    basis: str | None
    edition: str | None
    gate: str | None
    reason: Reason
    duties: tuple[DutyCode, ...]
    due: tuple[Due, ...]
    granted: tuple[str, ...]
    withheld: tuple[str, ...]
    passes: tuple[str, ...]
    next_step: DutyCode | None
    contested: bool
    contested_why: str | None
    rules: tuple[str, ...]
    consents: tuple[str, ...]
    carried: tuple[tuple[str, tuple[str, ...]], ...]
    invoked: str | None
    tested: str | None
    citation: str | None
    successor: tuple[str, ...]
    act: str
    rule_set: str
    open_point: str | None = None

    @property
    def permitted(self) -> bool:
        """May anything pass?"""
        return self.outcome is not Outcome.REFUSE

    @property
    def deadlines(self) -> dict[str, str]:
        """Duty to latest moment, local, as the truth table writes it."""
        return {due.duty.value: str(due) for due in self.due}
