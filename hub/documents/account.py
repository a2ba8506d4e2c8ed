"""What was shared about her, for herself: folded from the record itself, as a replay is (hub.compliance.replay).

What is about somebody else – her partner, say – is left out, and so is every attempt that was refused: nobody was told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.compliance.disclosure_entry import JOINED, DisclosureEntry
from hub.compliance.replay import replay
from hub.domain.case import Case
from hub.domain.consent import Consent
from hub.domain.disclosure import THE_WOMAN
from hub.domain.ruling import ruling_of
from hub.ports.directory import Address, Directory
from hub.ports.papers import Agreed, Shared, SharingAccount
from hub.store import Recorded
from hub.vocabulary.organisations import Unit

HER_OWN = frozenset({*THE_WOMAN, "kommende_barn", "nyfoedt", "barn"})  # whom the acts are about that she is told of


@dataclass(frozen=True, slots=True)
class AccessReport:
    """An account, and how many of its acts she has not been told of, as far as the record knows."""

    account: SharingAccount
    untold: int


def access_report(events: Sequence[Recorded], case: Case, directory: Directory, on: date) -> AccessReport:
    """What these events of one case say was shared about her."""
    about = {f"{recorded.partition}/{recorded.position}": _about(recorded.event) for recorded in events}
    acts = (line for line in replay(events) if line.act.outcome != JOINED)
    lines = [line for line in acts if about[line.act.position] in (None, *HER_OWN)]
    told = [line for line in lines if line.act.outcome != "refused"]
    paper = SharingAccount(
        citizen=case.course.citizen,
        on=on,
        shared=tuple(_shared(line, directory) for line in told),
        agreed=tuple(_agreed(consent, directory) for consent in _hers(case.consents.given)),
        refused=len(lines) - len(told),
    )
    return AccessReport(paper, sum(line.told is None and line.act.outcome == "made" for line in told))


def _about(event: object) -> str | None:
    """Whom an act is about; None when it says nothing of anybody, as a question about a question does not."""
    ruling = ruling_of(event)
    return ruling.facts.subject.role if ruling else None


def _hers(given: Mapping[UUID, Consent]) -> list[Consent]:
    """The consents that she gave herself, oldest first."""
    hers = (consent for consent in given.values() if consent.terms.given_by in THE_WOMAN)
    return sorted(hers, key=lambda consent: consent.given_at)


def _shared(line: DisclosureEntry, directory: Directory) -> Shared:
    return Shared(
        at=line.act.at,
        name=line.act.kind,
        sender=_known(line.parties.discloser, directory),
        recipient=_known(line.parties.recipient, directory),
        categories=line.content.categories,
        purpose=line.ruling.purpose,
        basis=line.ruling.basis,
        citation=line.ruling.citation,
        consents=tuple(dict.fromkeys(consent.given_at for consent in line.consents)),
        informed_at=line.told.at if line.told else None,
        informed_how=line.told.how if line.told else "",
        arrived=_arrived(line),
    )


def _arrived(line: DisclosureEntry) -> str:
    if line.act.outcome == "received":
        return ""  # the hub sent no letter
    if line.act.already_made:
        return "told"
    became = line.delivery.status.partition(":")[0] if line.delivery else ""
    return became if became in ("arrived", "held", "failed") else "underway"


def _agreed(consent: Consent, directory: Directory) -> Agreed:
    terms = consent.terms
    return Agreed(
        given_at=consent.given_at,
        direction=terms.direction,
        disclosers=tuple(_known(unit, directory) for unit in terms.disclosers),
        recipients=tuple(_known(unit, directory) for unit in terms.recipients),
        categories=terms.categories,
        lapses_on=terms.lapses_on(consent.given_at),
        withdrawn_at=consent.withdrawn_at,
        registered_by=_known(consent.by, directory),
    )


def _known(unit: Unit, directory: Directory) -> Address:
    """The entry, or the unit's own name once it has left the directory: what happened stays told."""
    return directory.find(unit) or Address(unit=unit, organisation_name=unit.organisation, unit_name=unit.unit)
