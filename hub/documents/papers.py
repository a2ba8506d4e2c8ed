"""Paper that no carrier takes: a consent to sign, a reminder of what is missing, a reply to whoever is no unit."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from hub.domain.addressed import Addressed
from hub.domain.case import Case
from hub.domain.concern import ConcernFeedbackGiven, ConcernReceiptGiven, ConcernReported
from hub.domain.delivery import DeliveryQueued
from hub.domain.duty import Obligation, obligations
from hub.domain.identity import act_of
from hub.domain.notifier import PROFESSIONAL, ConcernReceived
from hub.domain.protection import as_told_to
from hub.domain.referral import ReferralAccepted, ReferralDeclined, ReferralSent
from hub.domain.request.events import InformationRequested, RequestAnswered
from hub.errors import Contradiction, NotFound
from hub.law.hjemmel import DutyCode
from hub.ports.directory import Address, Directory, entry_on
from hub.ports.papers import ConsentForm, NotifierReply, Reminder
from hub.store import Recorded
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

REMINDED = (DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK)  # the duties to the notifier; the assessment is owed to the child
CATEGORIES = (  # what a form offers unless it is told otherwise; more can be written by hand
    *("rusmiddel", "psykisk_helbred", "obstetrik", "medicin", "fremmoede", "plan_foedsel"),
    *("social_situation", "boligforhold", "oekonomi", "netvaerk", "vold"),
)


def consent_form(
    number: str,
    owner: Unit,
    others: Iterable[Unit],
    directory: Directory,
    on: date,
    *,
    citizen: Citizen | None = None,
    categories: tuple[str, ...] = CATEGORIES,
    purpose: str | None = None,
    meeting_on: date | None = None,
) -> ConsentForm:
    """A form to print; every unit on it stands in the directory."""
    return ConsentForm(
        number=number,
        owner=_entered(owner, directory),
        on=on,
        citizen=citizen,
        others=tuple(_entered(unit, directory) for unit in others),
        categories=categories,
        purpose=purpose,
        meeting_on=meeting_on,
    )


def reminder(events: Sequence[Recorded], case: Case, act: UUID, directory: Directory, now: datetime) -> Reminder:
    """What is missing after this act, the earliest due first; `Contradiction` when nothing is."""
    sent = next(
        (recorded for recorded in events if isinstance(recorded.event, Addressed) and act_of(recorded.event) == act),
        None,
    )
    if sent is None or not isinstance(sent.event, Addressed):
        raise NotFound("no such act on this case")
    owed, due = _missing(sent.event, [recorded.event for recorded in events])
    recipient = _standing(case.heir(sent.event.recipient), directory, local_day(now))
    return Reminder(
        sender=_entered(case.heir(sent.event.by), directory),
        recipient=recipient,
        citizen=as_told_to(recipient.unit, case.course.citizen_by(case.heir(sent.event.by))),
        on=local_day(now),
        act=act,
        name=_kind(sent),
        sent_on=local_day(sent.event.at),
        owed=owed,
        due=due,
        reference=_reference(events, act, sent.event.recipient),
    )


def notifier_reply(events: Sequence[Recorded], concern: UUID, directory: Directory, *, receipt: bool) -> NotifierReply:
    """The receipt, or the latest feedback, as paper for a notifier who is no unit; `NotFound` when there is none."""
    came = next(
        (row.event for row in events if isinstance(row.event, ConcernReceived) and row.event.concern == concern),
        None,
    )
    kind = ConcernReceiptGiven if receipt else ConcernFeedbackGiven
    given = [(row, row.event) for row in events if isinstance(row.event, kind) and row.event.concern == concern]
    if came is None or not given:
        raise NotFound("no such reply on paper")
    recorded, reply = given[-1]
    decision = reply.ruling.decision
    return NotifierReply(
        sender=_entered(reply.by, directory),
        to=came.notifier.name,
        contact=came.notifier.contact,
        on=local_day(reply.at),
        act=reply.known_as,
        received_on=local_day(came.at),
        professional=came.notifier.kind == PROFESSIONAL,
        basis=decision.basis,
        citation=decision.citation,
        items=reply.items if isinstance(reply, ConcernFeedbackGiven) else (),
        is_receipt=receipt,
        person=(recorded.meta.person if recorded.meta else None) or "",
        role=(recorded.meta.role if recorded.meta else None) or "",
    )


def _missing(sent: Addressed, events: Sequence[object]) -> tuple[str, datetime | date | None]:
    match sent:
        case InformationRequested(request=key, form=form):
            if not any(isinstance(event, RequestAnswered) and event.request == key for event in events):
                return "ANSWER", form.answer_by
        case ReferralSent(referral=key):
            answers = (event for event in events if isinstance(event, ReferralAccepted | ReferralDeclined))
            if all(answer.referral != key for answer in answers):
                return "ACCEPTANCE", None
        case ConcernReported(concern=key):
            open_still = [
                obligation for obligation in obligations(events) if obligation.act == key and _is_missing(obligation)
            ]
            if open_still:
                return open_still[0].duty, open_still[0].due
    raise Contradiction("nothing is missing after this act", code="nothing-missing")


def _is_missing(obligation: Obligation) -> bool:
    return obligation.duty in REMINDED and obligation.fulfilled_at is None


def _reference(events: Sequence[Recorded], act: UUID, recipient: Unit) -> str:
    """The reference that the letter bore, if it left through the hub."""
    letters = (recorded.event for recorded in events if isinstance(recorded.event, DeliveryQueued))
    return next((letter.reference for letter in letters if letter.act == act and letter.recipient == recipient), "")


def _entered(unit: Unit, directory: Directory) -> Address:
    found = directory.find(unit)
    if found is None:
        raise NotFound(f"no such unit in the directory: {unit}")
    return found


def _standing(unit: Unit, directory: Directory, on: date) -> Address:
    """Who is written to: the unit, or its successor of that day."""
    return entry_on(directory, unit, on) or _entered(unit, directory)


def _kind(sent: Recorded) -> str:
    return sent.name.partition(".")[0]
