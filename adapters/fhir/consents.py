"""Consents after IHE PCF 1.1.0 (Privacy Consent on FHIR): given, confirmed, declined, withdrawn.

A withdrawn consent is `inactive`, a no is `rejected`; one that another unit registered is `proposed` to this one until
it confirms it. That a consent lapses is no event, so an `active` one carries
nothing outside `provision.period`. PCF forbids `provision.code` and `provision.class`; what the consent covers stands
in extensions of the provision, and what it leaves out in an inner `deny`, which makes it an Intermediate consent.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from adapters.fhir import systems
from adapters.fhir.course import woman
from adapters.fhir.datatypes import Attachment, CodeableConcept, Coding, Extension, Meta, Period, Reference
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.narrative import LANGUAGE, added, legal, narrative
from adapters.fhir.parties import by_urn, organization
from adapters.fhir.records import Consent, ConsentActor, ConsentPolicy, Provision
from hub.domain.consent import ConsentConfirmed, ConsentDeclined, ConsentEvent, ConsentGiven, ConsentWithdrawn, Terms
from hub.domain.disclosure import THE_WOMAN

SCOPE = CodeableConcept(coding=(Coding(system=systems.CONSENT_SCOPE, code="patient-privacy"),))
CATEGORY = CodeableConcept(coding=(Coding(system=systems.LOINC, code="59284-0"),))
RECIPIENT = CodeableConcept(coding=(Coding(system=systems.PARTICIPATION, code="IRCP"),))
TREATMENT = Coding(system=systems.ACT_REASON, code="TREAT")
FORMS = {"written": "Skriftligt samtykke", "oral": "Mundtligt samtykke", "digital": "Digitalt samtykke"}


def consented(ledger: Ledger, dossier: Dossier, seen: Seen, event: ConsentEvent) -> None:
    """What one statement about a consent changes."""
    match event:
        case ConsentGiven():
            ledger.put(seen, _consent(dossier, event, "active" if event.by == dossier.unit else "proposed"))
        case ConsentConfirmed(consent=key, at=at):
            _stands(ledger, seen, key, "active", "Bekræftet", at)
        case ConsentDeclined():
            ledger.put(seen, _consent(dossier, event, "rejected"))
        case ConsentWithdrawn(consent=key, at=at, by=by):
            _stands(ledger, seen, key, "inactive", "Trukket tilbage", at, f" over for {by}")


def _stands(ledger: Ledger, seen: Seen, key: UUID, status: str, label: str, at: datetime, more: str = "") -> None:
    standing = ledger.get(f"Consent/{key}")
    if isinstance(standing, Consent) and standing.text is not None:
        words = added(standing.text, label, _minute(at) + more)
        ledger.put(seen, replace(standing, status=status, text=words))


def _consent(dossier: Dossier, event: ConsentGiven | ConsentDeclined, status: str) -> Consent:
    terms, given = event.terms, status != "rejected"
    level = "consentIntermediate" if terms.excludes else "consentBasic"
    return Consent(
        id=str(event.consent),
        meta=Meta(profile=(f"{systems.PCF}{level}",)),
        language=LANGUAGE,
        text=narrative("Samtykke" if given else "Samtykke afslået", _lines(event, given)),
        extension=(*_disclosers(dossier, terms), _coded(systems.DIRECTION, systems.DIRECTION, terms.direction)),
        identifier=(by_urn(event.consent),),
        status=status,
        scope=SCOPE,
        category=(CATEGORY,),
        patient=woman(dossier.case),
        date_time=event.at,
        performer=(_performer(dossier, terms),),
        organization=(organization(dossier.address(terms.received_by)),),
        source_attachment=Attachment(title=FORMS.get(terms.form, legal(terms.form)), creation=event.at),
        policy=(ConsentPolicy(uri=systems.POLICY),),
        provision=_provision(dossier, event, "permit" if given else "deny"),
    )


def _provision(dossier: Dossier, event: ConsentGiven | ConsentDeclined, kind: str) -> Provision:
    terms = event.terms
    inner = Provision(extension=_covers(terms.excludes), type="deny") if terms.excludes else None
    whose = tuple(_coded(systems.WHOSE, systems.SUBJECT, subject) for subject in terms.subjects)
    return Provision(
        extension=(*_covers(terms.categories), *whose),
        type=kind,
        period=Period(start=event.at, end=_last(event)),
        actor=tuple(
            ConsentActor(role=RECIPIENT, reference=organization(dossier.address(unit))) for unit in terms.recipients
        ),
        purpose=tuple(coding for purpose in terms.purposes for coding in _purposes(purpose)),
        provision=(inner,) if inner else (),
    )


def _covers(categories: tuple[str, ...]) -> tuple[Extension, ...]:
    return tuple(_coded(systems.COVERS, systems.CATEGORY, category) for category in categories)


def _purposes(purpose: str) -> tuple[Coding, ...]:
    own = Coding(system=systems.PURPOSE, code=purpose)
    return (TREATMENT, own) if purpose == "behandling" else (own,)


def _disclosers(dossier: Dossier, terms: Terms) -> tuple[Extension, ...]:
    return tuple(
        Extension(url=systems.DISCLOSER, value_reference=organization(dossier.address(unit)))
        for unit in terms.disclosers
    )


def _performer(dossier: Dossier, terms: Terms) -> Reference:
    """She herself, or whoever consents beside or for her: the hub knows them by their part only."""
    return woman(dossier.case) if terms.given_by in THE_WOMAN else Reference(display=legal(terms.given_by))


def _coded(url: str, system: str, code: str) -> Extension:
    return Extension(url=url, value_coding=Coding(system=system, code=legal(code)))


def _lines(event: ConsentGiven | ConsentDeclined, given: bool) -> list[tuple[str, str]]:
    terms = event.terms
    last = _last(event)
    lasts = [("Gælder til og med", last.isoformat() if last else "den trækkes tilbage")]
    return [
        ("Givet" if given else "Afslået", _minute(event.at)),
        ("Af", terms.given_by),
        ("Registreret af", str(event.by)),
        ("Form", FORMS.get(terms.form, terms.form)),
        ("Fra", ", ".join(map(str, terms.disclosers))),
        ("Til", ", ".join(map(str, terms.recipients))),
        ("Oplysninger", ", ".join(terms.categories)),
        *([("Undtaget", ", ".join(terms.excludes))] if terms.excludes else []),
        ("Formål", ", ".join(terms.purposes)),
        *(lasts if given else []),
    ]


def _minute(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


def _last(event: ConsentGiven | ConsentDeclined) -> date | None:
    """The last day on which it carries anything: the end of a period is included (FHIR R4 §2.24.0.12)."""
    lapses = event.terms.lapses_on(event.at)
    return lapses - timedelta(days=1) if lapses else None
