"""One woman, one open case: whoever opens it is answered the same, whether others are on it or nobody is.

Two hubs. In one the whole story has been told about Kaja, by three units; the other has never heard of her. A newcomer
sends both the very same requests, and nothing in the answers may tell it which of the two it is speaking with: that
others help her is information about her health (tests.api.outsider).
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.api.doors import NOW, Json, new_key, serving
from tests.api.outsider import OPENING, Outsider, Side
from tests.api.story import ACTS, AT, told
from tests.people import CLINIC, DAUGHTER_CPR, DOCTOR, FAMILIES, KAJA, NURSES

OWN = {"person": "Jens Test", "role": "laege"}


@pytest.fixture
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outsider]:
    """A hub where three units have told the whole story of her, and one where nobody has."""
    with (
        serving(tmp_path_factory.mktemp("known"), dispatch=False) as known,
        serving(tmp_path_factory.mktemp("unknown"), dispatch=False) as unknown,
    ):
        first, *_ = told(known, "rich")
        yield Outsider((Side(known), Side(unknown)), first.answer.json()["case"])


def own_acts() -> list[tuple[str, str, Json]]:
    """The acts of the story that follow no other unit's, as the newcomer's own: path, name, body.

    Each at a minute of its own: what was given at the same moment goes by its id.
    """
    first = [act for act in ACTS if act.path.startswith("/v1/cases/{case}/") and act.path.count("{") == 1]
    follows = ("/closure", "/reopening", "/birth", "-end", "/withdrawal", "/obligations")
    kept = [act for act in first if not act.path.endswith(follows)]
    moments = [(NOW - timedelta(minutes=number)).isoformat() for number in range(1, len(kept) + 1)]
    return [
        (act.path, act.told, _to_another(_reworded(act.body, {str(CLINIC): str(DOCTOR), AT: at})) | OWN)
        for act, at in zip(kept, moments, strict=True)
    ]


def _to_another(body: Json) -> Json:
    """What the story sends to the clinic the newcomer sends there too, and not to itself."""
    return body | {"recipient": str(CLINIC)} if body.get("recipient") == str(DOCTOR) else body


def _reworded(value: Any, swap: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _reworded(inner, swap) for name, inner in value.items()}
    if isinstance(value, list):
        return [_reworded(inner, swap) for inner in value]
    return swap.get(value, value) if isinstance(value, str) else value


def test_opening_is_answered_the_same(newcomer: Outsider) -> None:
    assert newcomer.post("/v1/cases/search", {"cpr": KAJA.cpr.digits}) == 200
    newcomer.open("opening")
    newcomer.look_at_everything()
    assert newcomer.post("/v1/cases", OPENING, key="opening") == 201
    assert newcomer.post("/v1/cases", OPENING | {"name": "Kaja Hansen"}, key="opening") == 422
    assert newcomer.post("/v1/cases", OPENING | {"municipality": "odense"}, "case") == 201
    newcomer.look_at_everything()


@pytest.mark.parametrize("order", range(3))
def test_acting_is_answered_the_same(newcomer: Outsider, order: int) -> None:
    newcomer.open()
    acts = own_acts()
    random.Random(order).shuffle(acts)
    acts.sort(key=lambda act: act[2].get("protected") is False)  # only a protection that was stated can be ended
    statuses = []
    for path, name, body in acts:
        key = new_key()
        assert newcomer.post(path, body, If_Match='"1"') == 412
        statuses.append(newcomer.post(path, body, name, key=key))
        assert newcomer.post(path, body, key=key, If_Match='"1"') == statuses[-1]
    assert {201, 403} == set(statuses)
    newcomer.look_at_everything()


def test_what_others_do_meanwhile_is_not_noticed(newcomer: Outsider) -> None:
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


def test_being_told_is_answered_the_same(newcomer: Outsider) -> None:
    newcomer.open()
    concern = next(body for path, _, body in own_acts() if path.endswith("/concerns"))
    assert newcomer.post("/v1/cases/{case}/concerns", concern, "concern") == 201
    for side in newcomer.sides:
        case, key = side.names["case"], side.names["concern"]
        receipt = side.doors.at(FAMILIES).post(f"/v1/cases/{case}/concerns/{key}/receipt", {"at": AT})
        assert receipt.status_code == 201
    newcomer.look_at_everything()


def test_the_end_is_answered_the_same(newcomer: Outsider) -> None:
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
    assert newcomer.post("/v1/cases/{case}/pregnancy-end", {"at": AT}) == 201
    assert newcomer.post("/v1/cases/{case}/pregnancy-end", {"at": AT}) == 409
    assert newcomer.post("/v1/cases/{case}/closure", why) == 201
    assert newcomer.post("/v1/cases", OPENING, "next") == 201
    for side in newcomer.sides:
        assert side.names["case"] == side.names["again"] != side.names["next"]
    newcomer.look_at_everything()
    assert newcomer.post("/v1/cases/{case}/reopening", why) == 201
    newcomer.look_at_everything()
