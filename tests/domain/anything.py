"""Any command at all: sensible ones often, nonsense sometimes, at any moment, by anybody."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from hub.domain.case import CaseCommand
from hub.domain.concern import AssessConcern, GiveFeedback, GiveReceipt, ReportConcern
from hub.domain.consent import ConfirmConsent, DeclineConsent, GiveConsent, Terms, WithdrawConsent
from hub.domain.correction.events import CorrectAct, Fault
from hub.domain.course.amendments import CorrectBirth, IdentifyChild, TakeBackBirth, TakeBackPregnancyEnd
from hub.domain.course.citizen import EndAddressProtection, IdentifyCitizen, ProtectAddress
from hub.domain.course.death import RegisterDeath, TakeBackDeath
from hub.domain.course.events import (
    AppointCoordinator,
    AssignCareLevel,
    AssignContactPerson,
    ChangeMunicipality,
    Child,
    CloseCase,
    EndPregnancy,
    JoinParty,
    LeaveParty,
    OpenCase,
    RegisterBirth,
    ReopenCase,
    SetDueDate,
)
from hub.domain.disclosure import CorrectDisclosure, Disclose, InformCitizen, Passing
from hub.domain.duty import FulfilDuty
from hub.domain.notifier import Account, Notifier, RegisterConcern
from hub.domain.plan import AgreePlan, CompleteTask, RevisePlan, Undertaking
from hub.domain.referral import (
    AcceptReferral,
    CompleteReferral,
    DeclineReferral,
    MakeFirstContact,
    ReportNoShow,
    SendReferral,
)
from hub.domain.request.events import AnswerRequest, AskClarification, AskInformation, Declined, GiveClarification
from hub.law.facts import Flags, Notification, Subject
from hub.law.hjemmel import DutyCode
from hub.vocabulary.information import Elsewhere, Item
from hub.vocabulary.organisations import Unit
from tests.domain.acts import CASE, CONSENT, PURPOSE, disclose, form, give_consent, known_as, withdraw_consent
from tests.people import (
    BRITA,
    CLINIC,
    DAUGHTER_CPR,
    DOCTOR,
    FAMILIES,
    KIRSTEN,
    MONDAY,
    NADIA,
    NURSES,
    SON_CPR,
    WEDNESDAY,
)

units = st.sampled_from((CLINIC, FAMILIES, NURSES, DOCTOR))
# With a fixed offset, as every door gives them: a wall clock's hour that is skipped or repeated equals no other moment.
moments: st.SearchStrategy[datetime] = st.one_of(
    st.integers(0, 6).map(lambda days: MONDAY + timedelta(days=days)),
    st.integers(-500 * 24, 500 * 24).map(lambda hours: MONDAY + timedelta(hours=hours)),
).map(lambda moment: moment.astimezone(UTC))
consents = st.sampled_from([CONSENT, *(known_as(f"consent {number}") for number in range(5))])
acts = st.sampled_from([known_as(f"act {number}") for number in range(4)])
words = st.sampled_from(("", "ja", "Hun er enig.", "\u202e?"))
categories = st.sampled_from(("rusmiddel", "fremmoede", "mor_barn_observation", "alt_relevant"))
several = st.lists(categories, max_size=3, unique=True).map(tuple)
one_or_more = st.lists(categories, min_size=1, max_size=3, unique=True).map(tuple)
items = st.lists(
    st.builds(Item, categories, words, st.booleans()), min_size=1, max_size=3, unique_by=lambda item: item.category
).map(tuple)
bases = st.sampled_from(
    (
        "SUL-43-1",
        "SUL-43-1",
        "SUL-41-1",
        "SUL-41-2-1",
        "SUL-43-2-2",
        "BL-133-1-2",
        "RSL-11a-1",
        "RSL-11c-1-1",
        "?",
        None,
    )
)
subjects = st.sampled_from((Subject("gravid"), Subject("gravid"), Subject("kommende_barn"), Subject("partner", 30)))
flags = st.builds(Flags, current_course=st.booleans(), necessary=st.booleans(), opted_out=st.sampled_from((None, True)))
notifications = st.builds(Notification, consent_sought=st.sampled_from(("yes", "no", "refused")))
days = st.one_of(st.none(), st.dates(date(2023, 1, 1), date(2026, 1, 1)))


def usually(value: Any, others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Most often this, sometimes anything."""
    return st.one_of(st.just(value), st.just(value), others)


terms = st.builds(
    Terms,
    form=usually("written", st.sampled_from(("oral", "tacit"))),
    given_by=usually("gravid", st.just("partner")),
    received_by=usually(CLINIC, units),
    direction=usually("videregive", st.sampled_from(("indhente", "begge"))),
    disclosers=usually((CLINIC,), st.lists(units, max_size=2).map(tuple)),
    recipients=usually((FAMILIES,), st.lists(units, max_size=2).map(tuple)),
    categories=usually(("rusmiddel", "fremmoede"), several),
    purposes=st.just((PURPOSE,)),
    subjects=st.just(("gravid",)),
    valid_until=usually(None, days),
    excludes=usually((), several),
)


@st.composite
def passings(draw: st.DrawFn, at: datetime, by: Unit, sends: tuple[Item, ...], act: str) -> Passing:
    """What an act would rest on."""
    return Passing(
        act=act,
        initiative="discloser",
        discloser=by,
        recipient=draw(usually(FAMILIES, units)),
        at=at,
        basis=draw(bases),
        purpose=PURPOSE if act == "videregivelse" else act,
        categories=tuple(dict.fromkeys(item.category for item in sends)),
        subject=draw(subjects),
        notification=draw(notifications) if act == "underretning" else None,
        flags=draw(flags),
    )


@st.composite
def carried(draw: st.DrawFn) -> CaseCommand:
    """A disclosure, a referral or an underretning."""
    at, by, sends = draw(moments), draw(usually(CLINIC, units)), draw(items)
    key, already_made = draw(acts), draw(st.booleans())
    kind = draw(st.sampled_from((Disclose, Disclose, SendReferral, ReportConcern)))
    if kind is ReportConcern:
        passing = draw(passings(at, by, sends, "underretning"))
        account = Account(occasion="", seen_and_heard="")
        return ReportConcern(
            concern=key, at=at, by=by, passing=passing, account=account, items=sends, already_made=already_made
        )
    passing = draw(passings(at, by, sends, "videregivelse"))
    if kind is SendReferral:
        return SendReferral(
            referral=key, at=at, by=by, passing=passing, reason="", items=sends, already_made=already_made
        )
    return Disclose(disclosure=key, at=at, by=by, passing=passing, items=sends, already_made=already_made)


def stated(kind: Any, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A command of this kind by anybody at any moment."""
    return st.builds(kind, at=moments, by=units, **more)


consenting: st.SearchStrategy[CaseCommand] = st.one_of(
    st.builds(GiveConsent, consents, moments, units, terms),
    st.builds(DeclineConsent, consents, moments, units, terms),
    st.builds(ConfirmConsent, consents, moments, units),
    st.builds(WithdrawConsent, consents, moments, units),
    st.builds(WithdrawConsent, st.just(CONSENT), st.just(WEDNESDAY), st.just(CLINIC)),
)
corrections: st.SearchStrategy[CaseCommand] = st.one_of(
    stated(CorrectDisclosure, correction=acts, disclosure=acts, items=items),
    stated(
        CorrectAct,
        correction=acts,
        act=acts,
        wrong=st.sampled_from(((), ("item-1",), ("occasion",), ("item-9",))),
        fault=st.sampled_from(Fault),
        words=words,
        items=usually((), items),
    ),
)
children = st.integers(0, 3)
course: st.SearchStrategy[CaseCommand] = st.one_of(
    stated(OpenCase, case=st.just(CASE), citizen=st.sampled_from((KIRSTEN, BRITA, NADIA))),
    stated(JoinParty, unit=units, citizen=st.sampled_from((None, BRITA))),
    stated(LeaveParty, unit=units),
    stated(AssignCareLevel, level=st.integers(1, 4)),
    stated(SetDueDate, due_date=st.one_of(st.dates(MONDAY.date(), MONDAY.date() + timedelta(days=270)), st.dates())),
    stated(AppointCoordinator, person=words),
    stated(AssignContactPerson, person=words),
    stated(
        ChangeMunicipality,
        to=st.sampled_from(("aabenraa", "odense", Elsewhere("abroad", "Sverige"), Elsewhere("unknown"))),
    ),
    stated(
        RegisterBirth,
        children=st.sampled_from(
            ((Child(MONDAY, DAUGHTER_CPR),), (Child(MONDAY),), (Child(MONDAY, stillborn=True), Child(MONDAY)))
        ),
    ),
    stated(IdentifyChild, child=children, cpr=st.sampled_from((DAUGHTER_CPR, SON_CPR))),
    stated(
        CorrectBirth,
        child=children,
        born_at=moments,
        cpr=st.sampled_from((None, SON_CPR)),
        stillborn=st.booleans(),
        reason=words,
    ),
    stated(TakeBackBirth, child=children, reason=words),
    stated(IdentifyCitizen, cpr=st.sampled_from((KIRSTEN.cpr, BRITA.cpr, None)), born=st.none()),
    stated(ProtectAddress),
    stated(EndAddressProtection),
    stated(EndPregnancy),
    stated(TakeBackPregnancyEnd, reason=words),
    stated(RegisterDeath, died_on=moments.map(lambda moment: moment.date())),
    stated(TakeBackDeath, reason=words),
    stated(CloseCase, reason=words),
    stated(ReopenCase, reason=words),
)
exchanges: st.SearchStrategy[CaseCommand] = st.one_of(
    st.builds(
        AskInformation,
        request=acts,
        at=moments,
        by=usually(FAMILIES, units),
        recipient=usually(CLINIC, units),
        form=st.builds(
            form,
            items=several,
            basis=st.sampled_from(("RSL-11c-1-1", "RSL-11a-1", "SUL-43-1")),
            consent=st.booleans(),
            purpose=st.just(PURPOSE),
        ),
    ),
    stated(AskClarification, clarification=acts, request=acts, question=usually("", words)),
    stated(GiveClarification, clarification=acts, request=acts, items=several),
    st.builds(
        AnswerRequest,
        answer=acts,
        request=acts,
        at=moments,
        by=usually(CLINIC, units),
        role=st.none(),
        items=items,
        declined=usually((), st.tuples(st.builds(Declined, category=categories, reason=words))),
        already_made=st.booleans(),
    ),
    stated(
        RegisterConcern,
        concern=acts,
        notifier=st.builds(Notifier, kind=st.sampled_from(("private", "professional", "anonymous"))),
        channel=st.sampled_from(("written", "oral")),
        subject=subjects,
        account=st.just(Account(occasion="", seen_and_heard="")),
        items=items,
    ),
    stated(AssessConcern, concern=acts, acute=st.booleans()),
    stated(GiveReceipt, receipt=acts, concern=acts),
    stated(GiveFeedback, feedback=acts, concern=acts, items=items, special_regard=st.booleans()),
    stated(AcceptReferral, referral=acts),
    stated(DeclineReferral, referral=acts, reason=words),
    stated(MakeFirstContact, referral=acts),
    stated(ReportNoShow, referral=acts),
    stated(CompleteReferral, referral=acts),
    stated(InformCitizen, about=acts, how=words),
    stated(FulfilDuty, act=acts, duty=st.sampled_from(DutyCode)),
)
disclosing: st.SearchStrategy[CaseCommand] = st.one_of(
    st.builds(disclose, moments, disclosure=acts),
    st.builds(disclose, st.just(WEDNESDAY), items=items, disclosure=acts, already_made=st.booleans()),
    st.builds(CorrectDisclosure, correction=acts, disclosure=acts, at=moments, by=st.just(CLINIC), items=items),
)
plain: st.SearchStrategy[CaseCommand] = st.one_of(
    disclosing,
    disclosing,
    st.builds(give_consent, moments, consents),
    st.builds(withdraw_consent, moments, consents, units),
)
relying: st.SearchStrategy[CaseCommand] = st.one_of(disclosing, carried(), corrections)
undertakings = st.lists(st.builds(Undertaking, what=words, responsible=units, due=days), max_size=3).map(tuple)
planning: st.SearchStrategy[CaseCommand] = st.one_of(
    stated(AgreePlan, plan=acts, title=words, agreed_with_citizen_at=moments, tasks=undertakings, review_on=days),
    stated(RevisePlan, plan=acts, agreed_with_citizen_at=moments, tasks=undertakings, review_on=days),
    stated(CompleteTask, plan=acts, task=st.integers(1, 5)),
)
commands: st.SearchStrategy[CaseCommand] = st.one_of(consenting, relying, exchanges, planning, course)
