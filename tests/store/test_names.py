"""Stable names, old shapes lifted on reading, and JSON that takes nothing but what it should."""

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from hub.errors import EvidenceBroken
from hub.store import EventNames, EventType
from hub.store.serialisation.codec import EnvelopeJson, EventAndMeta
from hub.vocabulary.organisations import Unit
from tests.store.acts import META, MONDAY, Counted, Noted

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Form(StrEnum):
    """How it was said."""

    WRITTEN = "written"
    ORAL = "oral"


@dataclass(frozen=True, slots=True)
class Inner:
    """A part."""

    who: Unit
    latest: datetime | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """One of each that an event may hold."""

    id: UUID
    at: datetime
    day: date
    form: Form
    unit: Unit
    units: tuple[Unit, ...]
    parts: tuple[Inner, ...]
    codes: frozenset[str]
    recipients: frozenset[Unit]
    due: Mapping[str, Inner]
    counts: Mapping[str, int]
    pair: tuple[str, int]
    digest: bytes
    maybe: Inner | None
    until: datetime | date | None = None
    notes: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)


UNIT = Unit.parse("kommune/familieafdeling@aabenraa")
AUTUMN_NIGHT = datetime(2024, 10, 27, 2, 30, tzinfo=COPENHAGEN)  # comes twice
INNER = Inner(UNIT, date(2024, 3, 10))
EVERYTHING = Everything(
    id=uuid4(),
    at=AUTUMN_NIGHT.replace(fold=1),
    day=date(2024, 2, 29),
    form=Form.ORAL,
    unit=UNIT,
    units=(UNIT, Unit.parse("hospital/-@sygehus æøå")),
    parts=(INNER, Inner(UNIT, MONDAY)),
    codes=frozenset({"b", "a"}),
    recipients=frozenset({UNIT}),
    due={"receipt": INNER},
    counts={"a": 1},
    pair=("x", 2),
    digest=b"\x00\xff",
    maybe=None,
    until=MONDAY,
)
TABLE = EventNames((EventType("everything", Everything), EventType("noted", Noted), EventType("counted", Counted)))


def back(event: object, names: EventNames = TABLE) -> Any:
    json = EnvelopeJson(names)
    return json.open(names.of(type(event)).newest, json.encode(EventAndMeta(META, event))).event


def test_everything_an_event_may_hold_comes_back():
    again = back(EVERYTHING)
    assert type(again) is Everything
    assert again.at.isoformat() == "2024-10-27T02:30:00+01:00"
    for name in (
        "id",
        "day",
        "form",
        "unit",
        "units",
        "parts",
        "codes",
        "recipients",
        "due",
        "counts",
        "pair",
        "digest",
    ):
        assert getattr(again, name) == getattr(EVERYTHING, name), name
    assert again.until == MONDAY
    assert type(again.parts[0].latest) is date


def test_an_auditor_can_read_it():
    json = EnvelopeJson(TABLE)
    plain = json.decode(json.encode(EventAndMeta(META, EVERYTHING)))
    assert plain["event"]["unit"] == "kommune/familieafdeling@aabenraa"
    assert plain["event"]["at"] == "2024-10-27T02:30:00+01:00"
    assert plain["event"]["codes"] == ["a", "b"]
    assert plain["meta"]["client"] == "ehr"


@pytest.mark.parametrize(
    "event",
    [
        Noted("a", datetime(2024, 3, 4)),  # noqa: DTZ001 – that is the point
        Noted(7),
        Counted("7"),
        Counted(True),
        Noted(None),
    ],
    ids=["time without zone", "number for text", "text for number", "truth for number", "nothing for text"],
)
def test_what_would_not_read_back_is_not_written(event: object):
    with pytest.raises(TypeError):
        EnvelopeJson(TABLE).encode(EventAndMeta(META, event))


@pytest.mark.parametrize(
    "stored",
    [
        b'{"event":{"number":1}}',
        b'{"meta":%s,"event":{"number":1,"more":2}}',
        b'{"meta":%s,"event":{"number":"1"}}',
        b'{"meta":%s,"event":{}}',
        b'{"meta":%s,"event":{"number":1},"more":1}',
        b"not json",
        b"",
    ],
    ids=["no meta", "unknown field", "wrong type", "field missing", "unknown beside", "no json", "nothing"],
)
def test_a_stored_body_of_another_shape_is_broken_evidence(stored: bytes):
    json = EnvelopeJson(TABLE)
    meta = json.encode(EventAndMeta(META, Counted(1))).partition(b'"meta":')[2].partition(b',"event"')[0]
    with pytest.raises(EvidenceBroken, match=r"counted\.v1"):
        json.open("counted.v1", stored.replace(b"%s", meta))


def test_the_complaint_names_the_place_and_not_what_stands_there():
    json = EnvelopeJson(TABLE)
    sealed = json.encode(EventAndMeta(META, Noted("a"))).replace(
        b'"2024-03-04T09:30:00Z"},"index"', b'"hun er bange"},"index"'
    )
    with pytest.raises(EvidenceBroken) as broken:
        json.open("noted.v1", sealed)
    assert "bange" not in str(broken.value)


def test_a_name_nobody_knows_is_broken_evidence():
    with pytest.raises(EvidenceBroken, match=r"told\.v1"):
        EnvelopeJson(TABLE).open("told.v1", b'{"meta":{},"event":{}}')


def test_an_optional_field_may_be_added_without_a_new_version():
    older = make_dataclass("Told", [("text", str)], frozen=True)
    newer = make_dataclass("Told", [("text", str), ("lines", tuple[Unit, ...], (UNIT,))], frozen=True)
    data = EnvelopeJson(EventNames([EventType("told", older)])).encode(EventAndMeta(META, older("a")))
    opened = EnvelopeJson(EventNames([EventType("told", newer)])).open("told.v1", data)
    assert opened.event == newer("a", (UNIT,))


def test_an_old_version_is_lifted_step_by_step_on_reading():
    first = make_dataclass("Told", [("text", str)], frozen=True)
    third = make_dataclass("Told", [("words", tuple[str, ...]), ("loud", bool)], frozen=True)
    data = EnvelopeJson(EventNames([EventType("told", first)])).encode(EventAndMeta(META, first("one two")))
    names = EventNames(
        [
            EventType(
                "told",
                third,
                version=3,
                upcasters=(lambda old: {"words": old["text"].split()}, lambda old: {**old, "loud": False}),
            )
        ]
    )
    assert EnvelopeJson(names).open("told.v1", data).event == third(("one", "two"), loud=False)
    assert names.names_of(third) == ("told.v1", "told.v2", "told.v3")
    assert names.of(third).newest == "told.v3"


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: EventType("Noted", Noted), "kebab-case"),
        (lambda: EventType("noted.v1", Noted), "kebab-case"),
        (lambda: EventType("noted", int), "dataclass"),
        (lambda: EventType("noted", Noted, version=2), "1 upcasters"),
        (lambda: EventNames([EventType("noted", Noted), EventType("noted", Counted)]), "twice"),
        (lambda: EventNames([EventType("noted", Noted), EventType("told", Noted)]), "twice"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(make: Any, complaint: str):
    with pytest.raises(TypeError, match=complaint):
        make()


@pytest.mark.parametrize("kind", [object, Any, Noted | Counted, list[int], tuple[str, Unit], complex, dict[int, str]])
def test_a_field_without_a_json_form_is_refused_when_the_table_is_built(kind: Any):
    odd = make_dataclass("Odd", [("field", kind)], frozen=True)
    with pytest.raises(TypeError, match="no JSON form"):
        EnvelopeJson(EventNames([EventType("odd", odd)]))


def test_times_of_any_zone_keep_their_offset():
    for zone in (UTC, timezone(timedelta(hours=-3, minutes=-30)), COPENHAGEN):
        at = datetime(2024, 7, 1, 12, 0, 0, 123456, tzinfo=zone)
        assert back(Noted("a", at)).at.utcoffset() == at.utcoffset()
        assert back(Noted("a", at)).at == at
