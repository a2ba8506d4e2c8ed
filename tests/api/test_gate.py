"""No door without a token, and a token says exactly one thing."""

import base64
import hmac
import json
import math
from datetime import timedelta
from typing import Any

import jwt
import pytest

from hub.access.tokens import AUDIENCE
from hub.api.route import GuardedRoute
from tests.api.doors import NOW, PROBLEM, Doors, example, routes_of
from tests.people import CLINIC, FAMILIES, KAJA

OPEN = {"/health/live", "/health/ready", "/metrics"}
SOMEWHERE = "00000000-0000-4000-8000-000000000000"


def test_every_route_is_a_door_but_three(doors: Doors) -> None:
    ungated = {route.path for route in routes_of(doors) if not isinstance(route, GuardedRoute)}
    assert ungated == OPEN


def test_no_door_opens_without_a_token(doors: Doors) -> None:
    before = doors.head
    for route in routes_of(doors):
        if route.path in OPEN:
            continue
        path = "/".join(SOMEWHERE if part.startswith("{") else part for part in route.path.split("/"))
        for method in route.methods:
            answer = doors.at(CLINIC).door.request(method, path, headers={"Authorization": ""})
            assert (answer.status_code, path) == (401, path)
            assert answer.headers["www-authenticate"] == 'Bearer realm="tvaerspor"'
    assert doors.head == before


def test_the_open_doors_tell_nothing_of_anybody(doors: Doors) -> None:
    case = doors.open()
    said = "".join(doors.at(CLINIC).door.get(path, headers={"Authorization": ""}).text for path in sorted(OPEN))
    for secret in (case, KAJA.cpr.digits, "Kaja", "aabenraa", "familieambulatorium", "system of"):
        assert secret not in said
    assert '{"status":"live"}' in said
    assert 'route="/v1/cases",status="201"' in said


def _signed(doors: Doors, **claims: Any) -> str:
    whole = {"client": "epj", "unit": str(CLINIC), "aud": AUDIENCE, "exp": NOW + timedelta(hours=1)} | claims
    return jwt.encode({k: v for k, v in whole.items() if v is not None}, doors.services.keys.token_key())


def _knock(doors: Doors, authorization: str) -> tuple[int, str]:
    answer = doors.at(CLINIC).door.get("/v1/units", headers={"Authorization": authorization.encode()})
    assert answer.status_code == 200 or answer.headers["content-type"] == PROBLEM
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    "claims",
    [
        {"client": None},
        {"client": ""},
        {"client": " epj"},
        {"client": "e" * 101},
        {"client": "ep\x00j"},
        {"client": 7},
        {"client": ["epj"]},
        {"unit": None},
        {"unit": ""},
        {"unit": "familieafdeling"},
        {"unit": [str(CLINIC)]},
        {"unit": [str(CLINIC), str(FAMILIES)]},
        {"unit": f"{CLINIC},{FAMILIES}"},
        {"unit": f"{CLINIC} {FAMILIES}"},
        {"unit": {"name": str(CLINIC)}},
        {"exp": None},
        {"exp": NOW - timedelta(seconds=1)},
        {"exp": NOW},
        {"exp": math.nan},
        {"exp": math.inf},
        {"exp": True},
        {"exp": "4102444800"},
        {"nbf": NOW + timedelta(seconds=1)},
        {"nbf": math.nan},
        {"nbf": "0"},
        {"aud": None},
        {"aud": "another"},
    ],
)
def test_a_token_names_a_client_one_unit_and_an_end(doors: Doors, claims: dict[str, Any]) -> None:
    try:
        token = _signed(doors, **claims)
    except (TypeError, ValueError, OverflowError):  # a claim that no library writes: write it by hand
        token = _by_hand(doors, claims)
    assert _knock(doors, f"Bearer {token}")[0] == 401


def _by_hand(doors: Doors, claims: dict[str, Any], digest: str = "SHA256") -> str:
    whole = {"client": "epj", "unit": str(CLINIC), "aud": AUDIENCE} | claims
    header = f'{{"alg":"HS{digest[3:]}","typ":"JWT"}}'
    signed = ".".join([_b64(header.encode()), _b64(json.dumps(whole).encode())])
    return f"{signed}.{_b64(hmac.digest(doors.services.keys.token_key(), signed.encode(), digest))}"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_sound_token_opens(doors: Doors) -> None:
    assert _knock(doors, f"Bearer {_signed(doors)}")[0] == 200
    assert _knock(doors, f"Bearer {_by_hand(doors, {'exp': 4102444800})}")[0] == 200
    assert _knock(doors, f"bEARER   {_signed(doors)}")[0] == 200
    assert _knock(doors, f"Bearer {_signed(doors, nbf=NOW)}")[0] == 200


def test_a_token_ends_by_the_hubs_clock(doors: Doors) -> None:
    token = _signed(doors)
    doors.set_clock(NOW + timedelta(minutes=59))
    assert _knock(doors, f"Bearer {token}")[0] == 200
    doors.set_clock(NOW + timedelta(hours=1))
    assert _knock(doors, f"Bearer {token}")[0] == 401


def test_only_this_hubs_key_and_algorithm_count(doors: Doors) -> None:
    claims = {"client": "epj", "unit": str(CLINIC), "aud": AUDIENCE, "exp": NOW + timedelta(hours=1)}
    key = doors.services.keys.token_key()
    forged = [
        jwt.encode(claims, b"x" * 32),
        _by_hand(doors, {"exp": 4102444800}, "SHA384"),
        _by_hand(doors, {"exp": 4102444800}, "SHA512"),
        jwt.encode(claims, None, algorithm="none"),
        ".".join([_b64(b'{"alg":"none"}'), jwt.encode(claims, key).split(".")[1], ""]),
        jwt.encode(claims, key).rpartition(".")[0] + ".",
        jwt.encode(claims, key) + "A",
        _b64(b'{"alg":"HS256","x":' + b"[" * 900 + b"]" * 900 + b"}") + ".e30.e30",
        _b64(b'{"alg":"HS256","x":' + b"[" * 2600) + ".e30.e30",
        _b64(b'{"alg":"HS256","crit":["exp"]}') + ".e30.e30",
        "a.b.c",
        "...",
        "æøå",
        "A" * 30_000,
    ]
    before = doors.head
    for token in forged:
        status, said = _knock(doors, f"Bearer {token}")
        assert status == 401, token[:40]
        assert token[:20] not in said
    for scheme in ("", "Bearer", "Basic YTpi", f"Token {_signed(doors)}", _signed(doors)):
        assert _knock(doors, scheme)[0] == 401
    assert doors.head == before


def test_two_tokens_are_none(doors: Doors) -> None:
    token = f"Bearer {_signed(doors)}"
    answer = doors.at(CLINIC).door.get("/v1/units", headers=[("Authorization", token), ("Authorization", token)])
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "Authorization", "rule": "stands more than once", "source": "RFC 9110 §5.3"}
    ]


def test_a_unit_that_is_not_in_the_directory_may_not_speak(doors: Doors) -> None:
    status, said = _knock(doors, f"Bearer {_signed(doors, unit='kommune/familieafdeling@atlantis')}")
    assert status == 403
    assert json.loads(said)["type"] == "urn:tvaerspor:problem:not-permitted"
    assert "atlantis" not in said


def test_a_body_cannot_speak_for_another_unit(doors: Doors) -> None:
    before = doors.acts()
    body = example("open-case") | {"acting_unit": str(FAMILIES)}
    answer = doors.at(CLINIC).post("/v1/cases", body)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:tvaerspor:problem:not-permitted"
    assert doors.acts() == before
    assert doors.at(CLINIC).post("/v1/cases", body | {"acting_unit": str(CLINIC)}).status_code == 201


def test_what_is_no_door_says_so(doors: Doors) -> None:
    door = doors.at(CLINIC).door
    for path in ("/", "/v1", "/v1/cases/", "/docs", "/redoc", "/v1/nothing", "/%00", "//v1/cases", "/v1/cases/%2e%2e"):
        answer = door.get(path)
        assert answer.status_code in (404, 405, 422), path
        assert answer.headers["content-type"] == PROBLEM, path
    answer = door.delete("/v1/cases")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["type"] == "urn:tvaerspor:problem:method-not-allowed"
