"""One short method per command: load, decide, append. The only place where the three meet.

Every command is idempotent by (client, Idempotency-Key): a repeat finds its own events and answers from them; the same
key with another request is `KeyReused`. A version conflict is decided again on what was stored meanwhile, unless the
caller named the version it had seen.
"""

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import TypeVar, cast
from uuid import UUID, uuid4, uuid5

from hub.domain import case as domain
from hub.domain.case import Case, CaseCommand, CaseEvent
from hub.domain.course import (
    CaseClosed,
    CaseKeyDestroyed,
    CaseOpened,
    CaseReopened,
    ChangeMunicipality,
    JoinParty,
    OpenCase,
    SetDueDate,
)
from hub.domain.lookup import RecordRead
from hub.domain.moment import Window
from hub.errors import Contradiction, KeyReused, NotFound, StaleVersion
from hub.ports import Clock
from hub.store import (
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

T = TypeVar("T")
Departing = Callable[[Case, tuple[CaseEvent, ...], Actor, datetime], None]  # raises for what could never leave
TRIES = 20  # version conflicts in a row before the case is called too busy
TURNS = 1024  # locks for streams; two streams that share one wait for each other and nothing worse
LOOK_UPS = "look-ups"  # the name, under the case id, of the case's stream of look-ups


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What comes with every command: who, under which key, the request it stands for, when, and the version it saw."""

    actor: Actor
    key: str
    request: bytes
    came: datetime
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command recorded: its events, in order. The same for a repeat as for the first time."""

    case: UUID
    command: UUID
    events: tuple[Recorded, ...]

    @property
    def act(self) -> UUID:
        """The id of what the command made."""
        return act_id(self.command, self.case)

    @property
    def version(self) -> int:
        """The version of the case after this command."""
        return self.events[-1].version


def act_id(command: UUID, case: UUID) -> UUID:
    """The id of what a command makes on a case: the same every time it comes, and never that of another case's."""
    return uuid5(command, str(case))


class Hub:
    """The hub's commands on its record."""

    def __init__(
        self, record: Record, keys: Keys, clock: Clock, window: Window, departing: Departing = lambda *_: None
    ) -> None:
        self.record, self.keys, self.clock, self.window = record, keys, clock, window
        self._departing = departing
        self._turns = tuple(Lock() for _ in range(TURNS))
        self._cases = record.standings(None, _evolve)
        self._look_ups = record.standings(None, lambda state, _: state)

    def load(self, case: UUID) -> tuple[int, Case]:
        """The case as it stands, and its version. `NotFound` for a case there is not, or that is erased."""
        standing = self._cases.of(case)
        if standing.state is None:
            raise NotFound("no such case")
        return standing.version, standing.state

    def known_to(self, case: UUID, actor: Actor) -> tuple[int, Case]:
        """The case, if the actor's unit may learn that it exists; else `NotFound`, as for a case there is not."""
        version, standing = self.load(case)
        if not standing.knows(actor.unit):
            raise NotFound("no such case")
        return version, standing

    def open_case(self, envelope: Envelope, make: Callable[[UUID], OpenCase]) -> Outcome:
        """Open a case; for a citizen who has an open one, the unit joins it instead and is shown nothing by it.

        `if_match` does not count: the caller cannot know a version of what is not its own yet.
        """
        envelope = replace(envelope, if_match=None)
        command, fresh = self._command_id(envelope), self._case_id(envelope)
        return self._first_answer(command, envelope) or self._open(command, fresh, envelope, make)

    def _open(self, command: UUID, fresh: UUID, envelope: Envelope, make: Callable[[UUID], OpenCase]) -> Outcome:
        opening = make(fresh)
        claim = CitizenClaim(self.keys.citizen_digest(opening.citizen.cpr.digits))
        current = next((each.case for each in self.record.cases_of(claim.digest) if each.open), None)
        if current is None:
            save = self._save(fresh, 0, command, domain.decide(None, opening), envelope, claim)
            try:
                return Outcome(fresh, command, self.record.append([save]))
            except CitizenHasCase as taken:
                current = taken.case
            except (VersionConflict, CommandRepeated):
                return self._repeat(command, envelope)
        return self._attempt(current, command, envelope, lambda case: _join(case, opening))

    def handle(self, case: UUID, envelope: Envelope, make: Callable[[UUID, Case], CaseCommand]) -> Outcome:
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
        events = (each.event for each in self.record.stream(uuid5(case, LOOK_UPS)))
        return tuple(event for event in events if isinstance(event, RecordRead))

    def _command_id(self, envelope: Envelope) -> UUID:
        return self.keys.command_id(envelope.actor.client, envelope.key)

    def _case_id(self, envelope: Envelope) -> UUID:
        return self.keys.case_id(envelope.actor.client, envelope.key)

    def _first_answer(self, command: UUID, envelope: Envelope) -> Outcome | None:
        """What this command recorded before, on whatever case, if it did: looked up, never guessed."""
        stream = self.record.stream_of(command)
        if stream is None:
            return None
        events = self.record.command(stream, command)
        meta = events[0].meta
        if meta is not None and meta.request != self.keys.request_digest(envelope.request):
            raise KeyReused
        return Outcome(stream, command, events)

    def _repeat(self, command: UUID, envelope: Envelope) -> Outcome:
        earlier = self._first_answer(command, envelope)
        if earlier is None:
            raise KeyReused
        return earlier

    def _attempt(
        self, case: UUID, command: UUID, envelope: Envelope, decide: Callable[[Case], tuple[CaseEvent, ...]]
    ) -> Outcome:
        """Load, decide, append; again on what was stored meanwhile.

        A no is never told to a command that was stored at the same moment: its twin has moved the case on.
        """

        def attempt() -> Outcome:
            version, standing = self.load(case)
            if envelope.if_match is not None and envelope.if_match != version:
                raise StaleVersion
            events = decide(standing)
            self._departing(standing, events, envelope.actor, envelope.came)
            save = self._save(case, version, command, events, envelope)
            return Outcome(case, command, self.record.append([save]))

        try:
            return self._in_turn(case, attempt)
        except Contradiction as no:
            if earlier := self._first_answer(command, envelope):
                return earlier
            if isinstance(no, CitizenHasCase):
                raise Contradiction("the citizen has another open case", code="citizen-has-case") from no
            raise

    def _save(
        self,
        case: UUID,
        version: int,
        command: UUID,
        events: tuple[CaseEvent, ...],
        envelope: Envelope,
        claim: CitizenClaim | None = None,
    ) -> Save:
        actor = envelope.actor
        if any(isinstance(event, CaseReopened) for event in events):
            claim = CitizenClaim(self.keys.citizen_digest(self.load(case)[1].course.citizen.cpr.digits))
        return Save(
            stream=case,
            case=case,
            expected_version=version,
            command=command,
            events=events,
            meta=Meta(
                client=actor.client,
                unit=str(actor.unit),
                received_at=envelope.came,
                person=actor.person,
                role=actor.role,
                request=self.keys.request_digest(envelope.request),
            ),
            claim=claim,
            release=any(isinstance(event, CaseClosed) for event in events),
        )


def _evolve(case: Case | None, recorded: Recorded) -> Case | None:
    """The case after one more stored event; an erased case is none, nor is a stream that begins otherwise."""
    if isinstance(recorded.event, Shredded | CaseKeyDestroyed):
        return None
    if case is None and not isinstance(recorded.event, CaseOpened):
        return None
    return domain.evolve(case, cast(CaseEvent, recorded.event))


def _join(case: Case, opening: OpenCase) -> tuple[CaseEvent, ...]:
    """A unit that opens a case which is open joins it, and what it stated about the course is kept."""
    at, by = opening.at, opening.by
    stated: list[CaseCommand] = [JoinParty(unit=by, at=at, by=by, citizen=opening.citizen)]
    if opening.due_date is not None:
        stated.append(SetDueDate(due_date=opening.due_date, at=at, by=by))
    if opening.municipality is not None and opening.municipality != case.course.homes.get(by):
        stated.append(ChangeMunicipality(to=opening.municipality, at=at, by=by))
    return tuple(event for command in stated for event in domain.decide(case, command))
