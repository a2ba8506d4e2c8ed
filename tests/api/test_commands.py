"""What every act promises: once only, at the version that was seen, and a no that is recorded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from hub.api.route import RecordingRoute
from tests.api.doors import NOW, PROBLEM, Doors, new_key, routes_of
from tests.api.story import ACTS, AT, told
from tests.people import CHARITY, CLINIC, DOCTOR, FAMILIES, KIRSTEN, NANCY, NURSES, YOUNG

TRIED_ELSEWHERE = {
    "/v1/cases/{case}/concerns/received",  # the familieafdeling's alone: test_notifiers
    "/v1/cases/{case}/consents/{consent}/confirmation",  # of another unit's consent: test_consents
    "/v1/parked-messages/{message}/placement",  # needs a message that came in over FHIR: tests/api/fhir
}
NOWHERE = "00000000-0000-4000-8000-000000000000"


def recording_doors(doors: Doors) -> set[str]:
    """The templates of every door that records."""
    return {route.path for route in routes_of(doors) if isinstance(route, RecordingRoute)}


def test_the_story_tries_every_door_that_records(doors: Doors) -> None:
    tried = {act.door for act in ACTS}
    assert tried | TRIED_ELSEWHERE == recording_doors(doors)


def test_a_repeat_gives_the_very_same_answer(either: Doors) -> None:
    story = list(told(either, "once"))
    acts = either.acts()
    for element in story:
        again = either.at(element.act.by).post(element.path, element.body, key=element.key)
        assert (again.status_code, again.content) == (element.answer.status_code, element.answer.content), element.path
        for header in ("etag", "location", "content-type"):
            assert again.headers[header] == element.answer.headers[header], element.path
    assert either.acts() == acts
    head = either.head
    assert either.record.verify().covers(head)


def test_a_repeat_does_not_depend_on_when_it_comes_or_what_was_seen(doors: Doors) -> None:
    case, key = doors.open(cpr=KIRSTEN.cpr.digits), new_key()
    body = {"at": AT, "recipient": str(FAMILIES), "purpose": "x", "basis": "SUL-43-1"}
    body |= {"items": [{"category": "rusmiddel", "text": "…"}]}
    path = f"/v1/cases/{case}/disclosures"
    first = doors.at(CLINIC).post(path, body, key=key)
    assert first.status_code == 403
    doors.at(CLINIC).post(f"/v1/cases/{case}/care-level", {"at": AT, "level": 1})
    doors.set_clock(NOW + timedelta(days=40))
    again = doors.at(CLINIC).post(path, body, key=key, If_Match='"1"')
    assert (again.status_code, again.content) == (403, first.content)
    assert doors.at(CLINIC).post(path, body).status_code == 422  # under a new key it is an act dated too far back


def test_the_same_letter_under_another_key_is_taken_with_a_hint(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open(cpr=NANCY.cpr.digits)
    (concern,) = (act.body for act in ACTS if act.path.endswith("/concerns"))
    path, second = f"/v1/cases/{case}/concerns", new_key()
    first, again = clinic.post(path, concern), clinic.post(path, concern, key=second)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "looks_like" not in first.json()
    assert again.json()["looks_like"] == first.json()["id"] != again.json()["id"]
    assert clinic.post(path, concern, key=second).content == again.content
    other = clinic.post(path, concern | {"seen_and_heard": "Noget andet."})
    assert "looks_like" not in other.json()


def test_the_same_key_with_another_request_is_refused(doors: Doors) -> None:
    clinic, case, key = doors.at(CLINIC), doors.open(), new_key()
    other = doors.open(cpr=NANCY.cpr.digits)
    assert doors.open(NURSES) == case
    body = {"at": AT, "level": 2}
    assert clinic.post(f"/v1/cases/{case}/care-level", body, key=key).status_code == 201
    before = doors.acts()
    opening = {"at": AT, "cpr": KIRSTEN.cpr.digits, "name": "Kirsten Test Berggren", "relation": "behandling"}
    for path, sent in (
        (f"/v1/cases/{case}/care-level", {"at": AT, "level": 3}),
        (f"/v1/cases/{case}/care-level", body | {"person": "Signe Lund"}),
        (f"/v1/cases/{case}/due-date", {"at": AT, "due_date": "2025-10-02"}),
        (f"/v1/cases/{other}/care-level", body),
        ("/v1/cases", opening),
    ):
        answer = clinic.post(path, sent, key=key)
        assert answer.status_code == 422, path
        assert answer.json()["type"] == "urn:tvaerspor:problem:idempotency-key-reused"
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    same_name = doors.at(NURSES, f"system of {CLINIC.unit}")
    assert same_name.post(f"/v1/cases/{case}/care-level", body, key=key).status_code == 422  # another unit's answer
    assert doors.acts() == before
    assert doors.at(NURSES).post(f"/v1/cases/{case}/care-level", body, key=key).status_code == 201  # another client


def test_a_key_that_joined_a_case_opens_no_other(doors: Doors) -> None:
    doors.open(cpr=NANCY.cpr.digits)
    families, key = doors.at(FAMILIES), new_key()
    joining = {"at": AT, "cpr": NANCY.cpr.digits, "name": "Nancy Berggren", "relation": "myndighedssag"}
    assert families.post("/v1/cases", joining, key=key).status_code == 201
    before = doors.acts()
    answer = families.post("/v1/cases", joining | {"cpr": KIRSTEN.cpr.digits}, key=key)
    assert answer.status_code == 422
    assert doors.acts() == before


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 201, "nøgle"])
def test_without_a_key_nothing_is_recorded(doors: Doors, key: str | None) -> None:
    before = doors.acts()
    headers = {} if key is None else {"Idempotency-Key": key.encode()}
    for path in sorted(recording_doors(doors)):
        full = "/".join(NOWHERE if part.startswith("{") else part for part in path.split("/"))
        answer = doors.at(CLINIC).door.post(full, json={}, headers=headers)
        assert (answer.status_code, full) == (400, full)
        assert answer.headers["content-type"] == PROBLEM
        assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]
    assert doors.acts() == before


def test_one_key_sent_many_times_at_once_is_one_act(either: Doors) -> None:
    opening = {"at": AT, "cpr": KIRSTEN.cpr.digits, "name": "Kirsten Test Berggren", "relation": "behandling"}
    clinic = either.at(CLINIC)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: clinic.post("/v1/cases", opening, key="open-once"), range(8)))
        assert {(document.status_code, document.content) for document in opened} == {(201, opened[0].content)}
        path = f"/v1/cases/{opened[0].json()['case']}/care-level"
        levels = list(pool.map(lambda _: clinic.post(path, {"at": AT, "level": 2}, key="once"), range(8)))
    assert {(level.status_code, level.content) for level in levels} == {(201, levels[0].content)}
    assert either.acts() == 3


def test_many_acts_at_once_on_one_case_are_all_recorded(either: Doors) -> None:
    case, clinic = either.open(cpr=KIRSTEN.cpr.digits), either.at(CLINIC)
    with ThreadPoolExecutor(8) as pool:
        posted = pool.map(
            lambda n: clinic.post(f"/v1/cases/{case}/coordinator", {"at": AT, "name": f"Nummer {n}"}), range(24)
        )
        answers = list(posted)
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(3, 27))


def test_one_woman_has_one_open_case_however_many_open_it(either: Doors) -> None:
    with ThreadPoolExecutor(3) as pool:
        cases = set(pool.map(lambda unit: either.open(unit, cpr=NANCY.cpr.digits), (CLINIC, FAMILIES, NURSES)))
    assert len(cases) == 1


def test_a_stale_version_is_refused_and_the_right_one_taken(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open()
    path = f"/v1/cases/{case}/care-level"
    tag = clinic.get(f"/v1/cases/{case}").headers["etag"]
    assert clinic.post(path, {"at": AT, "level": 1}, If_Match=tag).status_code == 201
    before = doors.acts()
    stale = clinic.post(path, {"at": AT, "level": 2}, If_Match=tag)
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:tvaerspor:problem:stale-version")
    assert doors.acts() == before
    fresh = clinic.get(f"/v1/cases/{case}").headers["etag"]
    before, after = (int(etag.strip('"').partition("-")[0]) for etag in (tag, fresh))
    assert after == before + 1
    posted = clinic.post(path, {"at": AT, "level": 2}, If_Match=fresh).headers["etag"]
    assert posted == f'"{after + 1}"'
    assert clinic.post(path, {"at": AT, "level": 2}, If_Match=posted).status_code == 201
    assert clinic.post(path, {"at": AT, "level": 2}, If_Match="*").status_code == 201
    for nonsense in ("7", 'W/"1"', '"1-x"', f'"1-{"A" * 16}"', '"1", "2"', '"x"', '"1', "æ", '"' + "9" * 13 + '"'):
        answer = clinic.post(path, {"at": AT, "level": 2}, If_Match=nonsense.encode())
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "If-Match"), nonsense


def test_opening_does_not_tell_a_version_by_if_match(doors: Doors) -> None:
    doors.open()
    body = {"at": AT, "cpr": "2103009996", "name": "Kaja Hansen", "relation": "behandling"}
    assert doors.at(DOCTOR).post("/v1/cases", body, If_Match='"77"').status_code == 201


def test_what_was_seen_is_not_sent_again(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open()
    seen = clinic.get(f"/v1/cases/{case}")
    tag = seen.headers["etag"]
    for stated in (tag, f"W/{tag}", f'"0", {tag}'):
        again = clinic.get(f"/v1/cases/{case}", If_None_Match=stated)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert clinic.get(f"/v1/cases/{case}", If_None_Match='"0"').status_code == 200


def test_what_changes_by_time_alone_is_sent_again(doors: Doors) -> None:
    clinic, case = doors.at(CLINIC), doors.open()
    consent = next(act for act in ACTS if act.told == "consent")
    assert clinic.post(f"/v1/cases/{case}/consents", consent.body).status_code == 201
    tag = clinic.get(f"/v1/cases/{case}").headers["etag"]
    doors.set_clock(NOW + timedelta(days=370))
    lapsed = clinic.get(f"/v1/cases/{case}", If_None_Match=tag)
    assert (lapsed.status_code, lapsed.json()["consents"][-1]["status"]) == (200, "lapsed")
    assert lapsed.headers["etag"].partition("-")[0] == tag.partition("-")[0]


def test_a_case_one_may_not_know_is_a_case_there_is_not(doors: Doors) -> None:
    case = doors.open()
    stranger, before = doors.at(CHARITY), doors.acts()
    hers = doors.open(CHARITY, cpr=YOUNG.cpr.digits)
    for path in sorted({act.path for act in ACTS} - {"/v1/cases"}):
        body = next(act.body for act in ACTS if act.path == path)
        body = {name: value for name, value in body.items() if name != "act"} | ({"act": hers} if "act" in body else {})
        paths = [path.replace("{case}", known) for known in (case, NOWHERE)]
        paths = [url.replace("{task}", "1").replace("{child}", "1") for url in paths]
        answers = [stranger.post("/".join(NOWHERE if "{" in p else p for p in url.split("/")), body) for url in paths]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}, path
    for path in ("", "/events", "/obligations"):
        read = [stranger.get(f"/v1/cases/{known}{path}") for known in (case, NOWHERE)]
        assert {(document.status_code, document.content) for document in read} == {(404, read[0].content)}
    assert doors.acts() == before + 3  # made, joined, the municipality
    assert stranger.get("/v1/compliance/disclosures", params={"case": case}).json()["disclosures"] == []
    assert stranger.get("/v1/deliveries", params={"case": case}).json()["deliveries"] == []


def test_a_no_is_an_answer_and_an_event(doors: Doors) -> None:
    story = list(told(doors, "a-no"))
    case = story[0].answer.json()["case"]
    refusal = next(step.answer for step in story if step.answer.status_code == 403)
    said = refusal.json()
    assert refusal.headers["content-type"] == PROBLEM
    assert said["type"] == "urn:tvaerspor:problem:refused"
    assert (said["status"], said["reason"], said["case"]) == (403, "CONSENT_WITHDRAWN", case)
    assert said["hjemmel"]["invoked"] == "SUL-43-1"
    assert "§ 43" in said["hjemmel"]["citation"]
    assert said["hjemmel"]["edition"]
    assert said["explanation"]["da"]
    assert refusal.headers["etag"] == f'"{said["version"]}"'
    stored = [
        recorded.event for recorded in doors.record.stream(UUID(case)) if recorded.name == "disclosure-refused.v1"
    ]
    assert [str(getattr(event, "disclosure", None)) for event in stored] == [said["decision"]]
    seen = doors.at(CLINIC).get(f"/v1/cases/{case}").json()
    assert [row["id"] for row in seen["refusals"]] == [said["decision"]]
    assert doors.at(FAMILIES).get(f"/v1/cases/{case}").json()["refusals"] == []
