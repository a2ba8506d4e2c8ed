"""Two hubs on one record, acts in any order, dated whenever, repeated, overtaken: what holds all the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.application.command_context import CommandResult
from hub.domain.case import Case, CaseCommand, fold
from hub.domain.consent import ConsentWithdrawn
from hub.domain.course.events import AssignCareLevel, CloseCase, EndPregnancy
from hub.domain.disclosure import CorrectDisclosure
from hub.errors import HubError
from tests.domain.acts import CLEAN, disclose, give_consent, withdraw_consent
from tests.domain.test_properties import relied_on
from tests.endurance import times
from tests.office import Office
from tests.people import CLINIC, MONDAY

SAME_DATABASE = settings(
    max_examples=times(8, 25), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@dataclass(frozen=True)
class Act:
    """One command: what, dated how many hours off, on which earlier thing, through which of two hubs, how often."""

    what: str
    hours: int
    on: int
    hub: int
    times: int


ACTS = st.builds(
    Act,
    st.sampled_from(("consent", "withdraw", "disclose", "disclose", "register", "correct", "other")),
    st.integers(-72, 72),
    st.integers(0, 5),
    st.integers(0, 1),
    st.sampled_from((1, 1, 2, 3)),
)
# An act, and perhaps one that another hub stores after this one has looked and before it stores.
STORIES = st.lists(st.tuples(ACTS, st.one_of(st.none(), ACTS)), min_size=2, max_size=8)


@pytest.fixture
def offices(database_url: str) -> Iterator[tuple[Office, Office]]:
    """Two hubs on one record."""
    with Office(database_url) as one, one.beside() as other:
        yield one, other


class Story:
    """A case on which a story is played."""

    def __init__(self, offices: tuple[Office, Office]) -> None:
        self.offices = offices
        self.case = offices[0].open().case
        self.consents: list[UUID] = [offices[0].act(self.case, lambda key: give_consent(MONDAY, key)).act]
        self.told: list[UUID] = []
        self.stored = 3  # made, joined, the consent

    def play(self, act: Act, meanwhile: Act | None = None) -> None:
        """The act, as often as it says; every time the first answer."""
        office = self.offices[act.hub]
        sent = office.envelope()
        waiting = [meanwhile] if meanwhile is not None else []
        outcomes: list[CommandResult] = []

        def make(key: UUID, _: Case) -> CaseCommand:
            while waiting:
                overtaking = waiting.pop()
                self.play(Act(overtaking.what, overtaking.hours, overtaking.on, 1 - act.hub, overtaking.times))
            return self.command(act, key)

        for _ in range(act.times):
            try:
                outcomes.append(office.hub.handle(self.case, sent, make))
            except HubError:
                continue
        assert all(outcome == outcomes[0] for outcome in outcomes)
        if outcomes:
            self.stored += len(outcomes[0].events)
            self.remember(act, outcomes[0])

    def command(self, act: Act, key: UUID) -> CaseCommand:
        """The act as a command."""
        at = MONDAY + timedelta(hours=act.hours)
        match act.what:
            case "consent":
                return give_consent(at, key)
            case "withdraw":
                return withdraw_consent(at, self.consents[act.on % len(self.consents)])
            case "correct" if self.told:
                told = self.told[act.on % len(self.told)]
                return CorrectDisclosure(correction=key, disclosure=told, at=at, by=CLINIC, items=(CLEAN,))
            case "disclose" | "register" | "correct":
                return disclose(at, disclosure=key, already_made=act.what == "register")
            case _:
                return AssignCareLevel(level=2, at=at, by=CLINIC)

    def remember(self, act: Act, outcome: CommandResult) -> None:
        """What later acts may be about."""
        if act.what == "consent":
            self.consents.append(outcome.act)
        if act.what in ("disclose", "register"):
            self.told.append(outcome.act)

    def close(self) -> None:
        """She is free for the next story."""
        self.offices[0].act(self.case, lambda _: EndPregnancy(at=MONDAY, by=CLINIC))
        self.offices[0].act(self.case, lambda _: CloseCase(reason="", at=MONDAY, by=CLINIC))


@pytest.mark.endures
@SAME_DATABASE
@given(story=STORIES)
def test_whatever_is_asked_in_whatever_order(
    offices: tuple[Office, Office], story: list[tuple[Act, Act | None]]
) -> None:
    played = Story(offices)
    try:
        for act, meanwhile in story:
            played.play(act, meanwhile)
    finally:
        played.close()
    rows = offices[0].record.stream(played.case)
    events: list[Any] = [row.event for row in rows]
    withdrawn: set[str] = set()
    for event in events:
        assert withdrawn.isdisjoint(relied_on(event)), "stored after the withdrawal of what it relies on"
        if isinstance(event, ConsentWithdrawn):
            withdrawn.add(str(event.consent))
    assert len(rows) == played.stored + 2, "one effect for every command, however often it came"
    assert [row.version for row in rows] == list(range(1, len(rows) + 1))
    for office in offices:
        assert office.hub.cases.load(played.case) == (len(rows), fold(events))
