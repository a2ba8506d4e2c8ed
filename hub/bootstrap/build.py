"""The one composition root: settings in, a house with its doors, followers and hands out."""

import time
from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from threading import Event, Thread
from uuid import UUID

from adapters.directory.toml_file import TomlDirectory
from adapters.documents.printer import TypstPrinter
from adapters.documents.renderer import TypstRenderer
from adapters.medcom.check import check
from adapters.medcom.reader import MedComStandard
from adapters.medcom.translator import MedComTranslator
from adapters.medcom.worker import Validator
from hub.application.command_handler import CommandHandler
from hub.bootstrap import allocator, digital_post
from hub.bootstrap.resources import clock_of, folder, keys_of, record_of
from hub.bootstrap.secure_mail import secure_mail_of
from hub.delivery.channels import Channels
from hub.delivery.deliverability import Deliverability
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.receipts import AllReceipts, ReceiptHandler
from hub.delivery.worker import DeliveryWorker
from hub.documents.letters import Letters
from hub.domain.backdating import Window
from hub.domain.message import Verdict
from hub.intake.conversation import Conversation
from hub.intake.intake import MessageIntake
from hub.observability import log, whereabouts
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.ports.papers import Printer
from hub.settings import Settings
from hub.store import Keys, Record, Vector
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from projections.disclosure_register import DisclosureRegister
from projections.fhir_inbox import FhirInbox
from projections.fhir_index import FhirIndex
from projections.follow import LONGEST, SHORTEST, Follower, Projection
from projections.outbox import Outbox
from projections.parked_messages import ParkedMessages

LONGEST_AFTER_ERROR = 5.0  # seconds before a follower that stumbled tries again
RETRY_PARKED = 60.0  # seconds between two tries of what a read model could not take


@dataclass(slots=True)
class House:
    """Everything that runs, wired. Use as a context manager; `start` lets the followers run."""

    settings: Settings
    keys: Keys
    clock: Clock
    record: Record
    hub: CommandHandler
    directory: Directory
    letters: Letters
    hands: Channels
    printer: Printer
    dispatcher: Dispatcher
    receiving: MessageIntake
    conversation: Conversation
    validator: Validator
    projections: tuple[Projection, ...]
    followers: tuple[Follower, ...]
    delivery: DeliveryWorker = field(init=False)
    receipts: InitVar[ReceiptHandler | None]
    _stop: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)
    _stumbling: set[str] = field(default_factory=set)
    _followed: Vector | None = None
    _retried: float = field(default_factory=time.monotonic)

    def __post_init__(self, receipts: ReceiptHandler | None) -> None:
        self.delivery = DeliveryWorker(
            self.record.engine,
            self.dispatcher,
            receipts,
            self.clock,
            is_current=self.caught_up,
            stop=self._stop,
        )

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Follow the record, and carry letters if settings say so, until `close`."""
        works = {"follow": self.follow}
        if self.settings.dispatch:
            works["carry"] = self.delivery.carry_when_current
            if self.delivery.has_receipts:
                works["listen"] = self.delivery.listen_when_due
        for name, work in works.items():
            self._threads.append(Thread(target=self._keep, args=(name, work), name=name, daemon=True))
            self._threads[-1].start()
        if self.settings.is_production:
            self.validator.warm()

    def close(self) -> None:
        """Stop the followers, write what is queued, let the database go."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        self.validator.close()
        self.record.close()

    @property
    def following(self) -> bool:
        """Do the followers run, and did their last turn succeed?"""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads) and not self._stumbling

    def caught_up(self, timeout: float = 5.0) -> bool:
        """Wait until the read models hold everything recorded by now: read your writes."""
        head = self.record.head()
        return all(follower.wait_until(head, timeout) for follower in self.followers)

    def turn(self) -> int:
        """Bring the read models forward and move every letter that waits; how much was done."""
        if not self.settings.dispatch:
            return self.follow()
        return self.follow() + self.delivery.listen() + self.delivery.carry()

    def follow(self) -> int:
        """Bring the read models forward, and now and then try again what they could not take; how much was done."""
        head = self.record.head()
        if time.monotonic() - self._retried > RETRY_PARKED:
            self._retried = time.monotonic()
            for follower in self.followers:
                if follower.parked():
                    follower.retry_parked()
        if head == self._followed:
            return 0
        done = sum(follower.catch_up() for follower in self.followers)
        self._followed = head
        return done

    def _keep(self, name: str, work: Callable[[], int]) -> None:
        """Work until told to stop; what one turn trips over, such as a database that is away, the next tries again."""
        pause = SHORTEST
        while not self._stop.is_set():
            heard = self.record.notifier.rings
            try:
                done = work()
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave letters lying for ever
                log.error("follower-stumbled", work=name, kind=type(error).__name__, at=whereabouts(error))
                self._stumbling.add(name)
                pause = max(LONGEST, min(pause * 2, LONGEST_AFTER_ERROR))
                self._stop.wait(pause)
                continue
            self._stumbling.discard(name)
            pause = SHORTEST if done else min(pause * 2, LONGEST)
            self.record.notifier.wait(heard, pause)


def directory_of(settings: Settings) -> Directory:
    """The reviewed directory file, or the sample that comes along."""
    return TomlDirectory.sample() if settings.directory_file is None else TomlDirectory.read(settings.directory_file)


def verdict_on(message: bytes) -> Verdict:
    """What a MedCom message would be answered with, by the rules of the door it would come through; stores nothing."""
    return check(message)


def build(settings: Settings) -> House:
    """Wire a house."""
    allocator.give_back()
    folder(settings.data_dir, "DATA_DIR")
    folder(settings.outbox, "OUTBOX_DIR" if settings.outbox_dir else "DATA_DIR")
    keys, clock, directory = keys_of(settings), clock_of(settings), directory_of(settings)
    record = record_of(settings, keys, clock)
    mailing = secure_mail_of(settings)
    hands = Channels(
        renderer=TypstRenderer(),
        translator=MedComTranslator(f"{settings.server.public_url}/fhir"),
        packer=mailing.packer,
        carrier=mailing.carrier,
        ways={digital_post.CHANNEL: digital_post.channel_of(settings, clock)},
    )
    hub = CommandHandler(
        record, keys, clock, Window(settings.backdating), Deliverability(record, directory, hands).refuse
    )

    def citizen_of(case: UUID, sender: Unit) -> Citizen:
        return hub.load(case)[1].course.citizen_by(sender)

    letters = Letters(record, directory, citizen_of)
    places = [place for place in (mailing.receipts, digital_post.receipts_of(settings)) if place is not None]
    models: tuple[Projection, ...] = (
        Outbox(),
        DisclosureRegister(lambda case: hub.load(case)[1]),
        FhirInbox(letters.of, hands.translator.message, record.case_seal().close),
        FhirIndex(lambda case: hub.load(case)[1]),
        ParkedMessages(),
    )
    dispatcher = Dispatcher(record, letters, hands, clock, hub.load)
    validator, receiving = Validator(), MessageIntake(hub, dispatcher)
    standard = MedComStandard(validator, f"{settings.server.public_url}/fhir")
    return House(
        settings=settings,
        keys=keys,
        clock=clock,
        record=record,
        hub=hub,
        directory=directory,
        letters=letters,
        hands=hands,
        printer=TypstPrinter(),
        dispatcher=dispatcher,
        receipts=ReceiptHandler(record, dispatcher, directory, AllReceipts(*places), clock) if places else None,
        receiving=receiving,
        conversation=Conversation(receiving, standard, directory, clock),
        validator=validator,
        projections=models,
        followers=tuple(Follower(record, model) for model in models),
    )
