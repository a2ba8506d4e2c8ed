"""The hub's commands on a real record, on both engines: one woman one case, one effect, one order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.application.command_context import CommandContext, CommandResult
from hub.domain.access_log import RecordRead
from hub.domain.case import Case, CaseCommand, CaseEvent, fold
from hub.domain.consent import ConsentGiven, ConsentWithdrawn
from hub.domain.course.events import (
    AssignCareLevel,
    CaseKeyDestroyed,
    CaseOpened,
    CloseCase,
    EndPregnancy,
    JoinParty,
    PartyJoined,
    ReopenCase,
)
from hub.domain.disclosure import DisclosureMade, DisclosureRefused
from hub.domain.identity import act_id
from hub.errors import Contradiction, KeyReused, NotFound, StaleVersion
from hub.law.hjemmel import Reason
from hub.store import Meta, Save
from hub.vocabulary.organisations import Unit
from tests.domain.acts import concern_reported, disclose, give_consent, withdraw_consent
from tests.office import KEYS, Make, Office
from tests.people import ADDICTION, BRITA, CLINIC, FAMILIES, KIRSTEN, MONDAY, NURSES, acting_for
from tests.waiting import PATIENCE


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """A hub on an empty record, once on each engine."""
    with Office(database_url) as made:
        yield made


def consenting(office: Office, case: UUID) -> UUID:
    """She consents; the consent's id."""
    return office.act(case, lambda key: give_consent(MONDAY, key)).act


def over(office: Office, case: UUID, unit: Unit = CLINIC) -> None:
    """For this unit: the pregnancy, and with it the case."""
    office.act(case, lambda _: EndPregnancy(at=MONDAY, by=unit), unit)
    office.act(case, lambda _: CloseCase(reason="", at=MONDAY, by=unit), unit)


def telling(at: Any = MONDAY) -> Make:
    return lambda key: disclose(at, disclosure=key)


class TestOneWomanOneCase:
    """A second unit that opens joins, and learns nothing by it."""

    def test_the_first_opens(self, office: Office) -> None:
        opened = office.open()
        joined = PartyJoined(unit=CLINIC, at=MONDAY, by=CLINIC, citizen=KIRSTEN)
        assert office.events(opened.case) == [CaseOpened(case=opened.case, at=MONDAY, citizen=KIRSTEN), joined]
        assert [recorded.event for recorded in opened.events] == [joined]
        assert opened.version == 1

    def test_the_second_joins(self, office: Office) -> None:
        opened, joined = office.open(), office.open(NURSES, citizen=KIRSTEN, due_date=date(2024, 6, 20))
        assert joined.case == opened.case
        assert joined.events[0].event == PartyJoined(unit=NURSES, at=MONDAY, by=NURSES, citizen=KIRSTEN)
        assert joined.version == 2
        _, case = office.hub.cases.load(opened.case)
        assert case.course.due_date == date(2024, 6, 20)

    def test_another_woman_has_her_own(self, office: Office) -> None:
        assert office.open().case != office.open(citizen=BRITA).case

    def test_two_that_open_at_once_open_one(self, office: Office) -> None:
        units, gate = [CLINIC, NURSES, FAMILIES, ADDICTION], Barrier(4)
        offices = [office, office.beside(), office, office.beside()]

        def opening(at: Office, unit: Any) -> CommandResult:
            gate.wait(PATIENCE)
            return at.open(unit)

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(opening, offices, units))
        for beside in offices[1::2]:
            beside.record.close()
        assert len({outcome.case for outcome in outcomes}) == 1
        events = office.events(outcomes[0].case)
        assert [type(event) for event in events] == [CaseOpened, PartyJoined, PartyJoined, PartyJoined, PartyJoined]
        assert {event.by for event in events[1:]} == set(units)

    def test_the_same_call_at_once_is_one_call(self, office: Office) -> None:
        sent, gate = office.envelope(key="opening"), Barrier(4)

        def opening(_: int) -> CommandResult:
            gate.wait(PATIENCE)
            return office.open(sent=sent)

        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(opening, range(4)))
        assert all(outcome == outcomes[0] for outcome in outcomes)
        assert len(office.events(outcomes[0].case)) == 2

    def test_a_case_that_another_closed_while_she_is_pregnant_is_joined(self, office: Office) -> None:
        first = office.open().case
        office.act(first, lambda _: CloseCase(reason="", at=MONDAY, by=CLINIC))
        assert office.open(NURSES).case == office.open().case == first

    @pytest.mark.parametrize("others", [(), (NURSES,)])
    def test_after_the_pregnancy_who_closed_it_opens_another(self, office: Office, others: tuple[Unit, ...]) -> None:
        """Whether others go on with it or not; and they do, whatever they open."""
        first = office.open().case
        for unit in others:
            office.open(unit)
        over(office, first)
        second = office.open().case
        assert second != first
        assert [office.open(unit).case for unit in (*others, FAMILIES)] == [*(first for _ in others), second]

    @pytest.mark.parametrize("another", [False, True])
    def test_a_reopened_case_takes_in_others_unless_she_has_another(self, office: Office, another: bool) -> None:
        """Whoever reopens it is told neither."""
        first = office.open().case
        over(office, first)
        second = office.open(NURSES).case if another else first
        office.act(first, lambda _: ReopenCase(reason="", at=MONDAY, by=CLINIC))
        assert (office.open().case, office.open(FAMILIES).case) == (first, second)

    def test_that_others_reopened_it_does_not_bring_back_a_unit_for_which_it_is_over(self, office: Office) -> None:
        first = office.open().case
        office.open(NURSES)
        for unit in (CLINIC, NURSES):
            over(office, first, unit)
        office.act(first, lambda _: ReopenCase(reason="", at=MONDAY, by=NURSES), NURSES)
        assert office.open().case != first
        assert office.open(FAMILIES).case == first


class TestOnce:
    """The same key with the same request is one command, whatever happened since."""

    def test_opening_twice(self, office: Office) -> None:
        sent = office.envelope(key="one")
        assert office.open(sent=sent) == office.open(sent=sent)

    def test_joining_twice_even_after_the_case_was_closed(self, office: Office) -> None:
        case, sent = office.open().case, office.envelope(NURSES, key="one")
        joined = office.open(NURSES, sent=sent)
        office.act(case, lambda _: CloseCase(reason="", at=MONDAY, by=CLINIC))
        assert office.open(NURSES, sent=sent) == joined

    def test_acting_twice_after_the_case_moved_on(self, office: Office) -> None:
        case = office.open().case
        consent, sent = consenting(office, case), office.envelope(key="one")
        told = office.act(case, telling(), sent=sent)
        office.act(case, lambda _: withdraw_consent(MONDAY, consent))
        assert office.act(case, telling(), sent=sent) == told
        assert isinstance(told.events[0].event, DisclosureMade)

    def test_a_refusal_is_repeated_as_a_refusal(self, office: Office) -> None:
        case, sent = office.open().case, office.envelope(key="one")
        refused = office.act(case, telling(), sent=sent)
        consenting(office, case)
        assert office.act(case, telling(), sent=sent) == refused
        assert isinstance(refused.events[0].event, DisclosureRefused)

    def test_a_repeat_does_not_look_at_if_match(self, office: Office) -> None:
        case = office.open().case
        sent = office.envelope(key="one", if_match=1)
        told = office.act(case, telling(), sent=sent)
        assert office.act(case, telling(), sent=sent) == told

    def test_at_once_from_two_processes(self, office: Office) -> None:
        case, gate = office.open().case, Barrier(4)
        consenting(office, case)
        with office.beside() as beside:
            sent = office.envelope(key="one")

            def act(at: Office) -> CommandResult:
                gate.wait(PATIENCE)
                return at.act(case, telling(), sent=sent)

            with ThreadPoolExecutor(4) as pool:
                outcomes = list(pool.map(act, [office, beside, office, beside]))
        assert all(outcome == outcomes[0] for outcome in outcomes)
        assert len(office.events(case)) == 4

    @pytest.mark.parametrize("again", ["the case", "another case", "opening"])
    def test_the_same_key_with_another_request_is_told_apart(self, office: Office, again: str) -> None:
        case, other = office.open().case, office.open(citizen=BRITA).case
        office.act(case, telling(), sent=office.envelope(key="one", request=b"this"))
        sent = office.envelope(key="one", request=b"that")
        acts = {
            "the case": lambda: office.act(case, telling(), sent=sent),
            "another case": lambda: office.act(other, telling(), sent=sent),
            "opening": lambda: office.open(citizen=BRITA, sent=sent),
        }
        with pytest.raises(KeyReused):
            acts[again]()

    def test_a_joining_key_cannot_open_for_another_woman(self, office: Office) -> None:
        office.open()
        office.open(NURSES, sent=office.envelope(NURSES, key="one", request=b"Kirsten"))
        with pytest.raises(KeyReused):
            office.open(NURSES, citizen=BRITA, sent=office.envelope(NURSES, key="one", request=b"Brita"))

    def test_one_key_sent_for_two_cases_at_once_is_one_act(self, office: Office) -> None:
        cases = [office.open().case, office.open(citizen=BRITA).case]
        for attempt in range(10):
            gate = Barrier(2)

            def acting(case: UUID, key: str = f"once {attempt}", gate: Barrier = gate) -> CommandResult | KeyReused:
                sent = office.envelope(key=key, request=str(case).encode())
                gate.wait(PATIENCE)
                try:
                    return office.act(case, lambda _: AssignCareLevel(level=2, at=MONDAY, by=CLINIC), sent=sent)
                except KeyReused as told_apart:
                    return told_apart

            with ThreadPoolExecutor(2) as pool:
                outcomes = list(pool.map(acting, cases))
            assert {type(outcome) for outcome in outcomes} == {CommandResult, KeyReused}

    def test_nor_may_two_processes_send_it_for_two_cases_at_once(self, office: Office) -> None:
        cases = [office.open().case, office.open(citizen=BRITA).case]
        with office.beside() as beside, ThreadPoolExecutor(2) as pool:
            for attempt in range(10):
                gate = Barrier(2)

                def acting(
                    at: Office, case: UUID, key: str = f"once {attempt}", gate: Barrier = gate
                ) -> CommandResult | KeyReused:
                    sent = at.envelope(key=key, request=str(case).encode())
                    gate.wait(PATIENCE)
                    try:
                        return at.act(case, lambda _: AssignCareLevel(level=2, at=MONDAY, by=CLINIC), sent=sent)
                    except KeyReused as told_apart:
                        return told_apart

                outcomes = list(pool.map(acting, [office, beside], cases))
                assert {type(outcome) for outcome in outcomes} == {CommandResult, KeyReused}
        assert office.record.head().total == 4 + 10

    @pytest.mark.parametrize("if_match", [None, 1])
    def test_a_twin_that_came_first_is_no_reason_to_refuse(self, office: Office, if_match: int | None) -> None:
        """A case is closed once; the same call, sent twice at once, is told so twice."""
        case, gate = office.open().case, Barrier(4)
        with office.beside() as beside, ThreadPoolExecutor(4) as pool:
            sent = office.envelope(key="one", if_match=if_match)

            def closing(at: Office) -> CommandResult:
                gate.wait(PATIENCE)
                return at.act(case, lambda _: CloseCase(reason="", at=MONDAY, by=CLINIC), sent=sent)

            outcomes = list(pool.map(closing, [office, beside, office, beside]))
        assert all(outcome == outcomes[0] for outcome in outcomes)
        with pytest.raises(Contradiction):
            office.act(case, lambda _: CloseCase(reason="", at=MONDAY, by=CLINIC))

    def test_two_clients_may_use_the_same_key(self, office: Office) -> None:
        case = office.open(sent=office.envelope(CLINIC, key="one")).case
        joined = office.open(NURSES, sent=office.envelope(NURSES, key="one", request=b"other"))
        assert joined.case == case

    def test_what_a_command_makes_has_the_same_id_every_time(self, office: Office) -> None:
        case, seen = office.open().case, []

        def make(key: UUID) -> CaseCommand:
            seen.append(key)
            return disclose(MONDAY, disclosure=key)

        told = office.act(case, make, sent=office.envelope(key="one"))
        assert seen == [told.act] == [act_id(KEYS.command_id(acting_for(CLINIC).client, "one"), case)]


class TestWhoMayAct:
    """A case that a unit does not know is a case there is not."""

    def test_nobody_acts_on_a_case_there_is_not(self, office: Office) -> None:
        with pytest.raises(NotFound):
            office.act(uuid4(), telling())

    def test_a_unit_that_was_only_named_does_not_know_it(self, office: Office) -> None:
        case = office.open().case
        office.act(case, lambda _: JoinParty(unit=NURSES, at=MONDAY, by=CLINIC))
        with pytest.raises(NotFound):
            office.act(case, telling(), NURSES)

    def test_a_unit_that_was_told_does(self, office: Office) -> None:
        case = office.open().case
        consenting(office, case)
        act = office.act(case, telling()).act
        with pytest.raises(NotFound):
            office.hub.cases.known_to(case, acting_for(FAMILIES))
        office.let_leave(case, act)
        assert office.hub.cases.known_to(case, acting_for(FAMILIES))[0] == 1

    def test_an_erased_case_is_gone(self, office: Office) -> None:
        opened = office.open()
        erasure = CaseKeyDestroyed(at=MONDAY, reason="opbevaringsfristen er udløbet")
        meta = Meta(client="tests", unit="-", received_at=MONDAY)
        office.record.shred(
            Save(
                stream=opened.case, case=opened.case, expected_version=2, command=uuid4(), events=(erasure,), meta=meta
            )
        )
        with pytest.raises(NotFound):
            office.hub.cases.load(opened.case)
        with office.beside() as beside, pytest.raises(NotFound):
            beside.act(opened.case, telling())
        assert office.open(NURSES).case != opened.case


class TestOrder:
    """What is stored first counts first."""

    def test_a_version_that_is_not_the_last_is_stale(self, office: Office) -> None:
        case = office.open().case
        consenting(office, case)
        with pytest.raises(StaleVersion):
            office.act(case, telling(), sent=office.envelope(if_match=1))
        assert office.act(case, telling(), sent=office.envelope(if_match=2)).version == 3

    def test_a_withdrawal_that_comes_in_between_refuses(self, office: Office) -> None:
        """The one that is stored second is decided on the first."""
        case = office.open().case
        consent = consenting(office, case)
        with office.beside() as beside:
            told = office.hub.handle(case, office.envelope(), self.meanwhile(beside, case, consent))
        no = told.events[0].event
        assert isinstance(no, DisclosureRefused)
        assert no.ruling.decision.reason is Reason.CONSENT_WITHDRAWN
        assert [type(event) for event in office.events(case)] == [
            CaseOpened,
            PartyJoined,
            ConsentGiven,
            ConsentWithdrawn,
            DisclosureRefused,
        ]

    def test_one_who_named_the_version_is_told_instead(self, office: Office) -> None:
        case = office.open().case
        consent = consenting(office, case)
        with office.beside() as beside, pytest.raises(StaleVersion):
            office.hub.handle(case, office.envelope(if_match=2), self.meanwhile(beside, case, consent))
        assert len(office.events(case)) == 4

    def test_what_others_write_makes_no_version_stale(self, office: Office) -> None:
        case = office.open().case
        office.open(NURSES)
        level = AssignCareLevel(level=2, at=MONDAY, by=CLINIC)
        assert office.act(case, lambda _: level, sent=office.envelope(if_match=1)).version == 2

    @staticmethod
    def meanwhile(beside: Office, case: UUID, consent: UUID) -> Any:
        """She takes it back, through another hub, after this one has looked and before it stores."""
        once = iter([True])

        def make(key: UUID, _: Case) -> CaseCommand:
            if next(once, False):
                beside.act(case, lambda _: withdraw_consent(MONDAY, consent))
            return disclose(MONDAY, disclosure=key)

        return make

    def test_many_at_once_all_count(self, office: Office) -> None:
        case = office.open().case
        with office.beside() as beside, ThreadPoolExecutor(4) as pool:
            acting = [
                pool.submit(at.act, case, lambda _: AssignCareLevel(level=2, at=MONDAY, by=CLINIC))
                for at in [office, beside] * 4
            ]
            versions = sorted(future.result().version for future in acting)
        assert versions == list(range(2, 10))

    def test_what_is_always_overtaken_is_told_so(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hub.application.conflict_retry.TRIES", 2)
        case = office.open().case
        with office.beside() as beside:

            def make(key: UUID, _: Case) -> CaseCommand:
                beside.act(case, lambda _: AssignCareLevel(level=2, at=MONDAY, by=CLINIC))
                return disclose(MONDAY, disclosure=key)

            with pytest.raises(Contradiction) as caught:
                office.hub.handle(case, office.envelope(), make)
        assert caught.value.code == "case-busy"


class TestTheRecord:
    """What stands beside the events."""

    def test_who_acted_stands_with_every_event(self, office: Office) -> None:
        sent: CommandContext = office.envelope(key="one", request=b"this")
        opened, _ = office.record.stream(office.open(sent=sent).case)
        actor = acting_for(CLINIC)
        assert opened.meta == Meta(
            client=actor.client,
            unit=str(CLINIC),
            received_at=MONDAY,
            person=actor.person,
            role=actor.role,
            request=KEYS.request_digest(b"this"),
        )

    def test_as_of_a_moment_is_what_was_recorded_by_then(self, office: Office) -> None:
        case = office.open().case
        office.clock.forward(timedelta(hours=1))
        consenting(office, case)
        then = office.record.as_of(MONDAY + timedelta(minutes=30))
        assert [recorded.name for recorded in office.record.case(case, then)] == ["case-opened.v1", "party-joined.v1"]
        assert len(office.record.case(case)) == 3

    def test_a_look_up_stands_beside_the_case(self, office: Office) -> None:
        case = office.open().case
        office.reads.record(case, acting_for(NURSES), "GET /v1/cases/{case}", "sundhedspleje", ["concern"])
        office.reads.record(case, acting_for(CLINIC), "GET /fhir/Bundle", "", [])
        assert office.hub.cases.load(case)[0] == 2
        assert office.reads.look_ups(case) == (
            RecordRead(at=MONDAY, by=NURSES, door="GET /v1/cases/{case}", purpose="sundhedspleje", what=("concern",)),
            RecordRead(at=MONDAY, by=CLINIC, door="GET /fhir/Bundle", purpose=""),
        )

    def test_the_case_that_is_held_ready_is_the_case_that_is_stored(self, office: Office) -> None:
        case = office.open().case
        consent = consenting(office, case)
        office.act(case, telling())
        office.act(case, lambda _: withdraw_consent(MONDAY, consent))
        office.act(case, telling())
        stored: list[Any] = office.events(case)
        events: list[CaseEvent] = stored
        assert office.hub.cases.load(case) == (6, fold(events))
        with office.beside() as beside:
            assert beside.hub.cases.load(case) == office.hub.cases.load(case)

    def test_an_event_of_the_domain_reads_back_as_it_was_written(self, office: Office) -> None:
        """Facts, decision and explanation stand whole in the event."""
        case = office.open().case
        reported = concern_reported(MONDAY)
        meta = Meta(client="tests", unit=str(CLINIC), received_at=MONDAY)
        office.record.append(
            [Save(stream=case, case=case, expected_version=2, command=uuid4(), events=(reported,), meta=meta)]
        )
        assert office.events(case)[2] == reported
