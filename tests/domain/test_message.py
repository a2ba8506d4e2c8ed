"""Messages that came in, on their case: once, shown to sender and receiver, and who may go on from one."""

from dataclasses import replace
from typing import Any

import pytest

from hub.domain.case import decide, fold
from hub.domain.disclosure import DisclosureMade
from hub.domain.message import CareMessageReceived, Following, HospitalStayNotified, ReceiveMessage, kept_in
from hub.errors import NotFound
from hub.vocabulary.information import Item
from tests.domain.acts import (
    CLEAN,
    a_case,
    closed,
    consent_fact,
    consent_given,
    disclose,
    facts,
    known_as,
    made,
    opened,
)
from tests.people import CLINIC, FAMILIES, MIDWIVES, MONDAY, NURSES, TUESDAY, WEDNESDAY
from tests.spec import given

MESSAGE = "5a663fe8-c361-411d-876d-4f6b06749e59"
CAME = CareMessageReceived(
    message=MESSAGE,
    at=TUESDAY,
    by=FAMILIES,
    recipient=CLINIC,
    thread="urn:uuid:5fdc8520-7a2f-497c-97ed-fcca13f12f8b",
    activity="new-message",
    category="healthcare",
    episodes=("39e3e169-9ece-4ba4-bd24-2e0fbeebc333",),
)
STAY = HospitalStayNotified(
    message="b9b4818e-02de-4cc4-b418-d20cbc7b5404",
    at=TUESDAY,
    by=CLINIC,
    recipient=NURSES,
    activity="admit-inpatient",
    kind="IMP",
    status="in-progress",
    began=MONDAY,
    episodes=("82873e50-325e-4016-8a68-2934bdb2f66d",),
)
HISTORY = (a_case(), consent_given(MONDAY), CAME)
REPLY, FORWARD = Following(MESSAGE, "reply"), Following(MESSAGE, "forward")


def going_on(follows: Following, *items: Any, **passing: Any) -> Any:
    """A disclosure that goes on from a message."""
    act = disclose(WEDNESDAY, items=items or (CLEAN,), **passing)
    return replace(act, follows=follows)


@pytest.mark.parametrize("event", [CAME, STAY], ids=["care", "stay"])
def test_a_message_stands_on_the_case_as_it_came(event: CareMessageReceived | HospitalStayNotified) -> None:
    after = given(a_case()).when(ReceiveMessage(event)).then(event).after
    assert after is not None
    assert after.incoming.messages == {event.message}
    assert after.incoming.episodes == set(event.episodes)
    assert after.knows(event.recipient)


def test_it_stands_there_once() -> None:
    given(a_case(), CAME).when(ReceiveMessage(CAME)).then()


def test_a_closed_case_takes_none_in() -> None:
    given(*opened(), closed()).when(ReceiveMessage(CAME)).then_contradicts("case-closed")


def test_what_came_owes_nothing_and_is_no_act_of_the_hubs() -> None:
    case = fold((a_case(), CAME, STAY))
    assert case is not None
    assert not case.owed
    assert not case.disclosures.acts


def test_the_bytes_lie_in_a_stream_of_their_own() -> None:
    streams = {kept_in(known_as(case), message) for case in ("one", "other") for message in (MESSAGE, STAY.message)}
    assert len(streams) == 4


class TestGoingOn:
    def test_a_reply_goes_to_the_sender(self) -> None:
        told = replace(made(facts(WEDNESDAY, consent_fact(MONDAY))), follows=REPLY)
        given(*HISTORY).when(going_on(REPLY)).then(told)

    def test_and_to_nobody_else(self) -> None:
        given(*HISTORY).when(going_on(REPLY, recipient=NURSES)).then_contradicts("not-its-sender")

    def test_from_a_message_that_is_not_there_or_is_a_stay(self) -> None:
        given(a_case(), CAME).when(going_on(Following("gone", "reply"))).then_not_found()
        given(a_case(), STAY).when(going_on(Following(STAY.message, "reply"))).then_not_found()

    def test_from_a_message_between_others(self) -> None:
        between = replace(CAME, recipient=MIDWIVES)
        with pytest.raises(NotFound):
            given(a_case(), consent_given(MONDAY), between).when(going_on(FORWARD)).then()

    def test_a_message_is_forwarded_whole(self) -> None:
        told = replace(made(facts(WEDNESDAY, consent_fact(MONDAY))), follows=FORWARD)
        given(*HISTORY).when(going_on(FORWARD)).then(told)

    def test_or_not_at_all_when_the_law_holds_a_part_back(self) -> None:
        asked_for = Item("anden_oplysning", "uden for samtykket")
        (event,) = decide(fold(HISTORY), going_on(FORWARD, CLEAN, asked_for))
        assert isinstance(event, DisclosureMade)
        assert (event.items, event.follows) == ((CLEAN,), None)
