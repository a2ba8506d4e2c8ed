"""The resource types of the read doors: what changes them and what they can be searched by.

One table, from which the routes, the search and the CapabilityStatement are made.
"""

import re
from dataclasses import dataclass

from adapters.fhir import systems

_LETTERS = frozenset(
    {
        *("referral-sent", "disclosure-made", "disclosure-corrected", "information-requested", "request-answered"),
        *("concern-reported", "concern-receipt-given", "concern-feedback-given"),
        *("clarification-asked", "clarification-given", "act-corrected", "acts-retracted"),
    }
)
_COURSE = frozenset(
    {
        *("party-joined", "care-level-assigned", "due-date-set", "coordinator-appointed"),
        *("municipality-changed", "moved-elsewhere", "case-closed", "case-reopened"),
        *("birth-registered", "pregnancy-ended", "child-identified", "birth-corrected"),
        *("birth-taken-back", "pregnancy-end-taken-back"),
    }
)


_DEATH = frozenset({"citizen-died", "death-taken-back"})
_CAME = frozenset({"care-message-received", "hospital-stay-notified"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One type. `events` are the names of the events that may bring a resource of it forth or change it."""

    type: str
    events: frozenset[str]
    status: bool = True
    patient: bool = True
    profiles: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """The type as a name in code: `care_plan`."""
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", self.type).lower()

    @property
    def nouns(self) -> str:
        """Several of it: `episodes_of_care`."""
        head, of, rest = self.noun.partition("_of_")
        return f"{head}s{of}{rest}"


KINDS = (
    Kind("Appointment", frozenset({"first-contact-made", "no-show-reported"})),
    Kind(
        "AuditEvent",
        _LETTERS | {"disclosure-refused", "record-read"},
        status=False,
        profiles=tuple(
            f"{systems.BALP}{profile}" for profile in ("PrivacyDisclosure.Source", "PatientRead", "PatientQuery")
        ),
    ),
    Kind("CarePlan", frozenset({"plan-agreed", "plan-revised", "task-done"})),
    Kind("CareTeam", frozenset({"party-joined", "party-left", "contact-person-assigned"})),
    Kind(
        "Communication",
        _LETTERS | _CAME | {"concern-received", "citizen-informed", "delivery-completed", "delivery-failed"},
    ),
    Kind(
        "Consent",
        frozenset({"consent-given", "consent-confirmed", "consent-declined", "consent-withdrawn"}),
        profiles=(f"{systems.PCF}consentBasic", f"{systems.PCF}consentIntermediate"),
    ),
    Kind("DocumentReference", frozenset({"delivery-queued"})),
    Kind("EpisodeOfCare", _COURSE | _DEATH | _LETTERS | _CAME),
    Kind(
        "Patient",
        frozenset({"party-joined", "citizen-identified", "address-protected", "address-protection-ended"})
        | _DEATH
        | _LETTERS
        | _CAME,
        status=False,
        patient=False,
        profiles=(systems.DK_CORE_PATIENT,),
    ),
    Kind("Practitioner", _LETTERS, status=False, patient=False),
    Kind("PractitionerRole", _LETTERS, status=False, patient=False),
    Kind("Provenance", _LETTERS, status=False),
    Kind(
        "ServiceRequest",
        frozenset({"referral-sent", "referral-accepted", "referral-declined", "referral-completed", "acts-retracted"}),
    ),
    Kind(
        "Task",
        _LETTERS | _DEATH | _CAME | {"concern-received", "citizen-informed", "concern-assessed", "duty-fulfilled"},
    ),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
EVERYTHING = ("EpisodeOfCare", "Patient")  # the types with $everything
EVERY_EVENT = frozenset().union(*(kind.events for kind in KINDS))


def parameters(kind: Kind) -> tuple[tuple[str, str, str], ...]:
    """What a search of this type knows: name, FHIR's type of parameter, and a remark."""
    return (
        ("_id", "token", "several with commas"),
        ("_lastUpdated", "date", "ge, gt, le or lt and a moment with zone; twice for a span"),
        *((("patient", "reference", "the id of the Patient"),) if kind.patient else ()),
        *((("patient.identifier", "token", "by POST _search only: system|CPR number"),) if kind.patient else ()),
        *((("identifier", "token", "by POST _search only: system|CPR number"),) if kind.type == "Patient" else ()),
        *((("status", "token", "several with commas"),) if kind.status else ()),
    )


CONTROLS = ("_count", "_sort", "cursor")
FORM_ONLY = frozenset({"identifier", "patient.identifier"})


def includes(kind: Kind) -> tuple[str, ...]:
    """What `_include` takes."""
    return (f"{kind.type}:patient",) if kind.patient else ()


def rev_includes(kind: Kind) -> tuple[str, ...]:
    """What `_revinclude` takes."""
    return ("Provenance:target",) if kind.type in ("Communication", "ServiceRequest", "Task") else ()
