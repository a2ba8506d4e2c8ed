"""Paper that is no letter of one act: a consent to sign, a reminder, and what was shared about her, for herself.

The account is folded from the record itself, as a replay is (hub.compliance.replay). What is about somebody else – her
partner, say – is left out of it, and so is every attempt that was refused: nobody was told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.compliance.disclosure_entry import DisclosureEntry
from hub.compliance.replay import replay
from hub.domain.audience import Addressed
from hub.domain.case import Case
from hub.domain.concern import ConcernReported
from hub.domain.consent import Consent
from hub.domain.delivery import DeliveryQueued
from hub.domain.disclosure import THE_WOMAN
from hub.domain.duty import Obligation, obligations
from hub.domain.identity import act_of
from hub.domain.referral import ReferralAccepted, ReferralDeclined, ReferralSent
from hub.domain.request.events import InformationRequested, RequestAnswered
from hub.domain.ruling import ruling_of
from hub.errors import Contradiction, NotFound
from hub.law.hjemmel import DutyCode
from hub.ports.directory import Address, Directory
from hub.ports.papers import Agreed, ConsentForm, Reminder, Shared, SharingAccount
from hub.store import Recorded
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

HER_OWN = frozenset({*THE_WOMAN, "kommende_barn", "nyfoedt", "barn"})  # whom the acts are about that she is told of
REMINDED = (DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK)  # the duties to the notifier; the assessment is owed to the child
CATEGORIES = (  # what a form offers unless it is told otherwise; more can be written by hand
    *("rusmiddel", "psykisk_helbred", "obstetrik", "medicin", "fremmoede", "plan_foedsel"),
    *("social_situation", "boligforhold", "oekonomi", "netvaerk", "vold"),
)


@dataclass(frozen=True, slots=True)
class AccessReport:
    """An account, and how many of its acts she has not been told of, as far as the record knows."""

    account: SharingAccount
    untold: int


def access_report(events: Sequence[Recorded], case: Case, directory: Directory, on: date) -> AccessReport:
    """What these events of one case say was shared about her."""
    about = {f"{recorded.partition}/{recorded.position}": _about(recorded.event) for recorded in events}
    lines = [line for line in replay(events) if about[line.act.position] in (None, *HER_OWN)]
    told = [line for line in lines if line.act.outcome != "refused"]
    paper = SharingAccount(
        citizen=case.course.citizen,
        on=on,
        shared=tuple(_shared(line, directory) for line in told),
        agreed=tuple(_agreed(consent, directory) for consent in _hers(case.consents.given)),
        refused=len(lines) - len(told),
    )
    return AccessReport(paper, sum(line.told is None and line.act.outcome == "made" for line in told))


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
    return Reminder(
        sender=_entered(sent.event.by, directory),
        recipient=_entered(sent.event.recipient, directory),
        citizen=case.course.citizen_by(sent.event.by),
        on=local_day(now),
        act=act,
        name=_kind(sent),
        sent_on=local_day(sent.event.at),
        owed=owed,
        due=due,
        reference=_reference(events, act, sent.event.recipient),
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


def _is_missing(each: Obligation) -> bool:
    return each.duty in REMINDED and each.fulfilled_at is None


def _reference(events: Sequence[Recorded], act: UUID, recipient: Unit) -> str:
    """The reference that the letter bore, if it left through the hub."""
    letters = (recorded.event for recorded in events if isinstance(recorded.event, DeliveryQueued))
    return next((letter.reference for letter in letters if letter.act == act and letter.recipient == recipient), "")


def _about(event: object) -> str | None:
    """Whom an act is about; None when it says nothing of anybody, as a question about a question does not."""
    ruling = ruling_of(event)
    return ruling.facts.subject.role if ruling else None


def _hers(given: Mapping[UUID, Consent]) -> list[Consent]:
    """The consents that she gave herself, oldest first."""
    return sorted((each for each in given.values() if each.terms.given_by in THE_WOMAN), key=lambda each: each.given_at)


def _shared(line: DisclosureEntry, directory: Directory) -> Shared:
    return Shared(
        at=line.act.at,
        name=line.act.kind,
        sender=_known(line.parties.discloser, directory),
        recipient=_known(line.parties.recipient, directory),
        categories=line.content.categories,
        purpose=line.ruling.purpose,
        basis=line.ruling.basis,
        citation=line.ruling.citation,
        consents=tuple(dict.fromkeys(consent.given_at for consent in line.consents)),
        informed_at=line.told.at if line.told else None,
        informed_how=line.told.how if line.told else "",
        arrived=_arrived(line),
    )


def _arrived(line: DisclosureEntry) -> str:
    if line.act.outcome == "received":
        return ""  # the hub sent no letter
    if line.act.already_made:
        return "told"
    became = line.delivery.status.partition(":")[0] if line.delivery else ""
    return became if became in ("arrived", "held", "failed") else "underway"


def _agreed(consent: Consent, directory: Directory) -> Agreed:
    terms = consent.terms
    return Agreed(
        given_at=consent.given_at,
        direction=terms.direction,
        disclosers=tuple(_known(unit, directory) for unit in terms.disclosers),
        recipients=tuple(_known(unit, directory) for unit in terms.recipients),
        categories=terms.categories,
        lapses_on=terms.lapses_on(consent.given_at),
        withdrawn_at=consent.withdrawn_at,
    )


def _entered(unit: Unit, directory: Directory) -> Address:
    found = directory.find(unit)
    if found is None:
        raise NotFound(f"no such unit in the directory: {unit}")
    return found


def _known(unit: Unit, directory: Directory) -> Address:
    """The entry, or the unit's own name once it has left the directory: what happened stays told."""
    return directory.find(unit) or Address(unit=unit, organisation_name=unit.organisation, unit_name=unit.unit)


def _kind(sent: Recorded) -> str:
    return sent.name.partition(".")[0]
