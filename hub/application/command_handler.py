"""A unit's commands on cases: load, decide, append. The only place where the three meet for what a unit commands.

Every command is idempotent (hub.application.idempotency). A version conflict is decided again on what was stored
meanwhile, unless the caller named the version it had seen. A caller names and hears the version as its unit knows it
(hub.domain.audience); that of the stream, on which the append rests, stays inside.
"""

from collections.abc import Callable
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
from hub.domain.course.events import OpenCase
from hub.domain.identity import act_id
from hub.domain.registration import registered
from hub.errors import Contradiction, StaleVersion
from hub.ports.clock import Clock
from hub.store import CitizenClaim, CitizenHasCase, CommandRepeated, Keys, Meta, Record, Save, VersionConflict
from hub.vocabulary.actors import Actor
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
        claim = self._claim(opening.citizen)
        cases = self.record.cases_of(claim.digest)
        current = self.cases.current(cases, opening.by)
        if current is None:
            taken = any(case.open for case in cases)
            try:
                return self._begin(command, opening, context, None if taken else claim)
            except CitizenHasCase as hers:
                current = hers.case
        return self._attempt(current, command, context, lambda case: domain.decide(case, opening))

    def _begin(
        self, command: UUID, opening: OpenCase, context: CommandContext, claim: CitizenClaim | None
    ) -> CommandResult:
        """The first events of a case; its first answer, when the same command was stored at the same moment."""
        save = self._save(opening.case, 0, command, domain.decide(None, opening), context)
        try:
            return self._append(None, save, context, claim)
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
        return self._append(known, save, context, self._claim(known.case.course.citizen) if reopened else None)

    def _append(
        self, known: CaseKnowledge | None, save: Save, context: CommandContext, claim: CitizenClaim | None
    ) -> CommandResult:
        """Store what was decided on `known`. A case whose unit says here that it is over takes in nobody new.

        A case that is taken up again does, unless the citizen has another by then, which is not for this unit to learn.
        """
        unit = context.actor.unit
        after = reduce(follow, cast(tuple[CaseEvent, ...], save.events), known)
        assert after is not None
        save = replace(save, release=after.case.course.is_over_for(unit))
        try:
            stored = self.record.append([replace(save, claim=claim)])
        except CitizenHasCase:
            if known is None:
                raise
            stored = self.record.append([save])
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

    def _claim(self, citizen: Citizen) -> CitizenClaim:
        return CitizenClaim(self.keys.citizen_digest(citizen.cpr.digits))
