"""The citizen's account and the reminder, folded from a record: what belongs in them, and what does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from hub.documents import papers
from hub.documents.account import AccessReport, access_report
from hub.domain.case import Case
from hub.domain.disclosure import DisclosureMade, InformCitizen
from hub.domain.message import ReceiveMessage
from hub.domain.referral import AcceptReferral
from hub.errors import Contradiction, NotFound
from hub.law.facts import Subject
from hub.store import Recorded
from tests.domain.acts import (
    answer_request,
    ask_information,
    disclose,
    give_consent,
    give_feedback,
    give_receipt,
    report_concern,
    send_referral,
    withdraw_consent,
)
from tests.domain.test_message import CAME
from tests.fakes import SmallDirectory
from tests.office import Office
from tests.people import CLINIC, FAMILIES, KIRSTEN, MONDAY, NURSES, TUESDAY
from tests.postroom import Postroom

TODAY = date(2024, 3, 6)


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    with Office(sqlite_url) as office:
        yield office


def told(office: Office, case: UUID) -> AccessReport:
    events, standing = stands(office, case)
    return access_report(events, standing, SmallDirectory(), TODAY)


def stands(office: Office, case: UUID) -> tuple[tuple[Recorded, ...], Case]:
    return office.record.case(case), office.hub.cases.load(case)[1]


def test_a_message_that_came_in_is_told_and_owes_her_no_word(office: Office) -> None:
    case = office.open().case
    office.act(case, lambda _: ReceiveMessage(CAME))
    found = told(office, case)
    (shared,) = found.account.shared
    assert (shared.name, shared.sender.unit, shared.recipient.unit) == ("care-message-received", FAMILIES, CLINIC)
    assert (shared.basis, shared.arrived) == (None, "")
    assert (found.account.refused, found.untold) == (0, 0)


def test_an_act_is_told_with_its_consent_and_what_she_was_told(office: Office) -> None:
    room = Postroom(office)
    case, _ = room.told()
    room.empty()
    (act,) = (row.event.disclosure for row in office.record.stream(case) if isinstance(row.event, DisclosureMade))
    office.act(case, lambda _: InformCitizen(about=act, at=office.clock(), by=CLINIC, how="i telefonen"))
    (shared,) = told(office, case).account.shared
    assert (shared.name, shared.sender.unit, shared.recipient.unit) == ("disclosure-made", CLINIC, FAMILIES)
    assert (shared.basis, shared.consents) == ("SUL-43-1", (MONDAY,))
    assert (shared.informed_at, shared.informed_how) == (office.clock(), "i telefonen")
    assert shared.arrived == "underway"
    assert told(office, case).untold == 0


def test_her_consents_stand_as_they_stand(office: Office) -> None:
    room = Postroom(office)
    case, consent = room.told()
    (agreed,) = told(office, case).account.agreed
    assert (agreed.given_at, agreed.lapses_on, agreed.withdrawn_at) == (MONDAY, date(2025, 3, 4), None)
    office.act(case, lambda _: withdraw_consent(office.clock(), consent))
    (agreed,) = told(office, case).account.agreed
    assert agreed.withdrawn_at == office.clock()


def test_what_was_refused_is_counted_and_told_nobody(office: Office) -> None:
    case = office.open().case
    office.act(case, lambda key: disclose(office.clock(), disclosure=key))
    made = told(office, case).account
    assert (made.shared, made.refused) == ((), 1)


def test_what_is_about_her_partner_is_not_hers_to_read(office: Office) -> None:
    """R17: each person is a subject of her own; an account of hers holds nothing of his."""
    case = office.open().case
    office.act(case, lambda key: give_consent(MONDAY, key, given_by="partner", subjects=("partner",)))
    office.act(case, lambda key: disclose(office.clock(), disclosure=key, subject=Subject("partner", 31)))
    office.act(
        case, lambda key: disclose(office.clock(), disclosure=key, subject=Subject("partner", 31), recipient=NURSES)
    )
    assert {recorded.name.partition(".")[0] for recorded in office.record.case(case)} >= {
        "disclosure-made",
        "disclosure-refused",
    }
    made = told(office, case).account
    assert (made.shared, made.refused, made.agreed) == ((), 0, ())


def test_a_concern_she_was_not_told_of_is_reported_to_whoever_prints(office: Office) -> None:
    case = office.open().case
    office.act(case, lambda key: replace(report_concern(office.clock()), concern=key))
    assert told(office, case).untold == 1


def test_a_unit_that_left_the_directory_keeps_its_name_in_what_happened(office: Office) -> None:
    case, _ = Postroom(office).told()
    events, standing = stands(office, case)
    (shared,) = access_report(events, standing, SmallDirectory([CLINIC]), TODAY).account.shared
    assert (shared.recipient.unit_name, shared.recipient.organisation_name) == ("familieafdeling", "aabenraa")


def missing(office: Office, case: UUID, act: UUID) -> tuple[str, str]:
    made = papers.reminder(*stands(office, case), act, SmallDirectory(), office.clock() + timedelta(days=9))
    assert (made.on, made.sent_on, made.act) == (date(2024, 3, 13), date(2024, 3, 4), act)
    return made.owed, str(made.due)


def test_a_concern_lacks_its_receipt_then_its_feedback_then_nothing(office: Office) -> None:
    case = office.open().case
    act = office.act(case, lambda key: replace(report_concern(office.clock()), concern=key)).act
    office.let_leave(case)
    assert missing(office, case, act) == ("ACK_RECEIPT", "2024-03-11")
    office.act(case, lambda key: replace(give_receipt(office.clock()), receipt=key, concern=act), FAMILIES)
    assert missing(office, case, act)[0] == "FEEDBACK"
    office.act(case, lambda key: replace(give_feedback(office.clock()), feedback=key, concern=act), FAMILIES)
    with pytest.raises(Contradiction, match="nothing is missing"):
        missing(office, case, act)


def test_a_request_lacks_its_answer(office: Office) -> None:
    room = Postroom(office)
    case, _ = room.told()
    room.empty()
    ask = ask_information(office.clock(), answer_by=date(2024, 3, 12))
    act = office.act(case, lambda key: replace(ask, request=key), FAMILIES).act
    room.empty()
    assert missing(office, case, act) == ("ANSWER", "2024-03-12")
    made = papers.reminder(*stands(office, case), act, SmallDirectory(), office.clock())
    assert (made.sender.unit, made.recipient.unit, made.citizen) == (FAMILIES, CLINIC, replace(KIRSTEN, address=""))
    assert len(made.reference) == 16
    office.act(case, lambda key: replace(answer_request(office.clock()), answer=key, request=act))
    with pytest.raises(Contradiction, match="nothing is missing"):
        missing(office, case, act)


def test_a_referral_lacks_its_answer(office: Office) -> None:
    case = office.open(NURSES).case
    office.act(case, lambda key: give_consent(MONDAY, key, NURSES, disclosers=(NURSES,), recipients=(CLINIC,)), NURSES)
    act = office.act(case, lambda key: replace(send_referral(office.clock(), by=NURSES), referral=key), NURSES).act
    office.let_leave(case)
    assert missing(office, case, act) == ("ACCEPTANCE", "None")
    office.act(case, lambda _: AcceptReferral(referral=act, at=office.clock(), by=CLINIC))
    with pytest.raises(Contradiction, match="nothing is missing"):
        missing(office, case, act)


def test_there_is_no_reminder_of_what_was_never_sent(office: Office) -> None:
    case, consent = Postroom(office).told()
    with pytest.raises(NotFound):
        papers.reminder(*stands(office, case), consent, SmallDirectory(), TUESDAY)


def test_a_form_names_only_units_of_the_directory() -> None:
    form = papers.consent_form("4.2", CLINIC, [FAMILIES], SmallDirectory(), TODAY)
    assert (form.owner.unit, [other.unit for other in form.others], form.citizen) == (CLINIC, [FAMILIES], None)
    assert form.categories == papers.CATEGORIES
    with pytest.raises(NotFound, match=str(NURSES)):
        papers.consent_form("4.2", CLINIC, [NURSES], SmallDirectory([CLINIC]), TODAY)
