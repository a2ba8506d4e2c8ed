"""A hub on a real record, and units that use it: short ways to open a case and to act on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4, uuid5

from hub.application.command_context import CommandContext, CommandResult
from hub.application.command_handler import CommandHandler
from hub.application.read_log import ReadLog
from hub.domain.addressed import leaves
from hub.domain.backdating import Window
from hub.domain.case import Case, CaseCommand
from hub.domain.course.events import OpenCase
from hub.domain.delivery import DeliveryDeparted
from hub.domain.identity import act_of
from hub.store import Keys, Meta, Record, Save
from hub.store.serialisation.events import NAMES
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from tests.fakes import SetClock
from tests.people import CLINIC, KIRSTEN, acting_for

KEYS = Keys(bytes(range(32)))
Make = Callable[[UUID], CaseCommand]
_NUMBERS = count()


@dataclass(slots=True)
class Office:
    """One hub. `beside` gives a second one on the same database, as another process would have it."""

    url: str
    clock: SetClock = field(default_factory=SetClock)
    record: Record = field(init=False)
    hub: CommandHandler = field(init=False)
    reads: ReadLog = field(init=False)

    def __post_init__(self) -> None:
        self.record = Record.open(self.url, KEYS, NAMES, clock=self.clock)
        self.hub = CommandHandler(self.record, KEYS, self.clock, Window())
        self.reads = ReadLog(self.record, self.clock)

    def __enter__(self) -> "Office":
        return self

    def __exit__(self, *_: object) -> None:
        self.record.close()

    def beside(self) -> "Office":
        """Another hub on this database, with caches of its own and the same clock."""
        return Office(self.url, self.clock)

    def envelope(
        self, unit: Unit = CLINIC, key: str | None = None, request: bytes = b"", if_match: int | None = None
    ) -> CommandContext:
        """What comes with a command; a key of its own unless one is named."""
        name = f"key {next(_NUMBERS)}" if key is None else key
        return CommandContext(actor=acting_for(unit), key=name, request=request, came=self.clock(), if_match=if_match)

    def open(
        self, unit: Unit = CLINIC, citizen: Citizen = KIRSTEN, *, sent: CommandContext | None = None, **more: Any
    ) -> CommandResult:
        """A unit opens a case."""

        def opening(case: UUID) -> OpenCase:
            return OpenCase(case=case, at=self.clock(), by=unit, citizen=citizen, **more)

        return self.hub.open_case(sent or self.envelope(unit), opening)

    def act(self, case: UUID, make: Make, unit: Unit = CLINIC, *, sent: CommandContext | None = None) -> CommandResult:
        """A unit acts on a case. `make` gets the id of what it makes."""

        def made(key: UUID, _: Case) -> CaseCommand:
            return make(key)

        return self.hub.handle(case, sent or self.envelope(unit), made)

    def let_leave(self, case: UUID, *acts: UUID) -> None:
        """Letters have left: those of these acts, or all that wait to."""
        for row in self.record.stream(case):
            act = leaves(row.event)
            version, standing = self.hub.cases.load(case)
            letter = uuid5(row.command, f"{row.seq}")
            if act is None or letter in standing.departed or (acts and act_of(act) not in acts):
                continue
            left = DeliveryDeparted(
                delivery=letter,
                act=act_of(act) or letter,
                carried=(row.version,),
                sender=act.by,
                recipient=act.recipient,
                door="smtp",
                at=self.clock(),
            )
            meta = Meta(client="tests", unit="-", received_at=self.clock())
            save = Save(stream=case, case=case, expected_version=version, command=uuid4(), events=(left,), meta=meta)
            self.record.append([save])

    def events(self, case: UUID) -> list[object]:
        """What stands on the case."""
        return [recorded.event for recorded in self.record.stream(case)]
