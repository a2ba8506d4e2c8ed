"""An underretning from outside the hub: whoever made it, its clocks run, and nobody is made to say a name (C12)."""

from datetime import date, datetime, timedelta

import pytest

from hub.domain.case import CaseCommand, decide, fold
from hub.domain.concern import ConcernReceiptGiven
from hub.domain.disclosure import DisclosureRefused
from hub.domain.duty import obligations
from hub.domain.notifier import OUTSIDE, ConcernReceived, Notifier, RegisterConcern
from hub.errors import Unreadable
from hub.law.facts import Subject
from hub.law.hjemmel import Due, DutyCode
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    ACCOUNT,
    CLEAN,
    CONCERN,
    STARTED,
    a_case,
    ask_information,
    concern_assessed,
    disclose,
    give_feedback,
    give_receipt,
    report_concern,
    send_referral,
)
from tests.people import CHARITY, CLINIC, COPENHAGEN, FAMILIES, NURSES, THURSDAY, WEDNESDAY
from tests.spec import given

CALLED = datetime(2024, 5, 7, 14, 30, tzinfo=COPENHAGEN)  # decisions.yaml: Ascension Day and a Sunday lie in between
NEIGHBOUR = Notifier(kind="private", name="Test Nabosen", contact="Testsøjlerne 6, 6200 Aabenraa")
MIDWIFE = Notifier(kind="professional", name="Test Jordemosen", profession="privat jordemoder", contact="Testvej 1")
NOBODY = Notifier(kind="anonymous")
A_DAY = Due(DutyCode.ASSESS_24H, CALLED + timedelta(hours=24))
SIX_HVERDAGE = Due(DutyCode.ACK_RECEIPT, date(2024, 5, 15))


def register(notifier: Notifier, channel: str = "oral", by: Unit = FAMILIES) -> RegisterConcern:
    """Somebody has called."""
    return RegisterConcern(
        concern=CONCERN,
        at=CALLED,
        by=by,
        notifier=notifier,
        channel=channel,
        subject=Subject("kommende_barn"),
        account=ACCOUNT,
        items=(CLEAN,),
    )


def received(notifier: Notifier, channel: str, duties: tuple[DutyCode, ...], due: tuple[Due, ...]) -> ConcernReceived:
    """It is on record."""
    return ConcernReceived(
        concern=CONCERN,
        at=CALLED,
        by=FAMILIES,
        notifier=notifier,
        channel=channel,
        subject=Subject("kommende_barn"),
        account=ACCOUNT,
        items=(CLEAN,),
        duties=duties,
        due=due,
    )


BY_TELEPHONE = received(
    NEIGHBOUR, "oral", (DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT, DutyCode.NOTE_ORAL), (A_DAY, SIX_HVERDAGE)
)
FROM_NOBODY = received(NOBODY, "written", (DutyCode.ASSESS_24H,), (A_DAY,))
FROM_A_MIDWIFE = received(
    MIDWIFE, "written", (DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT, DutyCode.FEEDBACK), (A_DAY, SIX_HVERDAGE)
)


@pytest.mark.parametrize("event", [BY_TELEPHONE, FROM_NOBODY, FROM_A_MIDWIFE])
def test_it_is_registered_with_the_clocks_of_the_day_it_came(event: ConcernReceived) -> None:
    """The child's 24 hours for each; a receipt for whoever can get one; what was started for professionals (R33)."""
    given(a_case()).when(register(event.notifier, event.channel)).then(event)


def test_its_duties_stand_on_the_case_and_are_closed_by_what_answers_them() -> None:
    history = (a_case(), BY_TELEPHONE)
    assert {(owed.duty, owed.owed_by, owed.owed_to, owed.due) for owed in obligations(history)} == {
        (DutyCode.ASSESS_24H, FAMILIES, OUTSIDE, A_DAY.latest),
        (DutyCode.ACK_RECEIPT, FAMILIES, OUTSIDE, SIX_HVERDAGE.latest),
        (DutyCode.NOTE_ORAL, FAMILIES, OUTSIDE, None),
    }
    later = CALLED + timedelta(hours=2)
    answered = (*history, concern_assessed(later), *decide(fold(history), give_receipt(later)))
    assert [owed.duty for owed in obligations(answered) if owed.fulfilled_at is None] == [DutyCode.NOTE_ORAL]


def test_its_receipt_goes_on_paper() -> None:
    """The hub carries it to nobody: there is no unit it could go to."""
    (receipt,) = decide(fold((a_case(), BY_TELEPHONE)), give_receipt(CALLED))
    assert isinstance(receipt, ConcernReceiptGiven)
    assert (receipt.recipient, receipt.already_made, receipt.ruling.permits) == (OUTSIDE, True, True)


def test_what_was_started_is_told_to_a_professional_and_to_nobody_else() -> None:
    (told,) = decide(fold((a_case(), FROM_A_MIDWIFE)), give_feedback(CALLED, STARTED))
    assert not isinstance(told, DisclosureRefused)
    (kept,) = decide(fold((a_case(), BY_TELEPHONE)), give_feedback(CALLED, STARTED))
    assert isinstance(kept, DisclosureRefused)


@pytest.mark.parametrize("command", [give_receipt(CALLED), give_feedback(CALLED, STARTED)])
def test_an_anonymous_notifier_is_answered_nothing(command: CaseCommand) -> None:
    given(a_case(), FROM_NOBODY).when(command).then_contradicts("notifier-anonymous")


@pytest.mark.parametrize("more", [{"name": "Test Nabosen"}, {"profession": "nabo"}, {"contact": "Testvej 1"}])
def test_nothing_tells_who_an_anonymous_notifier_is(more: dict[str, str]) -> None:
    (field,) = more
    with pytest.raises(Unreadable) as complaint:
        decide(fold((a_case(),)), register(Notifier(kind="anonymous", **more)))
    assert complaint.value.field == f"notifier.{field}"


@pytest.mark.parametrize("by", [NURSES, CLINIC, CHARITY])
def test_only_who_receives_underretninger_registers_one(by: Unit) -> None:
    with pytest.raises(Unreadable) as complaint:
        decide(fold((a_case(),)), register(NEIGHBOUR, by=by))
    assert complaint.value.field == "acting_unit"


@pytest.mark.parametrize(
    "command",
    [
        report_concern(WEDNESDAY, discloser=FAMILIES, recipient=FAMILIES),
        disclose(WEDNESDAY, recipient=CLINIC),
        disclose(WEDNESDAY, recipient=CLINIC, already_made=True),
        send_referral(WEDNESDAY, by=CLINIC, recipient=CLINIC),
        ask_information(WEDNESDAY, by=FAMILIES, recipient=FAMILIES),
    ],
    ids=["underretning", "disclosure", "one already made", "referral", "request"],
)
def test_nothing_is_addressed_to_the_unit_that_makes_it(command: CaseCommand) -> None:
    with pytest.raises(Unreadable) as complaint:
        decide(fold((a_case(),)), command)
    assert complaint.value.field == "recipient"


def test_an_unspoken_word_is_no_condition() -> None:
    """No name, no place to write to, no items: it counts all the same."""
    bare = RegisterConcern(
        concern=CONCERN,
        at=THURSDAY,
        by=FAMILIES,
        notifier=Notifier(kind="private"),
        channel="written",
        subject=Subject("barn"),
        account=ACCOUNT,
    )
    (event,) = decide(fold((a_case(),)), bare)
    assert isinstance(event, ConcernReceived)
    assert event.duties == (DutyCode.ASSESS_24H, DutyCode.ACK_RECEIPT)
    assert Item not in map(type, event.items)
