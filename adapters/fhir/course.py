"""The course of a case: Patient, EpisodeOfCare and CareTeam, as one unit has stated them or was told."""

from datetime import date, datetime
from uuid import UUID

from msgspec.structs import replace

from adapters.fhir import systems
from adapters.fhir.births import minute
from adapters.fhir.datatypes import CodeableConcept, Coding, Extension, Period, Reference
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.narrative import LANGUAGE, added, legal, narrative, said
from adapters.fhir.parties import episode_of_care, is_labelled, labelled, organization, patient
from adapters.fhir.records import CareTeam, Participant
from adapters.fhir.resources import EpisodeOfCare, Patient, Resource
from hub.domain.course import events as course
from hub.domain.course.citizen import AddressProtected, AddressProtectionEnded, CitizenIdentified
from hub.domain.course.events import CourseEvent
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit

CONTACT = CodeableConcept(coding=(Coding(system=systems.PARTY, code="contact-person"),), text="Kontaktperson")
PLACES = {"municipality": "uden for registret:", "abroad": "i udlandet", "unknown": "på ukendt adresse"}


def woman(case: UUID) -> Reference:
    """The woman whom the case is about."""
    return Reference(reference=f"Patient/{case}")


def place_of(case: UUID) -> Reference:
    """The case."""
    return Reference(reference=f"EpisodeOfCare/{case}")


def named(ledger: Ledger, dossier: Dossier, seen: Seen, citizen: Citizen) -> None:
    """The unit learns who she is, and that there is a case; that she has died stays said."""
    before = ledger.get(f"Patient/{dossier.case}")
    died_on = before.deceased_date_time if isinstance(before, Patient) else None
    ledger.put(seen, patient(citizen, dossier.case, died_on))
    if ledger.get(f"EpisodeOfCare/{dossier.case}") is None:
        ledger.put(seen, episode_of_care(dossier.case, woman(dossier.case)))


def died(ledger: Ledger, dossier: Dossier, seen: Seen, died_on: date | None) -> None:
    """The unit learns that she has died, or that she has not."""
    words = died_on.isoformat() if died_on else "taget tilbage"
    her, episode = ledger.get(f"Patient/{dossier.case}"), ledger.get(f"EpisodeOfCare/{dossier.case}")
    if isinstance(her, Patient) and her.text is not None:
        ledger.put(seen, replace(her, deceased_date_time=died_on, text=added(her.text, "Død", words)))
    if isinstance(episode, EpisodeOfCare):
        ledger.put(seen, _told(episode, "Borgeren er død", words))


def protect(ledger: Ledger, dossier: Dossier, seen: Seen, *, protected: bool) -> None:
    """The unit learns that her name and address are protected, or says that they are no longer."""
    known = _woman(ledger, dossier)
    if known is not None:
        ledger.put(seen, labelled(known, protected=protected))


def _woman(ledger: Ledger, dossier: Dossier) -> Patient | None:
    known = ledger.get(f"Patient/{dossier.case}")
    return known if isinstance(known, Patient) else None


def told_of(ledger: Ledger, dossier: Dossier, seen: Seen, names: Citizen) -> None:
    """A letter or a message names her: what the unit stated itself stands, and what is new of her is learned."""
    known, episode = _woman(ledger, dossier), ledger.get(f"EpisodeOfCare/{dossier.case}")
    stated = isinstance(episode, EpisodeOfCare) and episode.managing_organization is not None
    if known is None or (not stated and len(names.numbers) > len(known.identifier)):
        was = known is not None and is_labelled(known)
        named(ledger, dossier, seen, names)
        protect(ledger, dossier, seen, protected=names.protected or was)
    elif names.protected:
        protect(ledger, dossier, seen, protected=True)


def went_on(ledger: Ledger, dossier: Dossier, seen: Seen, event: CourseEvent) -> None:
    """What one event of the course changes."""
    match event:
        case course.PartyJoined(unit=unit, at=at, citizen=citizen):
            if citizen is not None:
                is_known = (known := _woman(ledger, dossier)) is not None and is_labelled(known)
                named(ledger, dossier, seen, citizen)
                protect(ledger, dossier, seen, protected=citizen.protected or is_known)
                ledger.put(seen, _entered(ledger, dossier, unit, at))
            _joined(ledger, dossier, seen, unit, at)
        case CitizenIdentified(citizen=citizen):
            is_known = (known := _woman(ledger, dossier)) is not None and is_labelled(known)
            named(ledger, dossier, seen, citizen)
            protect(ledger, dossier, seen, protected=citizen.protected or is_known)
        case AddressProtected() | AddressProtectionEnded():
            protect(ledger, dossier, seen, protected=isinstance(event, AddressProtected))
        case course.PartyLeft(unit=unit, at=at):
            _left(ledger, dossier, seen, unit, at)
        case course.ContactPersonAssigned(person=person, by=by):
            _contact(ledger, dossier, seen, by, person)
        case _:
            episode = ledger.get(f"EpisodeOfCare/{dossier.case}")
            if isinstance(episode, EpisodeOfCare):
                ledger.put(seen, _changed(episode, event))


def _entered(ledger: Ledger, dossier: Dossier, unit: Unit, at: datetime) -> Resource:
    """The unit takes part from its first opening on; a later one takes the case up again."""
    episode = ledger.get(f"EpisodeOfCare/{dossier.case}")
    assert isinstance(episode, EpisodeOfCare)
    start = episode.period.start if episode.period else at
    return replace(
        episode,
        status="active",
        period=Period(start=start),
        managing_organization=organization(dossier.address(unit)),
        team=(Reference(reference=f"CareTeam/{dossier.case}"),),
    )


def _changed(episode: EpisodeOfCare, event: CourseEvent) -> EpisodeOfCare:
    match event:
        case course.CareLevelAssigned(level=level):
            kind = CodeableConcept(coding=(Coding(system=systems.CARE_LEVEL, code=str(level)),), text=f"Niveau {level}")
            return _told(replace(episode, type=(kind,)), "Niveau", str(level))
        case course.DueDateSet():
            return _due(episode, event)
        case course.CoordinatorAppointed(person=person):
            manager = Reference(type="PractitionerRole", display=legal(person))
            return _told(replace(episode, care_manager=manager), "Koordinator", person)
        case course.MunicipalityChanged(to=to):
            return _lives_in(episode, Coding(system=systems.MUNICIPALITY, code=to), "Kommune", to)
        case course.MovedElsewhere(to=to):
            code = Coding(system=systems.ELSEWHERE, code=to.where, display=said(to.name))
            return _lives_in(episode, code, "Bor", f"{PLACES[to.where]} {to.name}".strip())
        case course.CaseClosed(at=at):
            start = episode.period.start if episode.period else None
            closed = replace(episode, status="finished", period=Period(start=start, end=at))
            return _told(closed, "Afsluttet", minute(at))
        case course.CaseReopened(at=at):
            start = episode.period.start if episode.period else None
            opened = replace(episode, status="active", period=Period(start=start) if start else None)
            return _told(opened, "Genåbnet", minute(at))
        case _:
            return episode


def _due(episode: EpisodeOfCare, event: course.DueDateSet) -> EpisodeOfCare:
    mark = Extension(url=systems.DUE_DATE, value_date=event.due_date)
    return _told(_with(episode, mark), "Termin", event.due_date.isoformat())


def _lives_in(episode: EpisodeOfCare, home: Coding, label: str, words: str) -> EpisodeOfCare:
    return _told(_with(episode, Extension(url=systems.LIVES_IN, value_coding=home)), label, words)


def _with(episode: EpisodeOfCare, mark: Extension) -> EpisodeOfCare:
    """The later word about a thing replaces the earlier."""
    others = tuple(extension for extension in episode.extension if extension.url != mark.url)
    return replace(episode, extension=(*others, mark))


def _told(episode: EpisodeOfCare, label: str, words: str) -> EpisodeOfCare:
    """The narrative is a short chronicle: every change is one more line."""
    assert episode.text is not None
    return replace(episode, text=added(episode.text, label, words))


def _joined(ledger: Ledger, dossier: Dossier, seen: Seen, unit: Unit, at: datetime) -> None:
    member = organization(dossier.address(unit))
    others = tuple(participant for participant in _team(ledger, dossier).participant if participant.member != member)
    _put_team(ledger, dossier, seen, (*others, Participant(member=member, period=Period(start=at))))


def _left(ledger: Ledger, dossier: Dossier, seen: Seen, unit: Unit, at: datetime) -> None:
    member = organization(dossier.address(unit))
    team = tuple(
        replace(participant, period=Period(start=participant.period.start if participant.period else None, end=at))
        if participant.member == member
        else participant
        for participant in _team(ledger, dossier).participant
    )
    _put_team(ledger, dossier, seen, team)


def _contact(ledger: Ledger, dossier: Dossier, seen: Seen, unit: Unit, person: str) -> None:
    behind = organization(dossier.address(unit))
    member = Reference(type="PractitionerRole", display=legal(person))
    others = tuple(
        participant for participant in _team(ledger, dossier).participant if participant.on_behalf_of != behind
    )
    _put_team(ledger, dossier, seen, (*others, Participant(role=(CONTACT,), member=member, on_behalf_of=behind)))


def _team(ledger: Ledger, dossier: Dossier) -> CareTeam:
    known = ledger.get(f"CareTeam/{dossier.case}")
    if isinstance(known, CareTeam):
        return known
    return CareTeam(id=str(dossier.case), status="active", name="Parter", subject=woman(dossier.case))


def _put_team(ledger: Ledger, dossier: Dossier, seen: Seen, participants: tuple[Participant, ...]) -> None:
    lines = [(_role(participant), _period(participant)) for participant in participants]
    team = replace(_team(ledger, dossier), language=LANGUAGE, text=narrative("Parter", lines), participant=participants)
    ledger.put(seen, team)


def _role(participant: Participant) -> str:
    name = participant.member.display or ""
    return f"Kontaktperson {name}" if participant.role else name


def _period(participant: Participant) -> str:
    start, end = (participant.period.start, participant.period.end) if participant.period else (None, None)
    return " – ".join(minute(moment) for moment in (start, end) if isinstance(moment, datetime))
