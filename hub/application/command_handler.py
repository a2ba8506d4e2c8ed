"""One short method per command: load, decide, append. The only place where the three meet.

Every command is idempotent by (client, Idempotency-Key): a repeat finds its own events and answers from them; the same
key with another request is `KeyReused`. A version conflict is decided again on what was stored meanwhile, unless the
caller named the version it had seen. A caller names and hears the version as its unit knows it (hub.domain.audience);
that of the stream, on which the append rests, stays inside.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from threading import Lock
from typing import TypeVar, cast
from uuid import UUID, uuid4, uuid5

from hub.application.command_context import CommandContext, CommandResult
from hub.domain import case as domain
from hub.domain.access_log import RecordRead
from hub.domain.audience import CaseKnowledge, audience, follow
from hub.domain.backdating import Window
from hub.domain.case import Case, CaseCommand, CaseEvent
from hub.domain.course.events import CaseKeyDestroyed, CaseOpened, OpenCase
from hub.domain.identity import act_id
from hub.errors import Contradiction, KeyReused, NotFound, StaleVersion
from hub.ports.clock import Clock
from hub.store import (
    CitizenCase,
    CitizenClaim,
    CitizenHasCase,
    CommandRepeated,
    Keys,
    Meta,
    Record,
    Recorded,
    Save,
    Shredded,
    VersionConflict,
)
from hub.vocabulary.actors import Actor
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit

T = TypeVar("T")
Departing = Callable[[Case, tuple[CaseEvent, ...], Actor, datetime], None]  # raises for what could never leave
TRIES = 20  # version conflicts in a row before the case is called too busy
TURNS = 1024  # locks for streams; two streams that share one wait for each other and nothing worse
LOOK_UPS = "look-ups"  # the name, under the case id, of the case's stream of look-ups


class CommandHandler:
    """The hub's commands on its record."""

    def __init__(
        self, record: Record, keys: Keys, clock: Clock, window: Window, departing: Departing = lambda *_: None
    ) -> None:
        self.record, self.keys, self.clock, self.window = record, keys, clock, window
        self._departing = departing
        self._turns = tuple(Lock() for _ in range(TURNS))
        self._cases = record.fold_cache(None, _evolve)
        self._look_ups = record.fold_cache(None, lambda state, _: state)

    def load(self, case: UUID) -> tuple[int, Case]:
        """The case as it stands, and the version of its stream. `NotFound` when there is none, or it is erased."""
        version, known = self._known(case)
        return version, known.case

    def known_to(self, case: UUID, actor: Actor) -> tuple[int, Case]:
        """The case, if the actor's unit may learn that it exists, and its version as that unit knows it.

        Else `NotFound`, as for a case there is not.
        """
        _, known = self._known(case)
        if not known.case.knows(actor.unit):
            raise NotFound("no such case")
        return known.version_for(actor.unit), known.case

    def version_after(self, recorded: Recorded, unit: Unit) -> int:
        """The version of the case as this unit knew it after an event of its; `NotFound` when the case is erased."""
        return self._known_after(recorded).version_for(unit)

    def open_case(self, envelope: CommandContext, make: Callable[[UUID], OpenCase]) -> CommandResult:
        """Open a case; for a citizen who has an open one, the unit joins it instead and is shown nothing by it.

        A unit that is on a case of hers already goes on with that one. `if_match` does not count: the caller cannot
        know a version of what is not its own yet.
        """
        envelope = replace(envelope, if_match=None)
        command, fresh = self._command_id(envelope), self._case_id(envelope)
        return self._first_answer(command, envelope) or self._open(command, fresh, envelope, make)

    def _open(
        self, command: UUID, fresh: UUID, envelope: CommandContext, make: Callable[[UUID], OpenCase]
    ) -> CommandResult:
        opening = make(fresh)
        claim = self._claim(opening.citizen)
        cases = self.record.cases_of(claim.digest)
        current = self._current(cases, opening.by)
        if current is None:
            save = self._save(fresh, 0, command, domain.decide(None, opening), envelope)
            try:
                return self._append(None, save, envelope, None if any(each.open for each in cases) else claim)
            except CitizenHasCase as taken:
                current = taken.case
            except (VersionConflict, CommandRepeated):
                return self._repeat(command, envelope)
        return self._attempt(current, command, envelope, lambda case: domain.decide(case, opening))

    def _current(self, cases: Iterable[CitizenCase], unit: Unit) -> UUID | None:
        """Of the citizen's cases the one that this unit is on, or else her open one, unless it is over for the unit."""
        courses = [(case, self.load(case.case)[1].course) for case in cases]
        own = next((row.case for row, course in courses if course.goes_on_for(unit)), None)
        return own or next((row.case for row, course in courses if row.open and not course.is_over_for(unit)), None)

    def handle(self, case: UUID, envelope: CommandContext, make: Callable[[UUID, Case], CaseCommand]) -> CommandResult:
        """One command on a case that the actor's unit knows. `make` gets the act's id and the case as it stands."""
        command = self._command_id(envelope)
        self.known_to(case, envelope.actor)
        act = act_id(command, case)
        return self._first_answer(command, envelope) or self._attempt(
            case, command, envelope, lambda standing: domain.decide(standing, make(act, standing))
        )

    def read(self, case: UUID, actor: Actor, door: str, purpose: str, what: Iterable[str]) -> None:
        """Record a look-up, before what was looked up is shown."""
        named = tuple(what)
        self._in_turn(
            uuid5(case, LOOK_UPS), lambda: self.record.append([self._look(case, actor, door, purpose, named)])
        )

    def read_all(self, actor: Actor, door: str, purpose: str, shown: Mapping[UUID, Sequence[str]]) -> None:
        """The same on several cases, stored together as far as the record can; `shown` is what each of them showed."""
        looks = {case: self._look(case, actor, door, purpose, tuple(what)) for case, what in shown.items()}
        pending = {case: self.record.submit([look]) for case, look in looks.items()}
        for case, stored in pending.items():
            try:
                stored.result()
            except VersionConflict:  # somebody else looked at the same moment
                self.read(case, actor, door, purpose, shown[case])

    def _look(self, case: UUID, actor: Actor, door: str, purpose: str, what: tuple[str, ...]) -> Save:
        """One look-up at the end of the case's stream of them."""
        now, stream = self.clock(), uuid5(case, LOOK_UPS)
        looked = RecordRead(at=now, by=actor.unit, door=door, purpose=purpose, what=what)
        meta = Meta(client=actor.client, unit=str(actor.unit), received_at=now, person=actor.person, role=actor.role)
        end = self._look_ups.of(stream).version
        return Save(stream=stream, case=case, expected_version=end, command=uuid4(), events=(looked,), meta=meta)

    def _in_turn(self, stream: UUID, attempt: Callable[[], T]) -> T:
        """Attempts on one stream, one after the other here, and again when another process was faster."""
        with self._turns[stream.int % TURNS]:
            for tried in range(TRIES):
                try:
                    return attempt()
                except VersionConflict:
                    longest = min(0.002 * 2**tried, 0.1)
                    time.sleep(random.uniform(0, longest))  # noqa: S311 - lots are drawn so that two do not meet again
        raise Contradiction("the case is too busy; try again", code="case-busy")

    def look_ups(self, case: UUID) -> tuple[RecordRead, ...]:
        """Who looked at this case, in order."""
        events = (recorded.event for recorded in self.record.stream(uuid5(case, LOOK_UPS)))
        return tuple(event for event in events if isinstance(event, RecordRead))

    def _command_id(self, envelope: CommandContext) -> UUID:
        return self.keys.command_id(envelope.actor.client, envelope.key)

    def _case_id(self, envelope: CommandContext) -> UUID:
        return self.keys.case_id(envelope.actor.client, envelope.key)

    def _claim(self, citizen: Citizen) -> CitizenClaim:
        return CitizenClaim(self.keys.citizen_digest(citizen.cpr.digits))

    def _first_answer(self, command: UUID, envelope: CommandContext) -> CommandResult | None:
        """What this command recorded before, on whatever case, if it did: looked up, never guessed."""
        stream = self.record.stream_of(command)
        if stream is None:
            return None
        events = self.record.command(stream, command)
        meta = events[0].meta
        if meta is not None and meta.request != self.keys.request_digest(envelope.request):
            raise KeyReused
        return _outcome(events, self._known_after(events[-1]), envelope.actor.unit)

    def _repeat(self, command: UUID, envelope: CommandContext) -> CommandResult:
        earlier = self._first_answer(command, envelope)
        if earlier is None:
            raise KeyReused
        return earlier

    def _attempt(
        self, case: UUID, command: UUID, envelope: CommandContext, decide: Callable[[Case], tuple[CaseEvent, ...]]
    ) -> CommandResult:
        """Load, decide, append; again on what was stored meanwhile.

        A no is never told to a command that was stored at the same moment: its twin has moved the case on.
        """

        def attempt() -> CommandResult:
            version, known = self._known(case)
            if envelope.if_match not in (None, known.version_for(envelope.actor.unit)):
                raise StaleVersion
            events, actor = decide(known.case), envelope.actor
            self._departing(known.case, events, actor, envelope.came)
            save = self._save(case, version, command, events, envelope)
            reopened = known.case.course.is_over_for(actor.unit)
            return self._append(known, save, envelope, self._claim(known.case.course.citizen) if reopened else None)

        try:
            return self._in_turn(case, attempt)
        except Contradiction:
            if earlier := self._first_answer(command, envelope):
                return earlier
            raise

    def _save(
        self, case: UUID, version: int, command: UUID, events: tuple[CaseEvent, ...], envelope: CommandContext
    ) -> Save:
        actor = envelope.actor
        meta = Meta(
            client=actor.client,
            unit=str(actor.unit),
            received_at=envelope.came,
            person=actor.person,
            role=actor.role,
            request=self.keys.request_digest(envelope.request),
        )
        return Save(stream=case, case=case, expected_version=version, command=command, events=events, meta=meta)

    def _append(
        self, known: CaseKnowledge | None, save: Save, envelope: CommandContext, claim: CitizenClaim | None
    ) -> CommandResult:
        """Store what was decided on `known`. A case whose unit says here that it is over takes in nobody new.

        A case that is taken up again does, unless the citizen has another by then, which is not for this unit to learn.
        """
        unit = envelope.actor.unit
        after = reduce(follow, cast(tuple[CaseEvent, ...], save.events), known)
        assert after is not None
        save = replace(save, release=after.case.course.is_over_for(unit))
        try:
            stored = self.record.append([replace(save, claim=claim)])
        except CitizenHasCase:
            if known is None:
                raise
            stored = self.record.append([save])
        return _outcome(stored, after, unit)

    def _known(self, case: UUID) -> tuple[int, CaseKnowledge]:
        standing = self._cases.of(case)
        if standing.state is None:
            raise NotFound("no such case")
        return standing.version, standing.state

    def _known_after(self, recorded: Recorded) -> CaseKnowledge:
        """What was known after one stored event, from the stream itself."""
        before = (each for each in self.record.stream(recorded.stream) if each.version <= recorded.version)
        known = reduce(_evolve, before, None)
        if known is None:
            raise NotFound("no such case")
        return known


def _evolve(known: CaseKnowledge | None, recorded: Recorded) -> CaseKnowledge | None:
    """What is known after one more stored event; an erased case is none, nor is a stream that begins otherwise."""
    if isinstance(recorded.event, Shredded | CaseKeyDestroyed):
        return None
    if known is None and not isinstance(recorded.event, CaseOpened):
        return None
    return follow(known, cast(CaseEvent, recorded.event))


def _outcome(stored: Sequence[Recorded], after: CaseKnowledge, unit: Unit) -> CommandResult:
    """What the unit is answered: of what was stored, that which it may be shown."""
    shown = tuple(recorded for recorded in stored if unit in audience(cast(CaseEvent, recorded.event), after.case))
    return CommandResult(stored[0].case, stored[0].command, shown, after.version_for(unit))
