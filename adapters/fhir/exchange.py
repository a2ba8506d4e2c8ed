"""What is said between units, and what comes of it: referrals, requests and everything that answers them.

Each act that carries words brings forth its resource, the Provenance and AuditEvent of passing it on, and the person
who signed it. Later events change the status of what was asked or sent.
"""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from adapters.fhir import systems
from adapters.fhir.acts import focus, received
from adapters.fhir.audit import disclosed
from adapters.fhir.course import place_of, woman
from adapters.fhir.datatypes import Annotation, CodeableConcept, Coding, Period, Reference
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.keys import marked
from adapters.fhir.narrative import LANGUAGE, added, legal, narrative
from adapters.fhir.parties import organization, parties, to
from adapters.fhir.provenance import provenance
from adapters.fhir.records import Appointment, AppointmentParticipant
from adapters.fhir.resources import (
    Communication,
    Payload,
    Practitioner,
    PractitionerRole,
    ServiceRequest,
    Task,
    TaskOutput,
)
from hub.domain import referral
from hub.domain.correction.events import ActsRetracted
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed
from hub.domain.disclosure import CitizenInformed
from hub.domain.notifier import ConcernReceived
from hub.domain.referral import ReferralEvent
from hub.domain.request import events as request
from hub.domain.request.events import RequestEvent
from hub.ports.letter import Letter

INFORMED = CodeableConcept(
    coding=(Coding(system=systems.ACT, code="citizen-informed"),), text="Orientering af borgeren"
)
ERROR = "entered-in-error"
ANSWER = CodeableConcept(coding=(Coding(system=systems.ACT, code="request-answered"),), text="Svar")


def said(ledger: Ledger, dossier: Dossier, seen: Seen, letter: Letter) -> Reference:
    """An act that carries words; a reference to the resource it became."""
    who = parties(letter)
    acts = focus(letter, who)
    people = [resource for resource in who.resources if isinstance(resource, PractitionerRole | Practitioner)]
    ledger.put(seen, *acts, *people, provenance(letter, who, acts[0]), disclosed(dossier, letter, acts[0]))
    return to(acts[0])


def notified(ledger: Ledger, dossier: Dossier, seen: Seen, event: ConcernReceived) -> Reference:
    """An underretning from outside the hub; a reference to the resource it became."""
    came = received(dossier.case, event, organization(dossier.address(event.by)))
    ledger.put(seen, came)
    return to(came)


def referred(ledger: Ledger, dossier: Dossier, seen: Seen, event: ReferralEvent) -> None:
    """What became of a referral."""
    match event:
        case referral.ReferralAccepted(referral=key, at=at):
            _referral(ledger, seen, key, "active", "Modtaget", at)
        case referral.ReferralDeclined(referral=key, at=at, by=by, reason=reason):
            note = Annotation(author_reference=organization(dossier.address(by)), time=at, text=legal(reason))
            _referral(ledger, seen, key, "revoked", "Afvist", at, note)
        case referral.FirstContactMade(referral=key, at=at):
            ledger.put(seen, _met(dossier, seen, key, at, "fulfilled", "Første kontakt"))
        case referral.NoShowReported(referral=key, at=at):
            ledger.put(seen, _met(dossier, seen, key, at, "noshow", "Udeblivelse"))
        case referral.ReferralCompleted(referral=key, at=at):
            _referral(ledger, seen, key, "completed", "Afsluttet", at)


def asked(ledger: Ledger, seen: Seen, event: RequestEvent) -> None:
    """What became of a request for information."""
    match event:
        case request.ClarificationAsked(request=key, at=at):
            _request(ledger, seen, key, "on-hold", "Skal præciseres", at)
        case request.ClarificationGiven(request=key, at=at):
            _request(ledger, seen, key, "requested", "Præciseret", at)
        case request.RequestAnswered(request=key, at=at, answer=answer):
            output = TaskOutput(type=ANSWER, value_reference=Reference(reference=f"Communication/{answer}"))
            _request(ledger, seen, key, "completed", "Besvaret", at, output)


def retracted(ledger: Ledger, seen: Seen, event: ActsRetracted) -> None:
    """An act that was taken back whole was entered in error (FHIR R4, EventStatus); its words stay readable."""
    for act in event.acts:
        for kind in ("Communication", "ServiceRequest", "Task") if not act.points else ():
            known = ledger.get(f"{kind}/{act.act}")
            if isinstance(known, Communication | ServiceRequest | Task) and known.text is not None:
                text = added(known.text, "Må ikke bruges", _minute(event.at))
                ledger.put(seen, replace(known, status=ERROR, text=text))


def arrived(ledger: Ledger, seen: Seen, event: DeliveryCompleted | DeliveryFailed) -> None:
    """The sender hears what became of its letter; a late proof corrects a failure."""
    known = ledger.get(f"Communication/{event.act}")
    if not isinstance(known, Communication) or known.status == ERROR:
        return
    if isinstance(event, DeliveryCompleted):
        ledger.put(seen, replace(known, status="completed", status_reason=None, received=event.at))
    else:
        ledger.put(seen, replace(known, status="stopped", status_reason=CodeableConcept(text=event.why)))


def informed(dossier: Dossier, seen: Seen, event: CitizenInformed) -> Communication:
    """She was told about an act."""
    words = [("Hvordan", event.how), ("Reaktion", event.reaction)]
    return Communication(
        id=marked(event.about, seen.mark),
        language=LANGUAGE,
        text=narrative("Orientering af borgeren", [*words, ("Tidspunkt", _minute(event.at))]),
        status="completed",
        category=(INFORMED,),
        subject=woman(dossier.case),
        about=(place_of(dossier.case),),
        sent=event.at,
        recipient=(woman(dossier.case),),
        sender=organization(dossier.address(event.by)),
        payload=tuple(Payload(content_string=legal(text)) for _, text in words if text.strip()),
    )


def _referral(ledger: Ledger, seen: Seen, key: UUID, status: str, word: str, at: datetime, *notes: Annotation) -> None:
    known = ledger.get(f"ServiceRequest/{key}")
    if isinstance(known, ServiceRequest) and known.text is not None:
        words = "\n".join([_minute(at), *(note.text for note in notes)])
        text = added(known.text, word, words)
        ledger.put(seen, replace(known, status=status, text=text, note=(*known.note, *notes)))


def _request(ledger: Ledger, seen: Seen, key: UUID, status: str, word: str, at: datetime, *led: TaskOutput) -> None:
    known = ledger.get(f"Task/{key}")
    if isinstance(known, Task) and known.text is not None:
        done = Period(end=at) if led else known.execution_period
        text, standing = added(known.text, word, _minute(at)), CodeableConcept(text=word)
        changed = replace(known, status=status, business_status=standing, text=text, execution_period=done)
        ledger.put(seen, replace(changed, output=(*known.output, *led)))


def _met(dossier: Dossier, seen: Seen, key: UUID, at: datetime, status: str, word: str) -> Appointment:
    """The moment is all that is known of a meeting, so it begins and ends then (FHIR R4, app-3 wants both)."""
    return Appointment(
        id=marked(key, seen.mark),
        language=LANGUAGE,
        text=narrative(word, [("Tidspunkt", _minute(at))]),
        status=status,
        description=word,
        start=at,
        end=at,
        based_on=(Reference(reference=f"ServiceRequest/{key}"),),
        participant=(AppointmentParticipant(actor=woman(dossier.case), status="accepted"),),
    )


def _minute(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")
