"""The acts of a case that carry words to another unit, as later corrections name them: by whom, to whom, saying what.

Kept without the words themselves: which points an act has, which of them were taken back, and whether it has left.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from uuid import UUID

from hub.domain.addressed import Addressed, Bringing, is_told_at_once
from hub.domain.concern import ConcernReported
from hub.domain.correction.events import ActCorrected, ActsRetracted, CorrectedAct, Point
from hub.domain.delivery import DeliveryDeparted
from hub.domain.identity import act_of
from hub.domain.referral import ReferralSent
from hub.domain.request.events import (
    ClarificationAsked,
    ClarificationGiven,
    InformationRequested,
    RequestItemDeclined,
)
from hub.domain.ruling import Ruling
from hub.domain.succession import Heir
from hub.errors import Contradiction, NotFound, Unreadable
from hub.vocabulary.information import Item
from hub.vocabulary.organisations import Unit

ITEM, DECLINED = "item", "declined"
_NUMBERED = re.compile(r"(item|declined)-([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAct:
    """One act that carries words to another unit. `goes_as` is the id that its letter bears, `ends` those it bears.

    `by` and `recipient` are whoever stands for them now (hub.domain.succession).
    """

    act: UUID
    goes_as: UUID
    kind: str
    at: datetime
    by: Unit
    recipient: Unit
    ends: tuple[Unit, Unit]
    points: tuple[Point, ...]
    ruling: Ruling | None
    left: bool
    retracted: frozenset[Point] = frozenset()
    is_void: bool = False  # all of it was taken back

    def named(self, names: Iterable[str]) -> tuple[Point, ...]:
        """The points of these names; `Unreadable` for one that the act has not."""
        by_name = {name_of(point): point for point in self.points}
        found = []
        for place, name in enumerate(names):
            if name not in by_name:
                raise Unreadable(f"a point of the act: {', '.join(by_name)}", field=f"wrong.{place}")
            found.append(by_name[name])
        return tuple(dict.fromkeys(found))

    def as_corrected(self, points: tuple[Point, ...] = ()) -> CorrectedAct:
        """As a correction names it."""
        return CorrectedAct(act=self.act, kind=self.kind, at=self.at, points=points)


@dataclass(frozen=True, slots=True)
class SentActs:
    """Every such act of a case."""

    by_id: Mapping[UUID, SentAct] = field(default_factory=dict)

    def of(self, act: UUID, unit: Unit) -> SentAct:
        """The act, if this unit made it; a retraction is corrected by an act like the first."""
        standing = self.by_id.get(act)
        if standing is None or standing.by != unit:
            raise NotFound("no such act of this unit on this case", field="act")
        if standing.kind == kind_of(ActsRetracted):
            raise Contradiction("what was taken back is said again by an act of its own", code="corrects-retraction")
        return standing

    def is_void(self, act: UUID) -> bool:
        """Was all of it taken back?"""
        return act in self.by_id and self.by_id[act].is_void

    def have_left(self, acts: Iterable[UUID]) -> bool:
        """Has each of these left for its receiver? An act of before such acts were kept is taken for one that has."""
        return all(self.by_id[act].left for act in acts if act in self.by_id)


def name_of(point: Point) -> str:
    """`occasion`, `item-2`, `declined-1`."""
    if not point.place:
        return point.name
    return f"{DECLINED if point.name == DECLINED else ITEM}-{point.place}"


def is_name(text: str) -> bool:
    """Could a point bear this name?"""
    return bool(_NUMBERED.fullmatch(text) or re.fullmatch(r"[a-z][a-z_]{0,39}", text))


def kind_of(kind: type) -> str:
    """`ConcernReported` → `concern-reported`, as the record names it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def points(act: Addressed | RequestItemDeclined) -> tuple[Point, ...]:
    """What an act says, in the order of its form: fields that were filled in, then items."""
    return (*_fields(act), *_items(act))


def evolve(sent: SentActs, event: object) -> SentActs:
    """The acts as they stand after one more event."""
    if isinstance(event, DeliveryDeparted):
        return _departed(sent, event)
    if isinstance(event, RequestItemDeclined):
        return _declined(sent, event)
    if not isinstance(event, Addressed):
        return sent
    if isinstance(event, ActsRetracted):
        sent = _retracted(sent, event)
    key = event.clarification if isinstance(event, ClarificationAsked | ClarificationGiven) else act_of(event)
    return sent if key is None else _with(sent, _sent(key, event))


def handed_on(sent: SentActs, heir: Heir) -> SentActs:
    """The same, with whoever stands now for those that sent and got them."""
    return SentActs(
        {key: replace(act, by=heir(act.by), recipient=heir(act.recipient)) for key, act in sent.by_id.items()}
    )


def _sent(key: UUID, event: Addressed) -> SentAct:
    return SentAct(
        act=key,
        goes_as=event.known_as,
        kind=kind_of(type(event)),
        at=event.at,
        by=event.by,
        recipient=event.recipient,
        ends=(event.by, event.recipient),
        points=points(event),
        ruling=event.ruling,
        left=event.already_made or is_told_at_once(event),
    )


def _with(sent: SentActs, *acts: SentAct) -> SentActs:
    return SentActs({**sent.by_id, **{act.act: act for act in acts}})


def _departed(sent: SentActs, event: DeliveryDeparted) -> SentActs:
    letter = (event.act, (event.sender, event.recipient))
    gone = [act for act in sent.by_id.values() if (act.goes_as, act.ends) == letter and not act.left]
    return _with(sent, *(replace(act, left=True) for act in gone)) if gone else sent


def _declined(sent: SentActs, event: RequestItemDeclined) -> SentActs:
    """The reason goes with the answer; where nothing was left to answer, it is told by itself."""
    answer = sent.by_id.get(event.answer) or SentAct(
        act=event.answer,
        goes_as=event.answer,
        kind=kind_of(RequestItemDeclined),
        at=event.at,
        by=event.by,
        recipient=event.recipient,
        ends=(event.by, event.recipient),
        points=(),
        ruling=event.ruling,
        left=True,
    )
    before = sum(point.name == DECLINED for point in answer.points)
    return _with(sent, replace(answer, points=(*answer.points, Point(DECLINED, before + 1))))


def _retracted(sent: SentActs, event: ActsRetracted) -> SentActs:
    known = [(sent.by_id[gone.act], gone.points) for gone in event.acts if gone.act in sent.by_id]
    return _with(
        sent,
        *(
            replace(act, retracted=act.retracted.union(wrong or act.points), is_void=act.is_void or not wrong)
            for act, wrong in known
        ),
    )


def _fields(act: Addressed | RequestItemDeclined) -> Iterator[Point]:
    match act:
        case ReferralSent():
            yield Point("reason")
        case ConcernReported(account=account):
            yield from _filled_in(account)
        case InformationRequested(form=form):
            yield from _filled_in(form)
        case ClarificationAsked():
            yield from _filled_in(act, "question", "since", "until")
        case ClarificationGiven():
            yield from _filled_in(act, "words", "since", "until")
        case ActCorrected():
            yield from _filled_in(act, "words")


def _filled_in(form: object, *names: str) -> Iterator[Point]:
    """The fields that say something; `False` is an answer."""
    for name in names or tuple(entry.name for entry in fields(form)):  # type: ignore[arg-type]  # a dataclass
        if name != "items" and getattr(form, name) not in ("", None, ()):
            yield Point(name)


def _items(act: Addressed | RequestItemDeclined) -> Iterator[Point]:
    if isinstance(act, Bringing):
        said: tuple[Item | str, ...] = act.items
    elif isinstance(act, InformationRequested):
        said = act.form.items
    else:
        said = act.items if isinstance(act, ClarificationAsked | ClarificationGiven) else ()
    for place, item in enumerate(said, 1):
        yield Point(item if isinstance(item, str) else item.category, place)
