"""A case as the calling unit may see it, made from the record: the one place where the FHIR doors ask the gate.

The gate is `hub.application.visibility.shown`, the same as at the hub's own API.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count
from uuid import UUID

from adapters.fhir.case import resources_of
from adapters.fhir.dossier import Dossier, Ledger, Seen
from hub.api.fhir.route import FhirContext
from hub.application.read_log import look_ups_of
from hub.application.visibility import shown
from hub.domain.access_log import RecordRead
from hub.domain.case import Case
from hub.domain.delivery import DeliveryDeparted, DeliveryQueued
from hub.domain.identity import mark_of
from hub.errors import EvidenceBroken, NotFound
from hub.ports.directory import Address
from hub.store import Recorded, Shredded, Vector
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from projections import fhir_index

AUDIT = "AuditEvent"


class Cases:
    """The cases that one request looks into, each folded once, as they stood at one moment of the record.

    `types` are those that are asked for: who looked at a case is read for an AuditEvent, and for nothing else.
    """

    def __init__(self, context: FhirContext, types: Iterable[str], upto: Vector | None = None) -> None:
        self._context, self._upto = context, upto
        self._audited = AUDIT in types
        self._ledgers: dict[UUID, Ledger] = {}
        self.is_incomplete = False

    def ledger(self, case: UUID) -> Ledger:
        """The case's resources; `NotFound` for a case that the unit may not know of."""
        if case not in self._ledgers:
            self._ledgers[case] = resources_of(self._dossier(case))
        return self._ledgers[case]

    def known(self, case: UUID) -> Ledger | None:
        """The case's resources, or None."""
        try:
            return self.ledger(case)
        except NotFound:
            return None

    def sound(self, case: UUID) -> Ledger | None:
        """The same for a list of many; a case that the record no longer proves is set aside, and the list says so.

        It says so to a unit that was open to the case before: to any other that would tell that there is one.
        """
        try:
            return self.known(case)
        except EvidenceBroken:
            with self._context.record.engine.connect() as connection:
                self.is_incomplete |= fhir_index.is_shown(connection, case, self._context.unit)
            return None

    def _dossier(self, case: UUID) -> Dossier:
        """What the calling unit may see of a case; `NotFound` if it may not know that there is one."""
        context = self._context
        hub, unit = context.handler, context.unit
        _, standing = hub.cases.known_to(case, self._context.actor)
        read = hub.record.case if self._audited else hub.cases.history
        return Dossier(
            case=case,
            unit=unit,
            citizen=standing.course.citizen_by(unit),
            seen=tuple(_seen(read(case, self._upto), standing, unit)),
            address=lambda party: context.services.directory.find(party) or _unlisted(party),
            base=context.fhir_base,
        )


def _seen(record: Iterable[Recorded], standing: Case, unit: Unit) -> Iterator[Seen]:
    """Everything the unit knows, in the order in which it came to know it."""
    rows = [recorded for recorded in record if not isinstance(recorded.event, Shredded)]
    known = shown(rows, unit).events
    letters = {row.event.delivery: row for row in rows if isinstance(row.event, DeliveryQueued)}
    looks, looked = look_ups_of(standing.course.case), count(1)
    for row in rows:
        learned = [event for event in known if event.since.position == row.position]
        for event in learned:
            yield _as_seen(event.recorded, event.number, row, event.names, event.told_at)
        if learned and isinstance(row.event, DeliveryDeparted):
            letter = letters[row.event.delivery]
            yield _as_seen(letter, letter.version, row)
        elif row.stream == looks and isinstance(row.event, RecordRead) and row.event.by == unit:
            yield _as_seen(row, next(looked), row)
        elif isinstance(row.event, DeliveryQueued) and row.event.sender == unit:
            yield _as_seen(row, row.version, row)


def _as_seen(
    row: Recorded, number: int, since: Recorded, names: Citizen | None = None, told_at: datetime | None = None
) -> Seen:
    """What stands in `row`, which the unit knows from `since` on."""
    meta = row.meta
    return Seen(
        event=row.event,  # type: ignore[arg-type] # the callers hand in nothing else
        name=row.name,
        place=(since.partition, since.position),
        version=number,
        at=since.recorded_at,
        stands=(row.partition, row.position),
        recorded_at=row.recorded_at,
        mark=mark_of(row.command, row.case),
        client=meta.client if meta else "-",
        person=meta.person if meta else None,
        role=meta.role if meta else None,
        names=names,
        told_at=told_at,
    )


def _unlisted(unit: Unit) -> Address:
    """A unit that has left the directory is called by its own name."""
    return Address(unit=unit, organisation_name=unit.organisation, unit_name=str(unit))
