"""One woman, one open case: whoever opens it is answered the same, whether others are on it or nobody is.

Two hubs. In one the whole story has been told about Kaja, by three units; the other has never heard of her. A newcomer
sends both the very same requests, and nothing in the answers may tell it which of the two it is speaking with: that
others help her is information about her health. Both clocks stand still, so only ids differ, and they are masked by the
order in which they first appear: that an id is the same as before must be the same in both.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.doors import NOW, Doors, Json, new_key, serving
from tests.api.story import ACTS, AT, SOON, told
from tests.people import CLINIC, DAUGHTER_CPR, DOCTOR, FAMILIES, KAJA, NURSES

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST = re.compile(r'(?<=\d-)[0-9a-f]{16}(?=")')  # of an answer, in its ETag: it covers the ids
_MARK = re.compile(r"(?<=>\.)[0-9a-f]{12}\b")  # tells two acts apart that are known by one id
_CURSOR = re.compile(r"(?<=cursor=)[\w%=.-]+")
OPENING = {"at": AT, "cpr": KAJA.cpr.digits, "name": "Kaja Test Hansen", "due_date": SOON, "municipality": "aabenraa"}
OWN = {"person": "Jens Test", "role": "laege"}
TYPES = ("EpisodeOfCare", "Patient", "CareTeam")


@dataclass
class Side:
    """One hub as the newcomer meets it: what it was answered, masked, and by which names it knows things."""

    doors: Doors
    names: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def answered(self, answer: httpx.Response) -> tuple[int, str, str, str]:
        """Status, ETag, Location and body, without ids."""
        headers = (answer.headers.get("etag", ""), answer.headers.get("location", ""))
        return answer.status_code, *(self._masked(text) for text in (*headers, answer.text))

    def _masked(self, text: str) -> str:
        text = _ID.sub(lambda found: f"<{self.seen.setdefault(found[0], len(self.seen))}>", text)
        for pattern in (_DIGEST, _MARK, _CURSOR):
            text = pattern.sub("~", text)
        return text


@dataclass
class Newcomer:
    """A unit that speaks with both hubs at once, and compares."""

    sides: tuple[Side, Side]
    known: str  # the case, in the hub that knows her

    def open(self, key: str = "") -> None:
        """Open a case: the one that others are on, in the one hub; a fresh one in the other."""
        assert self.post("/v1/cases", OPENING, "case", key=key) == 201
        assert self.sides[0].names["case"] == self.known

    def both(self, ask: Callable[[Side], httpx.Response], name: str = "") -> int:
        """The same request to both: the same answer, whose status this is. `name` keeps the id it tells."""
        answers = [ask(side) for side in self.sides]
        one, other = (side.answered(answer) for side, answer in zip(self.sides, answers, strict=True))
        assert one == other
        for side, answer in zip(self.sides, answers, strict=True):
            if name and answer.status_code == 201:
                side.names[name] = answer.json()["id"]
        return one[0]

    def post(self, path: str, body: Json, name: str = "", key: str = "", **headers: str) -> int:
        """An act."""
        used = key or new_key()

        def ask(side: Side) -> httpx.Response:
            sent = {field: value.format(**side.names) if field == "act" else value for field, value in body.items()}
            return side.doors.at(DOCTOR).post(path.format(**side.names), sent, key=used, **headers)

        return self.both(ask, name)

    def get(self, path: str, params: Any = None) -> int:
        """A look."""
        return self.both(lambda side: side.doors.at(DOCTOR).get(path.format(**side.names), params))

    def look_at_everything(self) -> None:
        """Every door that shows something of a case."""
        found = [side.doors.at(DOCTOR).post("/v1/cases/search", {"cpr": KAJA.cpr.digits}).json() for side in self.sides]
        one, other = (sorted((case["status"], case["version"]) for case in search["cases"]) for search in found)
        assert one == other
        for path in ("", "/events", "/events?after=2", "/obligations?fulfilled=true", "?as_of=2025-04-07T08:00:00Z"):
            assert self.get("/v1/cases/{case}" + path) == 200
        for path in (
            "/v1/compliance/disclosures",
            "/v1/deliveries",
            "/v1/parked-messages",
            "/fhir/Bundle",
            "/health/ready",
        ):
            assert self.get(path) == 200
        for kind in TYPES:
            assert self.get(f"/fhir/{kind}/{{case}}") == 200
            assert self.get(f"/fhir/{kind}/{{case}}/_history") == 200
        assert self.get("/fhir/EpisodeOfCare/{case}/$everything", {"_count": "100"}) == 200
        for kind in (*TYPES, "AuditEvent", "Communication", "Consent", "Provenance", "Task"):
            assert self.get(f"/fhir/{kind}", {"_count": "100"}) == 200


@pytest.fixture
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    """A hub where three units have told the whole story of her, and one where nobody has."""
    with (
        serving(tmp_path_factory.mktemp("known"), dispatch=False) as known,
        serving(tmp_path_factory.mktemp("unknown"), dispatch=False) as unknown,
    ):
        first, *_ = told(known, "rich")
        yield Newcomer((Side(known), Side(unknown)), first.answer.json()["case"])


def own_acts() -> list[tuple[str, str, Json]]:
    """The acts of the story that follow no other unit's, as the newcomer's own: path, name, body.

    Each at a minute of its own: what was given at the same moment goes by its id.
    """
    first = [act for act in ACTS if act.path.startswith("/v1/cases/{case}/") and act.path.count("{") == 1]
    kept = [act for act in first if not act.path.endswith(("/closure", "/reopening", "/birth", "/obligations"))]
    moments = [(NOW - timedelta(minutes=number)).isoformat() for number in range(1, len(kept) + 1)]
    return [
        (act.path, act.told, _reworded(act.body, {str(CLINIC): str(DOCTOR), AT: at}) | OWN)
        for act, at in zip(kept, moments, strict=True)
    ]


def _reworded(value: Any, swap: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _reworded(each, swap) for name, each in value.items()}
    if isinstance(value, list):
        return [_reworded(each, swap) for each in value]
    return swap.get(value, value) if isinstance(value, str) else value


def test_opening_is_answered_the_same(newcomer: Newcomer) -> None:
    assert newcomer.post("/v1/cases/search", {"cpr": KAJA.cpr.digits}) == 200
    newcomer.open("opening")
    newcomer.look_at_everything()
    assert newcomer.post("/v1/cases", OPENING, key="opening") == 201
    assert newcomer.post("/v1/cases", OPENING | {"name": "Kaja Hansen"}, key="opening") == 422
    assert newcomer.post("/v1/cases", OPENING | {"municipality": "odense"}, "case") == 201
    newcomer.look_at_everything()


@pytest.mark.parametrize("order", range(3))
def test_acting_is_answered_the_same(newcomer: Newcomer, order: int) -> None:
    newcomer.open()
    acts = own_acts()
    random.Random(order).shuffle(acts)
    statuses = []
    for path, name, body in acts:
        key = new_key()
        assert newcomer.post(path, body, If_Match='"1"') == 412
        statuses.append(newcomer.post(path, body, name, key=key))
        assert newcomer.post(path, body, key=key, If_Match='"1"') == statuses[-1]
    assert {201, 403} == set(statuses)
    newcomer.look_at_everything()


def test_what_others_do_meanwhile_is_not_noticed(newcomer: Newcomer) -> None:
    newcomer.open()
    level = {"at": AT, "level": 2}
    assert newcomer.post("/v1/cases/{case}/care-level", level, If_Match='"3"') == 201
    known = newcomer.sides[0]
    path = f"/v1/cases/{known.names['case']}/care-level"
    for unit in (CLINIC, NURSES):
        assert known.doors.at(unit).post(path, level).status_code == 201
        assert known.doors.at(unit).get(path.rpartition("/")[0]).status_code == 200
    assert newcomer.post("/v1/cases/{case}/care-level", level, If_Match='"4"') == 201
    newcomer.look_at_everything()


def test_being_told_is_answered_the_same(newcomer: Newcomer) -> None:
    newcomer.open()
    concern = next(body for path, _, body in own_acts() if path.endswith("/concerns"))
    assert newcomer.post("/v1/cases/{case}/concerns", concern, "concern") == 201
    for side in newcomer.sides:
        case, key = side.names["case"], side.names["concern"]
        receipt = side.doors.at(FAMILIES).post(f"/v1/cases/{case}/concerns/{key}/receipt", {"at": AT})
        assert receipt.status_code == 201
    newcomer.look_at_everything()


def test_the_end_is_answered_the_same(newcomer: Newcomer) -> None:
    """Closed while she is pregnant, a case is taken up again by opening; after the birth, another one begins."""
    newcomer.open()
    why, birth = {"at": AT, "reason": "Der er ikke mere."}, {"children": [{"born_at": AT, "cpr": DAUGHTER_CPR.digits}]}
    assert newcomer.post("/v1/cases/{case}/reopening", why) == 409
    for act in ("closure", "reopening", "closure"):
        assert newcomer.post(f"/v1/cases/{{case}}/{act}", why) == 201
    assert newcomer.post("/v1/cases/{case}/closure", why) == 409
    newcomer.look_at_everything()
    assert newcomer.post("/v1/cases", OPENING, "again") == 201
    assert newcomer.post("/v1/cases/{case}/birth", {"at": AT} | birth) == 201
    assert newcomer.post("/v1/cases/{case}/pregnancy-end", {"at": AT}) == 409
    assert newcomer.post("/v1/cases/{case}/closure", why) == 201
    assert newcomer.post("/v1/cases", OPENING, "next") == 201
    for side in newcomer.sides:
        assert side.names["case"] == side.names["again"] != side.names["next"]
    newcomer.look_at_everything()
    assert newcomer.post("/v1/cases/{case}/reopening", why) == 201
    newcomer.look_at_everything()
