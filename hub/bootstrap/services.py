"""What is wired, and nothing that moves: the parts of a hub, open for use. hub.bootstrap.workers sets them going."""

from dataclasses import dataclass
from types import TracebackType

from adapters.medcom.worker import Validator
from hub.application.citizen_search import CitizenSearch
from hub.application.command_handler import CommandHandler
from hub.application.read_log import ReadLog
from hub.application.succession import Successions
from hub.delivery.channels import Channels
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.receipts import ReceiptHandler
from hub.documents.letters import Letters
from hub.intake.conversation import Conversation
from hub.intake.intake import MessageIntake
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.ports.papers import Printer
from hub.settings import Settings
from hub.store import Keys, Record
from projections.follow import Follower, Projection


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts of one hub. Use as a context manager: leaving writes what is queued and lets the database go.

    `receipts` is None where nothing comes back about letters.
    """

    settings: Settings
    keys: Keys
    clock: Clock
    record: Record
    command_handler: CommandHandler
    read_log: ReadLog
    citizen_search: CitizenSearch
    successions: Successions
    directory: Directory
    letters: Letters
    channels: Channels
    printer: Printer
    dispatcher: Dispatcher
    receipts: ReceiptHandler | None
    intake: MessageIntake
    conversation: Conversation
    validator: Validator
    projections: tuple[Projection, ...]
    followers: tuple[Follower, ...]

    def __enter__(self) -> "Services":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what is queued, let the database go. Whoever works with them has stopped before."""
        self.validator.close()
        self.read_log.close()
        self.record.close()
