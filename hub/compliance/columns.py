"""An entry of the replay as one row: the names and the order that `replay --json`, `--csv` and the register promise."""

from collections.abc import Callable

from hub.compliance.disclosure_entry import DisclosureEntry

CONSENTS = "consents"
COLUMNS: dict[str, Callable[[DisclosureEntry], object]] = {
    "case": lambda entry: entry.act.case,
    "act": lambda entry: entry.act.id,
    "kind": lambda entry: entry.act.kind,
    "outcome": lambda entry: entry.act.outcome,
    "at": lambda entry: entry.act.at,
    "recorded_at": lambda entry: entry.act.recorded_at,
    "position": lambda entry: entry.act.position,
    "discloser": lambda entry: entry.parties.discloser,
    "recipient": lambda entry: entry.parties.recipient,
    "client": lambda entry: entry.parties.client,
    "person": lambda entry: entry.parties.person,
    "role": lambda entry: entry.parties.role,
    "purpose": lambda entry: entry.ruling.purpose,
    "invoked": lambda entry: entry.ruling.invoked,
    "basis": lambda entry: entry.ruling.basis,
    "citation": lambda entry: entry.ruling.citation,
    "edition": lambda entry: entry.ruling.edition,
    "gate": lambda entry: entry.ruling.gate,
    "reason": lambda entry: entry.ruling.reason,
    "duties": lambda entry: entry.ruling.duties,
    "categories": lambda entry: entry.content.categories,
    "withheld": lambda entry: entry.content.withheld,
    "content_sha256": lambda entry: entry.content.sha256,
    CONSENTS: lambda entry: entry.consents,
    "rule_set": lambda entry: entry.ruling.rule_set,
    "contested": lambda entry: entry.ruling.contested,
    "already_made": lambda entry: entry.act.already_made,
    "citizen_informed_at": lambda entry: entry.told.at if entry.told else None,
    "citizen_informed_how": lambda entry: entry.told.how if entry.told else None,
    "delivery": lambda entry: entry.delivery.status if entry.delivery else None,
    "delivery_at": lambda entry: entry.delivery.at if entry.delivery else None,
}


def row(entry: DisclosureEntry) -> dict[str, object]:
    """The columns of one entry, in their order."""
    return {name: value(entry) for name, value in COLUMNS.items()}
