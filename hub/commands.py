"""What the command line does, once its words are understood."""

import gc
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import uvicorn
import yaml
from rich.progress import Progress, TaskID

from hub.api.access import make_token
from hub.api.app import create_app
from hub.api.description import with_examples
from hub.api.fhir.metadata import statement
from hub.api.plain import plain
from hub.bootstrap import House, build
from hub.domain.ruling import rule
from hub.errors import NotFound, Unreadable
from hub.law import report
from hub.law.facts import FIRST_YEAR, LAST_YEAR
from hub.law.parse import scenarios
from hub.redecide import RULES, Difference, differences
from hub.replay import Line, Question, answers
from hub.settings import Settings
from hub.store import Recorded, Vector
from hub.vocabulary.identifiers import Cpr
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import COPENHAGEN
from projections.follow import Projection
from projections.rebuild import rebuild as rebuild_projection

_CASE = "a case id as the hub gave it out, such as 3f0c1d6e-8a51-8a0b-9c41-6d1f6b0a2e77"
_MOMENT = "a moment with its zone, such as 2025-04-07T10:00+02:00, or a day, such as 2025-04-07"


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar, if anybody watches."""

    progress: Progress
    task: TaskID

    def of(self, total: int) -> None:
        """How much there is to do."""
        self.progress.update(self.task, total=total)

    def forward(self, done: int) -> None:
        """That much more is done."""
        self.progress.advance(self.task, done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A replay as asked for on the command line."""

    case: UUID | None
    cpr: Cpr | None
    question: Question
    as_of: datetime | None
    legal_time: bool


def serve(house: House, say: Callable[[str], None]) -> None:
    """Serve until told to stop. A port that is taken is the server's own complaint, and exit code 1."""
    settings = house.settings
    say(f"listening on http://{settings.listen_host}:{settings.listen_port}")
    gc.freeze()  # what the start has made stays: no collection need look at it again
    uvicorn.run(
        create_app(house),
        host=settings.listen_host,
        port=settings.listen_port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


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
) -> Asked:
    """The words of the call, understood; `Unreadable` names the option."""
    if legal_time and as_of is None:
        raise Unreadable("goes with --as-of", field="--legal-time")
    if outcome not in (None, "made", "refused"):
        raise Unreadable("made or refused", field="--outcome")
    if case is not None and cpr_from is not None:
        raise Unreadable("either a case or a citizen", field="--citizen-file")
    return Asked(
        case=None if case is None else _read("--case", case, UUID),
        cpr=None if cpr_from is None else _read("--citizen-file", _text(cpr_from).strip(), Cpr.parse),
        question=Question(
            since=_moment("--from", since),
            until=_moment("--to", until),
            unit=None if unit is None else _read("--unit", unit, Unit.parse),
            basis=basis,
            outcome=outcome,
        ),
        as_of=_moment("--as-of", as_of),
        legal_time=legal_time,
    )


def replay(house: House, asked: Asked, bar: Bar) -> list[Line]:
    """Fold the cases asked about, up to the moment asked about."""
    upto = house.record.as_of(asked.as_of) if asked.as_of is not None and not asked.legal_time else None
    cases = _cases(house, asked)
    bar.of(len(cases))

    def each() -> Iterable[tuple[Recorded, ...]]:
        for case in cases:
            yield house.record.case(case, upto)
            bar.forward(1)

    lines = answers(each(), asked.question, legal=asked.as_of if asked.legal_time else None)
    return sorted(lines, key=lambda line: (line.recorded_at, *map(int, line.position.split("/"))))


def _cases(house: House, asked: Asked) -> list[UUID]:
    if asked.case is not None:
        if not house.record.stream(asked.case):
            raise NotFound("--case: no such case")
        return [asked.case]
    if asked.cpr is not None:
        return [each.case for each in house.record.cases_of(house.keys.citizen_digest(asked.cpr.digits))]
    return list(house.record.cases())


def chosen(house: House, name: str | None) -> list[Projection]:
    """The projection of that name, or all."""
    found = [each for each in house.projections if name in (None, each.name)]
    if not found:
        raise NotFound(f"no such projection; there are {', '.join(each.name for each in house.projections)}")
    return found


def rebuild(house: House, projection: Projection, bar: Bar) -> None:
    """Rebuild one read model."""
    bar.of(house.record.head().total)
    reached = rebuild_projection(house.record, projection, bar.forward)
    print(f"{projection.name}: {reached.total} events")


def dispatch(house: House, *, once: bool) -> None:
    """Move letters until nothing waits, or until told to stop."""
    if once:
        while house.turn():
            pass
        return
    house.start()
    try:
        Event().wait()
    except KeyboardInterrupt:
        return


def verify(house: House, bar: Bar) -> Vector:
    """Recompute the record's proofs."""
    bar.of(house.record.head().total)
    return house.record.verify(bar.forward)


def description(examples: Path) -> str:
    """The API's description as YAML, with the examples of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(env="test", data_dir=Path(folder), dispatch=False)
        with build(settings) as house:
            made = with_examples(create_app(house).openapi(), examples)
    text: str = yaml.dump(made, Dumper=_Written, sort_keys=False, allow_unicode=True, width=110)
    return text


def capabilities() -> str:
    """What the FHIR doors can do, as `GET /fhir/metadata` answers at the address that is set when none is."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(env="test", data_dir=Path(folder), dispatch=False)
        with build(settings) as house:
            made = statement(create_app(house), settings.public_url)
    return json.dumps(json.loads(made), indent=2, ensure_ascii=False) + "\n"


class _Written(yaml.SafeDumper):
    """YAML without anchors: what stands twice is written twice, as a reader expects."""

    def ignore_aliases(self, _data: object) -> bool:
        """Nothing is an alias."""
        return True


def token(house: House, client: str, unit: str, lasts: timedelta) -> str:
    """A token for a unit of the directory."""
    acting = _read("--unit", unit, Unit.parse)
    if house.directory.find(acting) is None:
        raise NotFound("--unit: no such unit in the directory")
    return make_token(house.keys.token_key(), client, acting, house.clock(), lasts)


def decide(file: Path, *, as_json: bool, in_words: bool = False) -> int:
    """Decide the scenarios of a file; 1 when one differs from what it expects."""
    try:
        document = yaml.safe_load(_text(file))
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        raise Unreadable(f"{where} is neither YAML nor JSON", field=str(file.name)) from None
    differs = False
    for scenario in scenarios(document):
        verdict = report.judge(scenario)
        differs |= verdict.matches is False
        print(json.dumps(report.as_json(verdict), ensure_ascii=False) if as_json else report.as_line(verdict))
        if in_words:
            told = rule(scenario.facts).explanation
            print(f"  da: {told.da}\n  en: {told.en}")
    return 1 if differs else 0


def list_bases(*, as_json: bool) -> None:
    """Every provision."""
    for basis in report.bases():
        print(json.dumps(plain(basis), ensure_ascii=False) if as_json else report.basis_line(basis))


def show(basis: str, *, as_json: bool) -> None:
    """One provision."""
    found = report.basis(basis)
    print(json.dumps(plain(found), ensure_ascii=False) if as_json else report.basis_text(found))


def redecide(house: House, case: str | None, rules: str, bar: Bar) -> list[Difference]:
    """Ask the decisions of a case, or of the whole record, again."""
    if rules not in RULES:
        raise Unreadable("then or now", field="--rules")
    events: Iterable[Recorded]
    if case is None:
        scan = house.record.scan()
        events, total = scan, scan.total
    else:
        events = house.record.stream(_read("--case", case, UUID))
        total = len(events)
        if not total:
            raise NotFound("--case: no such case")
    bar.of(total)
    return list(differences(_counted(events, bar), rules))


def _counted(events: Iterable[Recorded], bar: Bar) -> Iterable[Recorded]:
    for each in events:
        yield each
        bar.forward(1)


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Unreadable("expected a readable UTF-8 file", field=file.name) from None


def _moment(option: str, text: str | None) -> datetime | None:
    """A moment with zone, or a day, which begins at midnight in Denmark."""
    if text is None:
        return None
    found: datetime = _read(option, text, datetime.fromisoformat, _MOMENT)
    if found.utcoffset() is None:
        if "T" in text or " " in text:
            raise Unreadable(_MOMENT, field=option)
        found = found.replace(tzinfo=COPENHAGEN)
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise Unreadable(f"a year from {FIRST_YEAR} to {LAST_YEAR}", field=option)
    return found


def _read(option: str, text: str, parse: Callable[[str], Any], rule: str = _CASE) -> Any:
    try:
        return parse(text)
    except Unreadable as complaint:
        raise Unreadable(complaint.rule, field=option, source=complaint.source) from None
    except ValueError:
        raise Unreadable(rule, field=option) from None
