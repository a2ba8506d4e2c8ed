"""Past decisions asked again: the stored facts, under the rules of then or of now; every difference is listed.

Nothing is written. `now` asks the rule set that runs today about the moment of the act – editions by the act's date, as
always. `then` wants the rule set that the decision names; where that is not the one at hand, the difference says so
instead of passing today's answer off as yesterday's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from hub.domain.identity import act_of
from hub.domain.request.events import RequestItemDeclined
from hub.domain.ruling import Ruling, ruling_of
from hub.law.catalogue import rule_set
from hub.law.decide import decide
from hub.law.hjemmel import Decision
from hub.store import Recorded

RULES = ("then", "now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which the answer differs, or the rule set that is not at hand (`field` = rule_set)."""

    case: UUID
    act: UUID | None
    kind: str
    at: datetime
    recorded_at: datetime
    field: str
    then: str
    again: str


@dataclass(frozen=True, slots=True)
class Reevaluation:
    """How many decisions were asked again, and where they came out otherwise."""

    decisions: int
    differences: tuple[Difference, ...]


def reevaluate(events: Iterable[Recorded], rules: str) -> Reevaluation:
    """Ask the decisions in these events again, under the rules of `then` or of `now`."""
    decisions, found = 0, list[Difference]()
    for recorded in events:
        own = not isinstance(recorded.event, RequestItemDeclined)  # whose ruling is the answer's, counted there
        ruling = ruling_of(recorded.event) if own else None
        if ruling is not None:
            decisions += 1
            found.extend(_compared(recorded, ruling, rules))
    return Reevaluation(decisions, tuple(found))


def _compared(recorded: Recorded, ruling: Ruling, rules: str) -> Iterator[Difference]:
    stored = ruling.decision
    if rules == "then" and stored.rule_set != rule_set():
        yield _difference(recorded, ruling, "rule_set", stored.rule_set, f"not at hand; {rule_set()} is")
        return
    again = decide(ruling.facts)
    for field in fields(Decision):
        before, after = getattr(stored, field.name), getattr(again, field.name)
        if field.name != "rule_set" and before != after:
            yield _difference(recorded, ruling, field.name, _words(before), _words(after))


def _difference(recorded: Recorded, ruling: Ruling, field: str, then: str, again: str) -> Difference:
    return Difference(
        case=recorded.case,
        act=act_of(recorded.event),
        kind=recorded.name.partition(".")[0],
        at=ruling.facts.at,
        recorded_at=recorded.recorded_at,
        field=field,
        then=then,
        again=again,
    )


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
