"""`tvaerspor units`: whom the hub can write to, and how."""

import json
from dataclasses import dataclass

from hub.bootstrap.build import directory_of
from hub.delivery.channels import USUAL
from hub.ports.directory import Address
from hub.settings import Settings
from hub.vocabulary.jsonable import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit: its key, its name, the channel its letters take (None: it has no mailbox), and whether it pulls."""

    unit: str
    organisation: str
    name: str
    channel: str | None
    pulls: bool


def entries(settings: Settings) -> list[UnitRow]:
    """Every unit of the directory, ordered by key. Asks no record."""
    return [_entry(address) for address in directory_of(settings).all()]


def write(found: list[UnitRow], *, as_json: bool) -> None:
    """To standard output: one unit a line."""
    if as_json:
        for entry in found:
            print(json.dumps(plain(entry), ensure_ascii=False))
        return
    width = max((len(entry.unit) for entry in found), default=0)
    print(f"{'unit':<{width}}  {'channel':<12}  pulls  name")
    for entry in found:
        pulls = "yes" if entry.pulls else "no"
        name = ", ".join(dict.fromkeys((entry.name, entry.organisation)))
        print(f"{entry.unit:<{width}}  {entry.channel or 'none':<12}  {pulls:<5}  {name}")


def _entry(address: Address) -> UnitRow:
    return UnitRow(
        unit=str(address.unit),
        organisation=address.organisation_name,
        name=address.unit_name,
        channel=address.channel or (USUAL if address.mailbox else None),
        pulls=address.pulls,
    )
