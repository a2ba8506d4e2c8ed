"""Who a message is from, to and about: Organization, PractitionerRole, Practitioner, Patient, EpisodeOfCare.

A unit is an Organization of its own, part of the organisation that holds the CVR number. It carries the numbers that
the directory has and the hub's own name for it, so that a unit without SOR and GLN can still be told apart.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from msgspec.structs import replace

from adapters.fhir import systems
from adapters.fhir.datatypes import CodeableConcept, Coding, HumanName, Identifier, Meta, Reference
from adapters.fhir.keys import act_key
from adapters.fhir.narrative import LANGUAGE, added, legal, narrative, said, without
from adapters.fhir.resources import EpisodeOfCare, Organization, Patient, Practitioner, PractitionerRole, Resource
from hub.errors import Unreadable
from hub.ports.directory import Address
from hub.ports.letter import Letter
from hub.vocabulary.identification import ForeignNumber, Identification, NameAndBirth, ReplacementNumber
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import NO_UNIT

_ORGANISATIONS = UUID("8c5d0a0e-6f0b-5d7e-9a51-3a6c2b0f4f10")  # namespace of our own (RFC 9562 §5.5); never changes
RESTRICTED = Coding(system=systems.CONFIDENTIALITY, code="R", display="restricted")
PROTECTED = ("Beskyttelse", "Navne- og adressebeskyttelse (CPR-loven § 28)")
_CALLED = {Cpr: "CPR-nummer", ReplacementNumber: "Erstatnings-CPR-nummer", ForeignNumber: "Andet nummer"}
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
    woman = patient(letter.citizen.by_strongest, letter.case, letter.died_on)
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
    """The woman: her numbers and her name, and that she has died. Address and gender are left out; no purpose needs
    them twice.

    A CPR number says when she was born; without one, her date of birth stands beside whatever else she is known by. One
    whose name and address are protected is labelled as DK Core does it (example `Patient-Confidential`).
    """
    name = human_name(citizen.name, use="official")
    lines = [("Navn", citizen.name), *known_by(citizen)]
    woman = Patient(
        id=str(case),
        meta=Meta(profile=(systems.DK_CORE_PATIENT,)),
        language=LANGUAGE,
        text=narrative("Borger", [*lines, *([("Død", died_on.isoformat())] if died_on else [])]),
        identifier=tuple(map(identifier, citizen.numbers)),
        name=(name,) if name else (),
        birth_date=None if citizen.cpr else citizen.born,
        deceased_date_time=died_on,
    )
    return labelled(woman, protected=True) if citizen.protected else woman


def identifier(number: Identification) -> Identifier:
    """A number of hers, under the system that gave it."""
    match number:
        case Cpr(digits=digits):
            return Identifier(system=systems.CPR, value=digits)
        case ReplacementNumber(written=written):
            return Identifier(system=systems.X_ECPR, value=written)
        case ForeignNumber(issuer=issuer, number=value):
            return Identifier(system=issuer if number.is_regional else systems.FOREIGN + issuer, value=value)
        case NameAndBirth():
            raise TypeError("a name is no number")


def read_number(system: str, value: str) -> Identification | None:
    """A number of hers as another system writes it; None for what is none that the hub knows her by."""
    try:
        if system == systems.CPR:
            return Cpr.parse(value)
        if system == systems.X_ECPR:
            return ReplacementNumber.parse(value)
        return ForeignNumber.parse(f"{system.removeprefix(systems.FOREIGN)}|{value}")
    except Unreadable:
        return None


def known_by(citizen: Citizen) -> tuple[tuple[str, str], ...]:
    """What she is known by, for people."""
    numbers = tuple((_CALLED[type(number)], identifier(number).value or "") for number in citizen.numbers)
    return numbers if citizen.cpr or not citizen.born else (*numbers, ("Fødselsdato", citizen.born.isoformat()))


def is_labelled(woman: Patient) -> bool:
    """Does she bear the label of somebody whose name and address are protected?"""
    return woman.meta is not None and RESTRICTED in woman.meta.security


def labelled(woman: Patient, *, protected: bool) -> Patient:
    """The woman with the label, or without it."""
    if is_labelled(woman) == protected or woman.text is None:
        return woman
    text = added(woman.text, *PROTECTED) if protected else without(woman.text, *PROTECTED)
    return replace(woman, meta=replace(woman.meta or Meta(), security=(RESTRICTED,) if protected else ()), text=text)


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
