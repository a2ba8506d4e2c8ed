"""Where letters leave a hub: outbox, dispatcher, and forms of a letter that a test can trip."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from hub.delivery.channels import Channels
from hub.delivery.dispatcher import Dispatcher
from hub.documents.letters import Letters
from hub.domain.case import Case
from hub.domain.delivery import Delivery, evolve
from projections import outbox
from projections.follow import Follower
from projections.outbox import Outbox, OutboxEntry
from tests.domain.acts import disclose, give_consent, withdraw_consent
from tests.fakes import CarrierInMemory, PlainForms, SmallDirectory
from tests.office import Office
from tests.people import CLINIC


@dataclass(slots=True)
class Postroom:
    """A dispatcher on an office's record. Carriers of two postrooms may be the same."""

    office: Office
    carrier: CarrierInMemory = field(default_factory=CarrierInMemory)
    forms: PlainForms = field(default_factory=PlainForms)
    directory: SmallDirectory = field(default_factory=SmallDirectory)
    dispatcher: Dispatcher = field(init=False)
    follower: Follower = field(init=False)

    def __post_init__(self) -> None:
        letters = Letters(
            self.office.record,
            self.directory,
            self.office.hub.cases.course_at,
        )
        channels = Channels(renderer=self.forms, translator=self.forms, packer=self.forms, carrier=self.carrier)
        self.dispatcher = Dispatcher(self.office.record, letters, channels, self.office.clock, self.load)
        self.follower = Follower(self.office.record, Outbox())

    def load(self, case: UUID) -> tuple[int, Case]:
        """The case as it stands; a test may put something in its way."""
        return self.office.hub.cases.load(case)

    def waiting(self) -> list[OutboxEntry]:
        """The letters that wait, as the outbox shows them now."""
        self.follower.catch_up()
        with self.office.record.engine.connect() as connection:
            return outbox.waiting(connection)

    def turn(self) -> int:
        """One step for each letter that waits."""
        return self.dispatcher.work(self.waiting())

    def empty(self, turns: int = 10) -> None:
        """Until nothing moves."""
        for _ in range(turns):
            if not self.turn():
                return
        raise AssertionError("the letters never came to rest")

    def later(self, by: timedelta) -> None:
        """The same, after some time."""
        self.office.clock.forward(by)
        self.empty()

    def shown(self, case: UUID) -> list[OutboxEntry]:
        """What the clinic is shown of its letters, oldest first."""
        self.follower.catch_up()
        with self.office.record.engine.connect() as connection:
            return outbox.deliveries_of(connection, CLINIC, case=case)[::-1]

    def letter(self, case: UUID, number: int = 0) -> tuple[Delivery, list[object]]:
        """A letter of this case as it stands, and its events."""
        rows = self.office.record.stream(self.shown(case)[number].delivery)
        state: Delivery | None = None
        for row in rows:
            state = evolve(state, row.event)  # type: ignore[arg-type] # a delivery's stream holds nothing else
        assert state is not None
        return state, [row.event for row in rows]

    def told(self) -> tuple[UUID, UUID]:
        """A case on which the clinic has told the familieafdeling; the case and the consent."""
        case = self.office.open().case
        consent = self.office.act(case, lambda key: give_consent(self.office.clock(), key)).act
        self.office.act(case, lambda key: disclose(self.office.clock(), disclosure=key))
        return case, consent

    def taken_back(self, case: UUID, consent: UUID) -> None:
        """She takes her consent back."""
        self.office.act(case, lambda _: withdraw_consent(self.office.clock(), consent))
