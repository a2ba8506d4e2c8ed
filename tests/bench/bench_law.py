"""How long the law takes to answer, beside a JSON parse of the same facts in the same run.

One act with twenty consents on record, on one core and without I/O: once the newest carries it, once none does, so that
every consent is weighed to the end. Each round times many answers and many parses in turn; the figure is the median.
The house has promised a median below 50 microseconds.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median

import msgspec

from hub.law.decide import decide
from hub.law.facts import ConsentFact, Facts, Subject
from hub.vocabulary.jsonable import plain
from hub.vocabulary.organisations import Unit

CONSENTS = 20
PROMISED = 50.0  # microseconds
ROUNDS = 200
TIMES = 20  # a round
AT = datetime(2025, 4, 7, 8, 30, tzinfo=UTC)
HOSPITAL = Unit.parse("hospital/familieambulatorium@Sygehus Nord")
FAMILIES = Unit.parse("kommune/familieafdeling@Byby")
ELSEWHERE = Unit.parse("kommune/familieafdeling@Nyby")


@dataclass(frozen=True)
class Timing:
    """One question: the answer and the parses, median microseconds."""

    question: str
    answer: str
    decide: float
    json: float
    msgspec: float
    promised: float = PROMISED

    @property
    def kept(self) -> bool:
        """Was the promise kept in this run?"""
        return self.decide < self.promised


def main() -> None:
    """Time both questions and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = [timed("the newest carries it", carried()), timed("none carries it", refused())]
    print(json.dumps([asdict(row) for row in found], ensure_ascii=False) if chosen.json else table(found))


def carried() -> Facts:
    """Twenty consents of which the newest names the receiver."""
    asked = refused()
    newest = replace(asked.consents[-1], recipients=(FAMILIES,))
    return replace(asked, consents=(*asked.consents[:-1], newest))


def refused() -> Facts:
    """Twenty consents, all for another municipality."""
    return Facts(
        at=AT,
        act="videregivelse",
        initiative="discloser",
        discloser=HOSPITAL,
        recipient=FAMILIES,
        subject=Subject("gravid", 29),
        basis_invoked="SUL-43-1",
        purpose="stoette_graviditet",
        categories=("rusmiddel", "obstetrik"),
        consents=tuple(map(consent, range(CONSENTS))),
    )


def consent(number: int) -> ConsentFact:
    """One of the twenty."""
    return ConsentFact(
        id=f"consent-{number}",
        given_at=AT - timedelta(days=300 - number),
        form="written",
        given_by="gravid",
        given_to="discloser",
        direction="videregive",
        disclosers=(HOSPITAL,),
        recipients=(ELSEWHERE,),
        categories=("rusmiddel", "obstetrik", "psykisk_helbred"),
        purposes=("stoette_graviditet",),
        subjects=("gravid",),
        journalised=True,
    )


def timed(question: str, facts: Facts) -> Timing:
    """The median of each step, the steps taking turns."""
    text = json.dumps(plain(facts), ensure_ascii=False).encode()
    steps: dict[str, Callable[[], object]] = {
        "decide": lambda: decide(facts),
        "json": lambda: json.loads(text),
        "msgspec": lambda: msgspec.json.decode(text),
    }
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            spent[name].append(microseconds(step))
    return Timing(question, decide(facts).outcome.value, **{name: median(times) for name, times in spent.items()})


def microseconds(step: Callable[[], object]) -> float:
    """The median of some runs: what the machine did in between does not count."""
    times: list[int] = []
    for _ in range(TIMES):
        started = time.perf_counter_ns()
        step()
        times.append(time.perf_counter_ns() - started)
    return median(times) / 1000


def table(found: list[Timing]) -> str:
    """The timings for a reader."""
    lines = [f"a decision with {CONSENTS} consents on one core, median microseconds; promised: below {PROMISED:.0f}"]
    lines.append(f"{'question':22} {'answer':18} {'decide':>8} {'json':>8} {'msgspec':>8} {'decide/json':>12}  promise")
    lines += [
        f"{step.question:22} {step.answer:18} {step.decide:8.1f} {step.json:8.1f} {step.msgspec:8.1f} "
        f"{step.decide / step.json:12.2f}  {'kept' if step.kept else 'NOT KEPT'}"
        for step in found
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
