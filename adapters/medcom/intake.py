"""A message that keeps the rules → what the hub records of it. The words stay in the bytes that came."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from adapters.fhir.parties import read_number
from adapters.fhir.systems import CONFIDENTIALITY, SOR
from adapters.medcom import systems
from adapters.medcom.elements import Communication, Encounter, Identifier, Organization, Patient, Period
from adapters.medcom.message import URN, Message, Placed, extensions
from hub.domain.message import CareMessageReceived, HospitalStayNotified, IncomingEvent
from hub.errors import Unreadable
from hub.law.facts import FIRST_YEAR, LAST_YEAR
from hub.ports.intake import Acknowledged, Numbers
from hub.vocabulary.identification import Identification
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit


def numbers(who: Placed[Organization] | None) -> Numbers | None:
    """The numbers of sender or receiver; None when it lacks one, or has two of a kind and so could be two."""
    found = who.resource.identifier if who is not None else ()
    sors = {identifier.value for identifier in found if identifier.system == SOR}
    glns = {identifier.value for identifier in found if identifier.system in systems.GLN_SYSTEMS}
    if len(sors) != 1 or len(glns) != 1:
        return None
    sor, gln = sors.pop(), glns.pop()
    return Numbers(sor, gln) if sor and gln else None


def woman_of(message: Message) -> tuple[Identification, ...]:
    """The woman's numbers, her CPR number first; one that is none of those the hub knows her by is left out."""
    stated = [number for patient in message.of(Patient) for number in patient.resource.identifier]
    read = (read_number(number.system or "", number.value or "") for number in stated)
    found = dict.fromkeys(number for number in read if number is not None)
    return tuple(sorted(found, key=lambda number: not isinstance(number, Cpr)))


def told(message: Message, by: Unit, recipient: Unit) -> IncomingEvent:
    """The message as an event, between two units of the directory."""
    return (_care if message.event == systems.CARE_EVENT else _stay)(message, by, recipient)


def receipt(message: Message) -> Acknowledged:
    """What an Acknowledgement says; the header that its own Provenance names counts where the quoted id differs."""
    response = message.header.response
    said = (response.identifier or "", response.code or "") if response else ("", "")
    revised = _follows(message)
    return Acknowledged(tuple(dict.fromkeys(quoted for quoted in (said[0], revised) if quoted)), said[1])


def _care(message: Message, by: Unit, recipient: Unit) -> CareMessageReceived:
    (said,) = message.of(Communication)
    payloads = said.resource.payload
    return CareMessageReceived(
        message=message.header.id or "",
        at=_at(message),
        by=by,
        recipient=recipient,
        thread=said.resource.identifier[0].value or "",
        activity=_activity(message),
        category=said.resource.category[0].coding[0].code or "",
        topic=said.resource.topic.text if said.resource.topic else None,
        follows=_follows(message),
        episodes=_episodes(message),
        payloads=len(payloads),
        attachments=sum(payload.content_attachment is not None for payload in payloads),
        sha256=sha256(message.envelope.body).hexdigest(),
        protected=_is_protected(message),
    )


def _stay(message: Message, by: Unit, recipient: Unit) -> HospitalStayNotified:
    (stay,) = message.of(Encounter)
    period = stay.resource.period or Period()
    leave = next(
        (extension.value_period for extension in extensions(stay.resource.extension, systems.LEAVE_PERIOD)), None
    )
    wanted = extensions(message.header.extension, systems.REPORT_OF_ADMISSION)
    return HospitalStayNotified(
        message=message.header.id or "",
        at=_at(message),
        by=by,
        recipient=recipient,
        activity=_activity(message),
        kind=(stay.resource.class_.code if stay.resource.class_ else None) or "",
        status=stay.resource.status or "",
        began=_moment(period.start or ""),
        ended=_moment(period.end) if period.end else None,
        leave_from=_moment(leave.start) if leave and leave.start else None,
        leave_until=_moment(leave.end) if leave and leave.end else None,
        deceased=any(patient.resource.deceased_boolean is True for patient in message.of(Patient)),
        report_wanted=any(extension.value_boolean is True for extension in wanted),
        follows=_follows(message),
        episodes=_episodes(message),
        sha256=sha256(message.envelope.body).hexdigest(),
        protected=_is_protected(message),
    )


def _is_protected(message: Message) -> bool:
    """Is she labelled `R`, as DK Core labels name and address protection? Its example leaves the system out."""
    metas = (patient.resource.meta for patient in message.of(Patient))
    labels = (label for meta in metas if meta is not None for label in meta.security)
    return any(label.code == "R" and label.system in (None, CONFIDENTIALITY) for label in labels)


def _at(message: Message) -> datetime:
    """When it was sent, as its sender says."""
    return _moment(message.current[0].resource.occurred_date_time or "")


def _moment(text: str) -> datetime:
    """A moment that exists, in our centuries; `Unreadable` for the thirtieth of February."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("a moment that exists, with its time zone", field="Bundle") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unreadable(f"a year from {FIRST_YEAR} to {LAST_YEAR}", field="Bundle")
    return moment


def _activity(message: Message) -> str:
    activity = message.current[0].resource.activity
    return (activity.coding[0].code if activity else None) or ""


def _follows(message: Message) -> str | None:
    """The MessageHeader.id that this message says it revises or removes."""
    for entity in message.current[0].resource.entity if message.current else ():
        if entity.role in ("revision", "removal") and entity.what is not None and entity.what.reference:
            return entity.what.reference.removeprefix(URN).rpartition("/")[2]
    return None


def _episodes(message: Message) -> tuple[str, ...]:
    """The episodes of care that are named, each as its bare UUID in lower case."""
    named: Iterable[Identifier | None] = (
        one.identifier for encounter in message.of(Encounter) for one in encounter.resource.episode_of_care
    )
    values = (
        identifier.value.removeprefix(URN).lower()
        for identifier in named
        if identifier is not None and identifier.value
    )
    return tuple(dict.fromkeys(values))
