"""A unit's commands on cases: load, decide, append. The only place where the three meet for what a unit commands.

Every command is idempotent (hub.application.idempotency). A version conflict is decided again on what was stored
meanwhile, unless the caller named the version it had seen. A caller names and hears the version as its unit knows it
(hub.domain.audience); that of the stream, on which the append rests, stays inside.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import cast
from uuid import UUID

from hub.application.case_repository import CaseRepository
from hub.application.command_context import CommandContext, CommandResult, result_for
from hub.application.conflict_retry import Turns
from hub.application.idempotency import Idempotency
from hub.domain import case as domain
from hub.domain.audience import CaseKnowledge, follow
from hub.domain.backdating import Window
from hub.domain.case import Case, CaseCommand, CaseEvent
from hub.domain.course.citizen import CitizenIdentified
from hub.domain.course.events import OpenCase, PartyJoined
from hub.domain.identity import act_id
from hub.domain.registration import registered
from hub.errors import Contradiction, StaleVersion
from hub.ports.clock import Clock
from hub.store import CitizenClaim, CitizenHasCase, CommandRepeated, Keys, Meta, Record, Save, VersionConflict
from hub.vocabulary.actors import Actor
from hub.vocabulary.identification import Identification, NameAndBirth, index_key
from hub.vocabulary.information import Citizen

Deliverable = Callable[[Case, tuple[CaseEvent, ...], Actor, datetime], None]  # raises for what could never leave
Decide = Callable[[Case], tuple[CaseEvent, ...]]


class CommandHandler:
    """The hub's commands on its record. `deliverable` is asked before an act is stored: could its letter ever leave?"""

    def __init__(
        self, record: Record, keys: Keys, clock: Clock, window: Window, deliverable: Deliverable = lambda *_: None
    ) -> None:
        self.record, self.keys, self.clock, self.window = record, keys, clock, window
        self.cases = CaseRepository(record)
        self._commands = Idempotency(record, keys, self.cases)
        self._deliverable, self._turns = deliverable, Turns()

    def open_case(self, context: CommandContext, make: Callable[[UUID], OpenCase]) -> CommandResult:
        """Open a case; for a citizen who has an open one, the unit joins it instead and is shown nothing by it.

        A unit that is on a case of hers already goes on with that one. `if_match` does not count: the caller cannot
        know a version of what is not its own yet.
        """
        context = replace(context, if_match=None)
        command, fresh = self._commands.command_id(context), self._commands.case_id(context)
        return self._commands.first_answer(command, context) or self._open(command, make(fresh), context)

    def handle(self, case: UUID, context: CommandContext, make: Callable[[UUID, Case], CaseCommand]) -> CommandResult:
        """One command on a case that the actor's unit knows. `make` gets the act's id and the case as it stands."""
        command = self._commands.command_id(context)
        self.cases.known_to(case, context.actor)
        act = act_id(command, case)
        return self._commands.first_answer(command, context) or self._attempt(
            case, command, context, lambda standing: domain.decide(standing, make(act, standing))
        )

    def _open(self, command: UUID, opening: OpenCase, context: CommandContext) -> CommandResult:
        found = [self.record.cases_of(digest) for digest in self._sought(opening.citizen)]
        cases = list({row.case: row for rows in found for row in rows}.values())
        current = self.cases.current(cases, opening.by)
        if current is None:
            taken = any(row.open for row in cases)
            try:
                return self._begin(command, opening, context, taken=taken)
            except CitizenHasCase as hers:
                current = hers.case
        return self._attempt(current, command, context, lambda case: domain.decide(case, opening))

    def _sought(self, citizen: Citizen) -> list[bytes]:
        """By what a case of hers is looked for when one is opened: her numbers, or else her name and date of birth."""
        return [self._digest(known_by) for known_by in citizen.numbers or citizen.identifications]

    def _begin(self, command: UUID, opening: OpenCase, context: CommandContext, *, taken: bool) -> CommandResult:
        """The first events of a case; its first answer, when the same command was stored at the same moment."""
        save = self._save(opening.case, 0, command, domain.decide(None, opening), context)
        save = self._indexed(save, opening.citizen.identifications)
        if taken:
            save = _claiming_nobody(save)
        try:
            return self._append(None, save, context)
        except (VersionConflict, CommandRepeated):
            return self._commands.repeat(command, context)

    def _attempt(self, case: UUID, command: UUID, context: CommandContext, decide: Decide) -> CommandResult:
        """Load, decide, append; again on what was stored meanwhile.

        A no is never told to a command that was stored at the same moment: its twin has moved the case on.
        """
        try:
            return self._turns.retried(case, lambda: self._decide(case, command, context, decide))
        except Contradiction:
            if earlier := self._commands.first_answer(command, context):
                return earlier
            raise

    def _decide(self, case: UUID, command: UUID, context: CommandContext, decide: Decide) -> CommandResult:
        version, known = self.cases.knowledge(case)
        if context.if_match not in (None, known.version_for(context.actor.unit)):
            raise StaleVersion
        events = registered(known.case, decide(known.case), context.came)
        self._deliverable(known.case, events, context.actor, context.came)
        save = self._save(case, version, command, events, context)
        reopened = known.case.course.is_over_for(context.actor.unit)
        named = known.case.course.citizen_by(context.actor.unit).numbers[:1] if reopened else ()
        return self._append(known, self._indexed(save, (*named, *self._new(known.case, events))), context)

    def _new(self, case: Case, events: tuple[CaseEvent, ...]) -> Iterator[Identification]:
        """What these events say that she is known by, and the case was not found by yet."""
        for event in events:
            if isinstance(event, CitizenIdentified | PartyJoined) and event.citizen is not None:
                known = case.course.identified
                yield from (one for one in event.citizen.identifications if one not in known)

    def _indexed(self, save: Save, known_by: Iterable[Identification]) -> Save:
        """The first number takes the woman for the case; by all others, and by her name, it is found as well."""
        stated = tuple(known_by)
        number = next((one for one in stated if not isinstance(one, NameAndBirth)), None)
        claim = CitizenClaim(self._digest(number)) if number else None
        return replace(save, claim=claim, aliases=tuple(self._digest(one) for one in stated if one != number))

    def _append(self, known: CaseKnowledge | None, save: Save, context: CommandContext) -> CommandResult:
        """Store what was decided on `known`. A case whose unit says here that it is over takes in nobody new.

        A case that is taken up again does, unless the citizen has another by then, which is not for this unit to learn.
        """
        unit = context.actor.unit
        after = reduce(follow, cast(tuple[CaseEvent, ...], save.events), known)
        assert after is not None
        save = replace(save, release=after.case.course.is_over_for(unit))
        try:
            stored = self.record.append([save])
        except CitizenHasCase:
            if known is None:
                raise
            stored = self.record.append([_claiming_nobody(save)])
        return result_for(unit, stored, after)

    def _save(
        self, case: UUID, version: int, command: UUID, events: tuple[CaseEvent, ...], context: CommandContext
    ) -> Save:
        actor = context.actor
        meta = Meta(
            client=actor.client,
            unit=str(actor.unit),
            received_at=context.came,
            person=actor.person,
            role=actor.role,
            request=self._commands.digest(context),
        )
        return Save(stream=case, case=case, expected_version=version, command=command, events=events, meta=meta)

    def _digest(self, known_by: Identification) -> bytes:
        return self.keys.citizen_digest(index_key(known_by))


def _claiming_nobody(save: Save) -> Save:
    """The same of a woman who has another open case: this one is found by her numbers, and takes nobody."""
    claim = (save.claim.digest,) if save.claim else ()
    return replace(save, claim=None, aliases=(*claim, *save.aliases))
