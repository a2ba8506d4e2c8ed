"""Who a message is from, to and about: Organization, PractitionerRole, Practitioner, Patient, EpisodeOfCare.

A unit is an Organization of its own, part of the organisation that holds the CVR number. It carries the numbers that
the directory has and the hub's own name for it, so that a unit without SOR and GLN can still be told apart.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from adapters.fhir import systems
from adapters.fhir.datatypes import CodeableConcept, Coding, HumanName, Identifier, Meta, Reference
from adapters.fhir.keys import act_key
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said
from adapters.fhir.resources import EpisodeOfCare, Organization, Patient, Practitioner, PractitionerRole, Resource
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import NO_UNIT

_ORGANISATIONS = UUID("8c5d0a0e-6f0b-5d7e-9a51-3a6c2b0f4f10")  # namespace of our own (RFC 9562 §5.5); never changes
ROLES = frozenset(  # MedCom's codes for roles; any other role goes in words
    {
        *("jordemoder", "sundhedsplejerske", "socialraadgiver", "ledendesocialraadgiver", "psykolog"),
        *("sygeplejerske", "speciallaegeipraksis", "overlaege", "laegesekretaer"),
    }
)


@dataclass(frozen=True, slots=True)
class Parties:
    """References to everybody a message names, and the resources behind them."""

    patient: Reference
    case: Reference
    sender: Reference
    recipient: Reference
    author: Reference | None
    resources: tuple[Resource, ...]

    @property
    def source(self) -> Reference:
        """The person who acted, or else her unit."""
        return self.author or self.sender


def parties(letter: Letter) -> Parties:
    """Everybody this letter names, each once."""
    woman = patient(letter.citizen, letter.case, letter.died_on)
    episode = episode_of_care(letter.case, to(woman))
    sender, recipient = unit(letter.sender), unit(letter.recipient)
    person = _person(letter, to(sender[0]))
    organisations = {entry.id: entry for entry in (*sender, *recipient)}
    return Parties(
        patient=to(woman),
        case=to(episode),
        sender=to(sender[0]),
        recipient=to(recipient[0]),
        author=to(person[0]) if person else None,
        resources=(woman, episode, *person, *organisations.values()),
    )


def to(resource: Resource) -> Reference:
    """A reference inside the bundle."""
    return Reference(reference=resource.local)


def by_urn(identifier: UUID) -> Identifier:
    """The hub's own id of a thing, as FHIR writes a UUID without a system of its own."""
    return Identifier(system=systems.UUID_URN, value=f"urn:uuid:{identifier}")


def endpoint(address: Address, base: str) -> str:
    """Where a unit is reached: its SOR address, as MedCom writes it, or its entry at this hub."""
    return f"{systems.SOR_ENDPOINT}{address.sor}" if address.sor else f"{base}/{unit(address)[0].local}"


def patient(citizen: Citizen, case: UUID, died_on: date | None = None) -> Patient:
    """The woman: CPR number, name, and that she has died. Address, birth date and gender are left out; no purpose needs
    them twice.
    """
    name = human_name(citizen.name, use="official")
    lines = [("Navn", citizen.name), ("CPR-nummer", citizen.cpr.digits)]
    return Patient(
        id=str(case),
        meta=Meta(profile=(systems.DK_CORE_PATIENT,)),
        language=LANGUAGE,
        text=narrative("Borger", [*lines, *([("Død", died_on.isoformat())] if died_on else [])]),
        identifier=(Identifier(system=systems.CPR, value=citizen.cpr.digits),),
        name=(name,) if name else (),
        deceased_date_time=died_on,
    )


def episode_of_care(case: UUID, woman: Reference) -> EpisodeOfCare:
    """The case, by the id under which the receiver may answer."""
    return EpisodeOfCare(
        id=str(case),
        language=LANGUAGE,
        text=narrative("Forløb", (("Id", str(case)),)),
        identifier=(by_urn(case),),
        status="active",
        patient=woman,
    )


def unit(address: Address) -> tuple[Organization, ...]:
    """The unit first, then the organisation it is part of, unless it is the organisation itself."""
    own = [(systems.SOR, address.sor), (systems.GLN, address.gln), (systems.UNIT, str(address.unit))]
    if address.unit.unit == NO_UNIT:
        return (_organization(str(address.unit), address.organisation_name, [*own, (systems.CVR, address.cvr)]),)
    key = f"{address.unit.kind}@{address.unit.organisation}"
    whole = _organization(key, address.organisation_name, [(systems.CVR, address.cvr), (systems.UNIT, key)])
    return _organization(str(address.unit), address.unit_name, own, part_of=to(whole)), whole


def organization(address: Address) -> Reference:
    """A reference to a unit, with its name for people."""
    return Reference(reference=unit(address)[0].local, display=said(address.unit_name) or str(address.unit))


def human_name(name: str, use: str | None = None) -> HumanName | None:
    """A name in words, split at the last blank, as Danish names are; None for no name."""
    words = legal(name).split()
    if not words:
        return None
    return HumanName(use=use, text=" ".join(words), family=words[-1], given=tuple(words[:-1]))


def _organization(
    key: str, name: str, numbers: list[tuple[str, str | None]], part_of: Reference | None = None
) -> Organization:
    known = [(system, legal(number)) for system, number in numbers if number]
    official = any(system != systems.UNIT for system, _ in known)
    return Organization(
        id=str(uuid5(_ORGANISATIONS, key)),
        meta=Meta(profile=(systems.DK_CORE_ORGANIZATION,)) if official else None,
        language=LANGUAGE,
        text=narrative(name or key, [(_LABELS[system], number) for system, number in known]),
        identifier=tuple(Identifier(system=system, value=number) for system, number in known),
        name=said(name) or legal(key),
        part_of=part_of,
    )


_LABELS = {systems.SOR: "SOR-id", systems.GLN: "GLN", systems.CVR: "CVR-nummer", systems.UNIT: "Enhed"}


def _person(letter: Letter, employer: Reference) -> tuple[Resource, ...]:
    """PractitionerRole first, then the Practitioner, if the sender named either."""
    name, role = human_name(letter.person or ""), said(letter.role)
    if not name and not role:
        return ()
    lines = (("Navn", name.text or "" if name else ""), ("Rolle", role or ""))
    told = narrative("Afsender", [(label, text) for label, text in lines if text])
    who = act_key(letter)
    practitioner = Practitioner(id=who, language=LANGUAGE, text=told, name=(name,)) if name else None
    acting = PractitionerRole(
        id=who,
        language=LANGUAGE,
        text=told,
        practitioner=to(practitioner) if practitioner else None,
        organization=employer,
        code=(_role(role),) if role else (),
    )
    return (acting, practitioner) if practitioner else (acting,)


def _role(role: str) -> CodeableConcept:
    """MedCom wants a code or words, never both (invariant cc-7)."""
    return (
        CodeableConcept(coding=(Coding(system=systems.ROLES, code=role),))
        if role in ROLES
        else CodeableConcept(text=role)
    )
