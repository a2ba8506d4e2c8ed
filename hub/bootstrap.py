"""The one composition root: settings in, a house with its doors, followers and hands out."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

from adapters.directory.toml_file import TomlDirectory
from adapters.documents.renderer import TypstRenderer
from adapters.fhir.message import FhirTranslator
from adapters.secure_mail.folder import FolderCarrier
from adapters.secure_mail.message import MailPacker
from hub import clocks
from hub.application import Hub
from hub.dispatch import Dispatcher, Hands
from hub.domain.moment import Window
from hub.errors import HubError, Unreadable
from hub.letters import Letters
from hub.observed import POSITION, log
from hub.ports import Clock, Directory
from hub.settings import Settings
from hub.store import Keys, Record
from hub.store.events import NAMES
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from projections import outbox
from projections.disclosure_register import DisclosureRegister
from projections.fhir_inbox import FhirInbox
from projections.follow import Follower, Projection
from projections.outbox import Outbox


@dataclass(slots=True)
class House:
    """Everything that runs, wired. Use as a context manager; `start` lets the followers run."""

    settings: Settings
    keys: Keys
    clock: Clock
    record: Record
    hub: Hub
    directory: Directory
    letters: Letters
    dispatcher: Dispatcher
    projections: tuple[Projection, ...]
    followers: tuple[Follower, ...] = ()
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Follow the record, and carry letters if settings say so, until `close`."""
        self._thread = Thread(target=self._run, name="followers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the followers, write what is queued, let the database go."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        self.record.close()

    @property
    def following(self) -> bool:
        """Are the followers alive?"""
        return self._thread is not None and self._thread.is_alive()

    def caught_up(self, timeout: float = 5.0) -> bool:
        """Wait until the read models hold everything recorded by now: read your writes."""
        head = self.record.head()
        return all(follower.wait_until(head, timeout) for follower in self.followers)

    def turn(self) -> int:
        """Bring the read models forward and move every letter that waits; how much was done."""
        done = sum(follower.catch_up() for follower in self.followers)
        if not self.settings.dispatch:
            return done
        with self.record.engine.connect() as connection:
            due = outbox.waiting(connection)
        return done + self.dispatcher.work(due)

    def _run(self) -> None:
        pause = 0.002
        while not self._stop.is_set():
            heard = self.record.signal.rings
            try:
                done = self.turn()
            except HubError as error:
                log.error("follower-stumbled", kind=type(error).__name__)
                done = 0
            POSITION.set(self.record.head().total)
            pause = 0.002 if done else min(pause * 2, 0.05)
            self.record.signal.wait(heard, pause)


def keys_of(settings: Settings) -> Keys:
    """The master key from its file, or the embedded default in the data folder."""
    if settings.master_key_file is not None:
        return Keys.from_text(_secret(settings.master_key_file))
    return Keys.embedded(settings.data_dir)


def _secret(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("a readable file", field="TVAERSPOR_MASTER_KEY_FILE") from None


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, unless a demo or a test sets one."""
    return clocks.machine if settings.clock_file is None else clocks.FileClock(settings.clock_file)


def directory_of(settings: Settings) -> Directory:
    """The reviewed directory file, or the sample that comes along."""
    return TomlDirectory.sample() if settings.directory_file is None else TomlDirectory.read(settings.directory_file)


def build(settings: Settings) -> House:
    """Wire a house."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.outbox.mkdir(parents=True, exist_ok=True)
    keys, clock, directory = keys_of(settings), clock_of(settings), directory_of(settings)
    record = Record.open(settings.url, keys, NAMES, clock=None if settings.clock_file is None else clock)
    hub = Hub(record, keys, clock, Window(settings.backdating))

    def citizen_of(case: UUID, sender: Unit) -> Citizen:
        return hub.load(case)[1].course.citizen_by(sender)

    letters = Letters(record, directory, citizen_of)
    translator = FhirTranslator(f"{settings.public_url}/fhir")
    hands = Hands(
        renderer=TypstRenderer(), translator=translator, packer=MailPacker(), carrier=FolderCarrier(settings.outbox)
    )
    models: tuple[Projection, ...] = (Outbox(), DisclosureRegister(), FhirInbox(letters.of, translator.message))
    return House(
        settings=settings,
        keys=keys,
        clock=clock,
        record=record,
        hub=hub,
        directory=directory,
        letters=letters,
        dispatcher=Dispatcher(record, letters, hands, clock, hub.load),
        projections=models,
        followers=tuple(Follower(record, model) for model in models),
    )
