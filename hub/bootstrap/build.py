"""The one composition root: settings in, services out."""

from uuid import UUID

from adapters.directory.toml_file import TomlDirectory
from adapters.documents.printer import TypstPrinter
from adapters.documents.renderer import TypstRenderer
from adapters.medcom.check import check
from adapters.medcom.reader import MedComStandard
from adapters.medcom.translator import MedComTranslator
from adapters.medcom.worker import Validator
from hub.access.rate_limit import RateLimit
from hub.application.citizen_search import CitizenSearch
from hub.application.command_handler import CommandHandler
from hub.application.read_log import ReadLog
from hub.application.succession import Successions
from hub.bootstrap import allocator, digital_post
from hub.bootstrap.resources import clock_of, folder, keys_of, record_of
from hub.bootstrap.secure_mail import SecureMail, secure_mail_of
from hub.bootstrap.services import Services
from hub.delivery.channels import Channels
from hub.delivery.deliverability import Deliverability
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.receipts import AllReceipts, ReceiptHandler
from hub.documents.letters import Letters
from hub.domain.backdating import Window
from hub.domain.case import Case
from hub.intake.conversation import Conversation
from hub.intake.intake import MessageIntake
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.settings import Settings
from hub.vocabulary.organisations import Unit
from projections import fhir_index
from projections.disclosure_register import DisclosureRegister
from projections.fhir_inbox.inbox import FhirInbox
from projections.fhir_index import FhirIndex
from projections.follow import Follower, Projection
from projections.outbox import Outbox
from projections.parked_messages import ParkedMessages

__all__ = ["build", "check", "directory_of"]  # check: what a message would be answered with; it needs no wiring


def directory_of(settings: Settings) -> Directory:
    """The reviewed directory file, or the sample that comes along."""
    return TomlDirectory.sample() if settings.directory_file is None else TomlDirectory.read(settings.directory_file)


def build(settings: Settings) -> Services:
    """Wire a hub; `Unreadable` or `RecordUnreachable` names the setting that cannot be used."""
    allocator.give_back()
    folder(settings.data_dir, "DATA_DIR")
    folder(settings.outbox, "OUTBOX_DIR" if settings.outbox_dir else "DATA_DIR")
    keys, clock, directory = keys_of(settings), clock_of(settings), directory_of(settings)
    record = record_of(settings, keys, clock)
    mail, base = secure_mail_of(settings), f"{settings.server.public_url}/fhir"
    channels = _channels(settings, mail, base, clock)
    places = [place for place in (mail.receipts, digital_post.receipts_of(settings)) if place is not None]
    handler = CommandHandler(
        record, keys, clock, Window(settings.backdating), Deliverability(record, directory, channels).refuse
    )

    def cases_of(unit: Unit) -> list[UUID]:
        with record.engine.connect() as connection:
            return fhir_index.cases_of(connection, unit)

    letters = Letters(record, directory, handler.cases.course_at)
    dispatcher = Dispatcher(record, letters, channels, clock, handler.cases.load)
    limit = RateLimit(hourly=settings.server.searches_an_hour, burst=settings.server.searches_an_hour)
    intake, validator = MessageIntake(handler, dispatcher), Validator()
    projections = _projections(handler, letters, channels)
    return Services(
        settings=settings,
        keys=keys,
        clock=clock,
        record=record,
        command_handler=handler,
        read_log=ReadLog(record, clock),
        successions=Successions(record, handler.cases, directory, clock, cases_of),
        citizen_search=CitizenSearch(record, keys, clock, handler.cases, limit.take),
        directory=directory,
        letters=letters,
        channels=channels,
        printer=TypstPrinter(),
        dispatcher=dispatcher,
        receipts=ReceiptHandler(record, dispatcher, directory, AllReceipts(*places), clock) if places else None,
        intake=intake,
        conversation=Conversation(intake, MedComStandard(validator, base), directory, clock),
        validator=validator,
        projections=projections,
        followers=tuple(Follower(record, projection) for projection in projections),
    )


def _channels(settings: Settings, mail: SecureMail, base: str, clock: Clock) -> Channels:
    """The forms a letter takes, and the ways it may leave."""
    return Channels(
        renderer=TypstRenderer(),
        translator=MedComTranslator(base),
        packer=mail.packer,
        carrier=mail.carrier,
        others={digital_post.CHANNEL: digital_post.channel_of(settings, clock)},
    )


def _projections(handler: CommandHandler, letters: Letters, channels: Channels) -> tuple[Projection, ...]:
    """Every read model, in the order in which they follow the record."""

    def case_of(case: UUID) -> Case:
        return handler.cases.load(case)[1]

    return (
        Outbox(),
        DisclosureRegister(case_of),
        FhirInbox(letters.of, channels.translator.message, handler.record.case_seal().close),
        FhirIndex(case_of),
        ParkedMessages(),
    )
