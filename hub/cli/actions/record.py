"""`tvaerspor replay`, `verify`, `law redecide`, `projections rebuild`: the record read again, from its first event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from hub.bootstrap.services import Services
from hub.cli.actions import lookup
from hub.cli.actions.arguments import beginning, end, last, read, text_of
from hub.cli.progress import Bar
from hub.compliance.disclosure_entry import DisclosureEntry
from hub.compliance.reevaluation import RULES, Reevaluation
from hub.compliance.reevaluation import reevaluate as asked_again
from hub.compliance.replay import Question, answers
from hub.errors import EvidenceBroken, NotFound, Unreadable
from hub.evidence.merkle import Frontier
from hub.store import Recorded
from hub.vocabulary.identification import Identification, index_key, read_identification
from hub.vocabulary.organisations import Unit
from projections.follow import Projection
from projections.rebuild import rebuild as rebuild_projection

OUTCOMES = ("made", "refused", "received", "joined")


@dataclass(frozen=True, slots=True)
class Replayed:
    """The lines that answer, and how many cases were left out because the record no longer proves what stands there."""

    lines: list[DisclosureEntry]
    damaged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayArguments:
    """A replay as asked for on the command line."""

    case: UUID | None
    citizen: Identification | None
    question: Question
    as_of: datetime | None
    legal_time: bool


def asked(
    case: str | None,
    cpr_from: Path | None,
    unit: str | None,
    since: str | None,
    until: str | None,
    basis: str | None,
    outcome: str | None,
    as_of: str | None,
    legal_time: bool,
) -> ReplayArguments:
    """The words of the call, understood; `Unreadable` names the option."""
    if legal_time and as_of is None:
        raise Unreadable("goes with --as-of", field="--legal-time")
    if outcome not in (None, *OUTCOMES):
        raise Unreadable("made, refused, received or joined", field="--outcome")
    if case is not None and cpr_from is not None:
        raise Unreadable("either a case or a citizen", field="--citizen-file")
    return ReplayArguments(
        case=None if case is None else read("--case", case, UUID),
        citizen=None if cpr_from is None else read("--citizen-file", text_of(cpr_from).strip(), read_identification),
        question=Question(
            since=beginning("--from", since),
            until=end("--to", until),
            unit=None if unit is None else read("--unit", unit, Unit.parse),
            basis=None if basis is None else lookup.basis("--basis", basis),
            outcome=outcome,
        ),
        as_of=last("--as-of", as_of),
        legal_time=legal_time,
    )


def replay(services: Services, asked: ReplayArguments, bar: Bar) -> Replayed:
    """Fold the cases asked about, up to the moment asked about."""
    upto = services.record.as_of(asked.as_of) if asked.as_of is not None and not asked.legal_time else None
    cases, damaged = _cases(services, asked), list[UUID]()
    bar.of(len(cases))

    def histories() -> Iterable[tuple[Recorded, ...]]:
        for case in cases:
            try:
                yield services.command_handler.cases.history(case, upto)
            except EvidenceBroken:
                damaged.append(case)
            bar.forward(1)

    lines = list(answers(histories(), asked.question, legal=asked.as_of if asked.legal_time else None))
    if not damaged:
        _require_known(services, asked.question.unit, lines)
    lines.sort(key=lambda line: (line.act.recorded_at, *map(int, line.act.position.split("/"))))
    return Replayed(lines, len(damaged))


def _require_known(services: Services, unit: Unit | None, lines: list[DisclosureEntry]) -> None:
    """A unit that has left the directory is known by its acts; one with neither is a misspelling, not an answer."""
    if unit is not None and not lines and services.directory.find(unit) is None:
        raise lookup.no_unit("--unit", unit, services.directory)


def _cases(services: Services, asked: ReplayArguments) -> list[UUID]:
    if asked.case is not None:
        if not services.record.stream(asked.case):
            raise lookup.no_case("--case")
        return [asked.case]
    if asked.citizen is not None:
        digest = services.keys.citizen_digest(index_key(asked.citizen))
        return [case.case for case in services.record.cases_of(digest)]
    return list(services.record.cases())


def verify(services: Services, bar: Bar) -> tuple[Frontier, ...]:
    """Recompute the record's proofs: the head of each partition."""
    bar.of(services.record.head().total)
    return services.record.prove(bar.forward)


def redecide(services: Services, case: str | None, rules: str, bar: Bar) -> Reevaluation:
    """Ask the decisions of a case, or of the whole record, again."""
    if rules not in RULES:
        raise Unreadable("then or now", field="--rules")
    events: Iterable[Recorded]
    if case is None:
        scan = services.record.scan()
        events, total = scan, scan.total
    else:
        events = services.record.stream(read("--case", case, UUID))
        total = len(events)
        if not total:
            raise lookup.no_case("--case")
    bar.of(total)
    return asked_again(_counted(events, bar), rules)


def _counted(events: Iterable[Recorded], bar: Bar) -> Iterable[Recorded]:
    for event in events:
        yield event
        bar.forward(1)


def chosen(services: Services, name: str | None) -> list[Projection]:
    """The projection of that name, or all."""
    found = [projection for projection in services.projections if name in (None, projection.name)]
    if not found:
        raise NotFound(
            f"no such projection; there are {', '.join(projection.name for projection in services.projections)}"
        )
    return found


def rebuild(services: Services, projection: Projection, bar: Bar) -> None:
    """Rebuild one read model."""
    bar.of(services.record.head().total)
    reached = rebuild_projection(services.record, projection, bar.forward)
    print(f"{projection.name}: {reached.total} events")
