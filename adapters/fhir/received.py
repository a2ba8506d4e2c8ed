"""MedCom messages that came in, as Communications for the unit that sent one and the unit that got it.

Only the frame of a message is told here: who wrote to whom, when, about what kind of matter, what it follows on. Its
words are never written anew (hub/decisions/0005); the payload leads to the message byte for byte, through a door that
records the look. A notification of a hospital stay is a Communication too and no Encounter: a later one may correct or
cancel it, and how the stay then stands is the hospital's record to tell, not the hub's.
"""

from datetime import datetime
from typing import assert_never

from adapters.fhir import systems
from adapters.fhir.course import place_of, protect, told_of, woman
from adapters.fhir.datatypes import Attachment, CodeableConcept, Coding, Identifier, Reference
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said
from adapters.fhir.parties import organization
from adapters.fhir.resources import Communication, Payload
from hub.domain.message import CareMessageReceived, HospitalStayNotified, IncomingEvent, kept_in

REPLY = "reply-message"
STAYS = {  # HospitalNotification 3.0.2, by what each of its activities says
    "admit-emergency": "Akut ambulant ophold begyndt",
    "admit-inpatient": "Indlagt",
    "start-leave-inpatient": "Orlov begyndt",
    "end-leave-inpatient": "Orlov slut",
    "discharge-emergency-home": "Akut ambulant ophold slut",
    "discharge-inpatient-home": "Udskrevet",
}
CHANGES = {"revise-": "Rettelse: ", "cancel-": "Annullering: "}


def came(ledger: Ledger, dossier: Dossier, seen: Seen, event: IncomingEvent) -> None:
    """A message stands on the case; who had not heard of the woman before knows her from it."""
    if seen.names is not None or ledger.get(f"Patient/{dossier.case}") is None:
        told_of(ledger, dossier, seen, seen.names or dossier.citizen)
    if event.protected:
        protect(ledger, dossier, seen, protected=True)
    ledger.put(seen, _communication(ledger, dossier, event))


def _communication(ledger: Ledger, dossier: Dossier, event: IncomingEvent) -> Communication:
    title, lines = _title(event), _lines(event)
    sender, recipient = (organization(dossier.address(unit)) for unit in (event.by, event.recipient))
    before = _before(ledger, dossier, event)
    answers = event.activity == REPLY
    ends = [("Fra", sender.display or ""), ("Til", recipient.display or ""), ("Sendt", _minute(event.at))]
    return Communication(
        id=str(kept_in(dossier.case, event.message)),
        language=LANGUAGE,
        text=narrative(title, [*ends, *lines]),
        identifier=_identifiers(event),
        based_on=() if answers else before,
        in_response_to=before if answers else (),
        status="completed",
        category=_categories(event),
        subject=woman(dossier.case),
        topic=CodeableConcept(text=title),
        about=(place_of(dossier.case),),
        sent=event.at,
        recipient=(recipient,),
        sender=sender,
        payload=(*_words(title, lines, event), Payload(content_attachment=_whole(dossier, event))),
    )


def _title(event: IncomingEvent) -> str:
    match event:
        case CareMessageReceived(topic=topic):
            return said(topic) or "Korrespondancemeddelelse"
        case HospitalStayNotified(activity=activity):
            change = next((prefix for prefix in CHANGES if activity.startswith(prefix)), "")
            return CHANGES.get(change, "") + STAYS.get(activity.removeprefix(change), "Advis om sygehusophold")
        case _:
            assert_never(event)


def _lines(event: IncomingEvent) -> list[tuple[str, str]]:
    """What the frame tells besides the parties."""
    if isinstance(event, CareMessageReceived):
        return [("Kategori", event.category), ("Vedhæftede dokumenter", str(event.attachments))]
    moments = (
        ("Begyndt", event.began),
        ("Slut", event.ended),
        ("Orlov fra", event.leave_from),
        ("Orlov til", event.leave_until),
    )
    died = [("", "Borgeren er død.")] if event.deceased else []
    asked = [("", "Indlæggelsesrapport ønskes.")] if event.report_wanted else []
    return [*((label, _minute(at)) for label, at in moments if at), *died, *asked]


def _words(title: str, lines: list[tuple[str, str]], event: IncomingEvent) -> tuple[Payload, ...]:
    """A notification has no words of its own: these are its codes, spoken."""
    if not isinstance(event, HospitalStayNotified):
        return ()
    spoken = [title, *(f"{label}: {text}" if label else text for label, text in lines)]
    return (Payload(content_string=legal("\n".join(spoken))),)


def _whole(dossier: Dossier, event: IncomingEvent) -> Attachment:
    """The message as it came, at the hub's own door for it."""
    door = f"{dossier.base.removesuffix('/fhir')}/v1/cases/{dossier.case}/messages/{event.message}"
    return Attachment(content_type="application/fhir+json", url=door, title="Meddelelsen, som den kom")


def _before(ledger: Ledger, dossier: Dossier, event: IncomingEvent) -> tuple[Reference, ...]:
    """The message that this one goes on from: here if the unit knows it, else by its MessageHeader.id."""
    if event.follows is None:
        return ()
    local = f"Communication/{kept_in(dossier.case, event.follows)}"
    if ledger.get(local) is not None:
        return (Reference(reference=local),)
    return (Reference(type="Communication", identifier=_message(event.follows)),)


def _identifiers(event: IncomingEvent) -> tuple[Identifier, ...]:
    if isinstance(event, CareMessageReceived) and event.thread:
        return _message(event.message), Identifier(system=systems.THREAD, value=legal(event.thread))
    return (_message(event.message),)


def _message(key: str) -> Identifier:
    return Identifier(system=systems.MESSAGE, value=legal(key))


def _categories(event: IncomingEvent) -> tuple[CodeableConcept, ...]:
    """What it is about, and what kind of message it is."""
    activity = CodeableConcept(coding=(Coding(system=systems.MEDCOM_ACTIVITY, code=event.activity),))
    if not isinstance(event, CareMessageReceived):
        return (activity,)
    return CodeableConcept(coding=(Coding(system=systems.MEDCOM_CATEGORY, code=event.category),)), activity


def _minute(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
