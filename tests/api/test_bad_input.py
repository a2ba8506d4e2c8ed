"""Bad input gets a problem that names the field and the rule; nothing is stored and nothing is repeated."""

import gzip
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hub.settings import MIB
from tests.api.doors import NOW, PROBLEM, Doors, example, new_key
from tests.api.story import AT, ITEMS
from tests.people import CLINIC, DAUGHTER_CPR, FAMILIES, KAJA, YOUNG
from tests.waiting import PATIENCE

SECRET = "Hemmelige Hansen"  # stands in everything that is sent; must never come back
OPENING = {"at": AT, "cpr": KAJA.cpr.digits, "name": SECRET, "relation": "behandling"}
DISCLOSURE = {
    "at": AT,
    "recipient": str(FAMILIES),
    "subject": {"role": "gravid"},
    "basis": "SUL-43-1",
    "purpose": "stoette_graviditet",
    "items": [{"category": "rusmiddel", "text": SECRET}],
}
GONE = object()


@pytest.fixture(autouse=True)
def case(doors: Doors) -> Iterator[str]:
    """A case that CLINIC knows. Whatever a test here sends, the record of acts stays as it is, and sound."""
    opened = doors.open()
    before = doors.acts()
    yield opened
    assert doors.acts() == before
    head = doors.head
    assert doors.record.verify().covers(head)


def complaint(answer: httpx.Response, status: int) -> dict[str, str]:
    """The first named error of a problem with this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert SECRET not in answer.text
    assert KAJA.cpr.digits not in answer.text
    said = answer.json()
    assert said["type"].startswith("urn:tvaerspor:problem:")
    assert said["status"] == status
    first: dict[str, str] = said["errors"][0]
    assert first["rule"]
    return first


NOT_JSON: dict[str, tuple[bytes, str]] = {
    "cut off": (b'{"at": ', "body"),
    "empty": (b"", "body"),
    "two values": (b"{}{}", "body"),
    "single quotes": (b"{'at': 1}", "body"),
    "comment": (b"{} // x", "body"),
    "trailing comma": (b'{"at": 1,}', "body"),
    "not UTF-8": (b'{"name": "\xe6"}', "body"),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), "body"),
    "byte order mark": (b"\xef\xbb\xbf{}", "body"),
    "a name twice": (b'{"name": "a", "name": "b"}', "name"),
    "a name twice, deep inside": (b'{"items": [{"text": 1, "text": 2}]}', "text"),
    "a CPR number twice as a name": (b'{"2103009996": 1, "2103009996": 2}', "(a name that is no field)"),
    "NaN": (b'{"level": NaN}', "body"),
    "Infinity": (b'{"level": -Infinity}', "body"),
    "too large a number": (b'{"level": 1e400}', "body"),
    "too long a number": (b'{"level": ' + b"9" * 5000 + b"}", "body"),
    "a lone surrogate": (b'{"name": "\\ud800"}', "body"),
    "a lone surrogate as a name": (b'{"\\udfff": 1}', "body"),
    "deep lists": (b"[" * 100_000, "body"),
    "deep closed lists": (b"[" * 30 + b"]" * 30, "body"),
    "deep objects": (b'{"a":' * 30 + b"1" + b"}" * 30, "body"),
    "a raw control character": (b'{"name": "a\x00b"}', "body"),
    "gzip": (gzip.compress(b"{}"), "body"),
}


@pytest.mark.parametrize("name", NOT_JSON)
def test_only_strict_json_is_read(doors: Doors, name: str) -> None:
    content, field = NOT_JSON[name]
    assert complaint(doors.at(CLINIC).raw("/v1/cases", content), 400)["field"] == field
    assert complaint(doors.at(CLINIC).raw("/v1/cases/search", content), 400)["field"] == field
    assert complaint(doors.at(CLINIC).raw("/v1/decisions", content), 400)["field"] == field


@pytest.mark.parametrize("value", [[], "text", 7, None, True, [OPENING]])
def test_a_body_is_an_object(doors: Doors, value: Any) -> None:
    complaint(doors.at(CLINIC).raw("/v1/cases", json.dumps(value).encode()), 422)
    complaint(doors.at(CLINIC).raw("/v1/decisions", json.dumps(value).encode()), 422)


@pytest.mark.parametrize(
    "media",
    ["text/plain", "application/xml", "", "application", "application/jsonp", "application/x-www-form-urlencoded"],
)
def test_only_json_is_taken(doors: Doors, media: str) -> None:
    body = json.dumps(OPENING).encode()
    assert complaint(doors.at(CLINIC).raw("/v1/cases", body, Content_Type=media), 415)["field"] == "Content-Type"


def test_a_body_without_a_type_or_in_an_encoding_is_refused(doors: Doors) -> None:
    body = json.dumps(OPENING).encode()
    assert complaint(doors.at(CLINIC).raw("/v1/cases", body, drop=("Content-Type",)), 415)["field"] == "Content-Type"
    for encoding in ("gzip", "br", "deflate, gzip"):
        packed = doors.at(CLINIC).raw("/v1/cases", gzip.compress(body), Content_Encoding=encoding)
        assert complaint(packed, 415)["field"] == "Content-Encoding"


# One field at a time, on a body that is sound without it: the field, the value, where the complaint points.
OPENINGS: list[tuple[str, Any, str]] = [
    *(("at", value, "at") for value in (GONE, None, 7, 1.5, "", "now", "2025-04-07", [AT], {"at": AT}, True)),
    ("at", "2025-04-07T10:00:00", "at"),
    ("at", "2025-04-07 10:00:00+02:00", "at"),
    ("at", "2025-04-07T10:00:00 02:00", "at"),
    ("at", "2025-02-30T10:00:00+01:00", "at"),
    ("at", "2025-04-07T24:30:00+01:00", "at"),
    ("at", "2025-04-07T10:00:60+01:00", "at"),
    ("at", "2025-04-07T10:00:00+99:00", "at"),
    ("at", "٢٠٢٥-٠٤-٠٧T١٠:٠٠:٠٠Z", "at"),
    ("at", "0001-01-01T00:00:00+14:00", "at"),
    ("at", "1899-12-31T23:59:59Z", "at"),
    ("at", "9999-12-31T23:59:59-14:00", "at"),
    ("at", (NOW + timedelta(minutes=3)).isoformat(), "at"),
    ("at", (NOW + timedelta(days=300)).isoformat(), "at"),
    *(("cpr", value, "cpr") for value in (GONE, None, "", 2103009996, "210300-999", "21030099961", "2103 009996")),
    *(
        ("cpr", value, "cpr")
        for value in (f"3102{KAJA.cpr.digits[4:]}", "0000000000", "210300x996", "٢١٠٣٠٠٩٩٩٦", ["2103009996"])
    ),
    *(("name", value, "name") for value in (GONE, None, "", " ", 7, [], {}, "x" * 201, "a\nb", "a\tb")),
    *(("name", f"a{chr(sign)}b", "name") for sign in (0, 1, 8, 0x1B, 0x7F, 0x85, 0x9F, 0x202E, 0x2066, 0xFFFE)),
    ("address", "x" * 201, "address"),
    ("address", None, "address"),
    *(("due_date", value, "due_date") for value in ("2025-13-01", "2025-4-7", 20250407, "9999-12-31", AT, "", True)),
    *(
        ("municipality", value, "municipality")
        for value in ("atlantis", "", "a b", "../x", 7, "sygehus-soenderjylland")
    ),
    *(("role", value, "role") for value in ("", "a b", "<script>", "x" * 65, 7)),
    *(("person", value, "person") for value in ("", " ", "x" * 201, "a\r\nBcc: b", 7)),
    *(("acting_unit", value, "acting_unit") for value in ("", "x", 7, "kommune/familieafdeling", "a" * 10_000)),
    *(("relation", value, "relation") for value in (GONE, None, "", "nysgerrig", 7, "myndighedssag")),
    ("unknown", "x", "unknown"),
    ("CPR", KAJA.cpr.digits, "CPR"),
    (KAJA.cpr.digits, "x", "(a name that is no field)"),
    (SECRET, "x", "(a name that is no field)"),
    ("æ", "x", "(a name that is no field)"),
]


@pytest.mark.parametrize(("field", "value", "where"), OPENINGS)
def test_a_wrong_field_is_named(doors: Doors, field: str, value: Any, where: str) -> None:
    body = {name: given for name, given in (OPENING | {field: value}).items() if given is not GONE}
    assert complaint(doors.at(CLINIC).post("/v1/cases", body), 422)["field"] == where


DISCLOSURES: list[tuple[tuple[Any, ...], Any, str]] = [
    (("recipient",), "kommune/familieafdeling@atlantis", "recipient"),
    (("recipient",), "kommune/familieafdelingen", "recipient"),
    (("recipient",), "kommune/FAMILIE@aabenraa", "recipient"),
    (("recipient",), "klub/x@aabenraa", "recipient"),
    (("recipient",), "kommune/familieafdeling@aaben\u202eraa", "recipient"),
    (("recipient",), ["kommune/familieafdeling@aabenraa"], "recipient"),
    (("basis",), "SUL-99", "basis"),
    (("basis",), 43, "basis"),
    (("basis",), "", "basis"),
    (("purpose",), "", "purpose"),
    (("purpose",), "støtte", "purpose"),
    (("subject",), None, "subject"),
    (("subject", "role"), "onkel", "subject.role"),
    (("subject", "age"), -1, "subject.age"),
    (("subject", "age"), 10**300, "subject.age"),
    (("subject", "age"), 30.5, "subject.age"),
    (("subject", "age"), "30", "subject.age"),
    (("subject", "age"), True, "subject.age"),
    (("items",), [], "items"),
    (("items",), {}, "items"),
    (("items",), ITEMS * 201, "items"),
    (("items",), ITEMS * 10_000, "items"),
    (("items", 0), "rusmiddel", "items.0"),
    (("items", 0, "category"), "", "items.0.category"),
    (("items", 0, "category"), "rusmiddel\n", "items.0.category"),
    (("items", 0, "text"), "x" * 20_001, "items.0.text"),
    (("items", 0, "text"), "a\u0000b", "items.0.text"),
    (("items", 0, "text"), None, "items.0.text"),
    (("items", 0, "journalised"), "yes", "items.0.journalised"),
    (("items", 0, "journalised"), 1, "items.0.journalised"),
    (("items", 0, "secret"), SECRET, "items.0.secret"),
    (("items", 0, "attachment"), {}, "items.0.attachment.name"),
    (("items", 0, "attachment"), {"name": "../x", "content_type": "a/b", "content": ""}, "items.0.attachment.name"),
    (("items", 0, "attachment"), {"name": "a/b.pdf", "content_type": "a/b", "content": ""}, "items.0.attachment.name"),
    (("items", 0, "attachment"), {"name": ".skjult", "content_type": "a/b", "content": ""}, "items.0.attachment.name"),
    (
        ("items", 0, "attachment"),
        {"name": "a\u202efdp.exe", "content_type": "a/b", "content": ""},
        "items.0.attachment.name",
    ),
    (("items", 0, "attachment"), {"name": "a\nb.pdf", "content_type": "a/b", "content": ""}, "items.0.attachment.name"),
    (("items", 0, "attachment"), {"name": "x" * 121, "content_type": "a/b", "content": ""}, "items.0.attachment.name"),
    (
        ("items", 0, "attachment"),
        {"name": "x", "content_type": "a b", "content": ""},
        "items.0.attachment.content_type",
    ),
    (("items", 0, "attachment"), {"name": "x", "content_type": "a/b", "content": "?"}, "items.0.attachment.content"),
    (("items", 0, "attachment"), {"name": "x", "content_type": "a/b", "content": "æ"}, "items.0.attachment.content"),
    (("items", 0, "attachment"), {"name": "x", "content_type": "a/b", "content": ""}, "items.0.attachment.content"),
    (("already_made",), "false", "already_made"),
    (("already_made",), 0, "already_made"),
    (("act",), "underretning", "act"),
    (("flags",), [], "flags"),
    (("flags", "unknown"), True, "flags.unknown"),
    (("flags", "opted_out"), "no", "flags.opted_out"),
    (("flags", "birth_date"), "yesterday", "flags.birth_date"),
    (("flags", "not_needed"), ["x"] * 10_000, "flags.not_needed"),
    (("flags", "decider"), "x" * 10_000, "flags.decider"),
    (("flags", "at_utc"), "9999-12-31T23:59", "flags.at_utc"),
    (("flags", "aware_at"), "2025-02-29", "flags.aware_at"),
    (("flags", KAJA.cpr.digits), True, "flags"),
    (("at",), (NOW - timedelta(hours=24, minutes=1)).isoformat(), "at"),
]


@pytest.mark.parametrize(("place", "value", "where"), DISCLOSURES)
def test_a_wrong_field_is_named_however_deep(
    doors: Doors, case: str, place: tuple[Any, ...], value: Any, where: str
) -> None:
    body = json.loads(json.dumps(DISCLOSURE))
    inner: Any = body
    for part in place[:-1]:
        inner = inner.setdefault(part, {}) if isinstance(inner, dict) else inner[part]
    inner[place[-1]] = value
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", body)
    assert complaint(answer, 422)["field"] == where


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"items": []}, [("items", "at least 1 of them")]),
        ({"items": ITEMS * 201}, [("items", "at most 200 of them")]),
        ({"items": [{"category": "rusmiddel", "text": "\x85"}]}, [("items.0.text", "text without control characters")]),
        ({"items": [{"category": "rusmiddel", "text": "x" * 20_001}]}, [("items.0.text", "at most 20000 characters")]),
        ({"person": ""}, [("person", "1 or more characters")]),
        ({"person": "a\u2028b"}, [("person", "one line")]),
    ],
)
def test_a_rule_is_said_once_and_in_words(
    doors: Doors, case: str, changed: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    answer = doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", DISCLOSURE | changed)
    complaint(answer, 422)
    assert [(error["field"], error["rule"]) for error in answer.json()["errors"]] == errors


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("birth", {"children": [{"born_at": "2027-04-07T10:00:00+02:00"}]}, "children.0.born_at"),
        ("birth", {"children": [{"born_at": AT, "cpr": DAUGHTER_CPR.digits}] * 2}, "children.1.cpr"),
        ("pregnancy-end", {"at": "1999-05-01T12:00:00+02:00"}, "at"),
        ("due-date", {"due_date": "2055-01-01"}, "due_date"),
        ("information-requests", example("information-request") | {"at": AT, "answer_by": "2025-04-06"}, "answer_by"),
    ],
)
def test_what_no_pregnancy_has_is_refused_and_nothing_recorded(
    doors: Doors, case: str, path: str, body: dict[str, Any], field: str
) -> None:
    wrong = complaint(doors.at(CLINIC).post(f"/v1/cases/{case}/{path}", {"at": AT} | body), 422)
    assert (wrong["field"], wrong["source"]) == (field, "GDPR art. 5(1)(d)")


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({}, "municipality"),
        ({"municipality": "aabenra"}, "municipality"),
        ({"municipality": "odense", "elsewhere": {"where": "abroad"}}, "elsewhere"),
        ({"elsewhere": {"where": "municipality"}}, "elsewhere.name"),
        ({"elsewhere": {"where": "unknown", "name": "Odense"}}, "elsewhere.name"),
        ({"elsewhere": {"where": "municipality", "name": "odense  Kommune"}}, "elsewhere.name"),
        ({"elsewhere": {"where": "månen"}}, "elsewhere.where"),
    ],
)
def test_a_move_names_one_place_and_one_of_the_directory_by_its_key(
    doors: Doors, case: str, stated: dict[str, Any], field: str
) -> None:
    wrong = complaint(doors.at(CLINIC).post(f"/v1/cases/{case}/municipality", {"at": AT} | stated), 422)
    assert wrong["field"] == field


def test_a_number_of_somebody_who_is_not_born_yet_opens_no_case(doors: Doors) -> None:
    body = OPENING | {"at": "2009-04-07T10:00:00+02:00", "cpr": YOUNG.cpr.digits}
    assert complaint(doors.at(CLINIC).post("/v1/cases", body), 422)["field"] == "cpr"


def test_what_was_done_long_ago_can_only_be_registered(doors: Doors, case: str) -> None:
    at = (NOW - timedelta(hours=24, minutes=1)).isoformat()
    said = complaint(doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", DISCLOSURE | {"at": at}), 422)
    assert "24 hours" in said["rule"]
    assert "already_made" in said["rule"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"act": "sladder"}, "act"),
        ({"at": "i går"}, "at"),
        ({"at": "0001-01-01T00:00"}, "at"),
        ({"extra": 1}, "extra"),
        ({"basis_invoked": "SUL-99"}, "basis_invoked"),
        ({"categories": ["x"] * 10_000}, "categories"),
        ({"categories": [["x"]]}, "categories[0]"),
        ({"consents": [{"form": "written"}]}, "consents[0].given_at"),
        ({"subject": {"role": "gravid", "age": 10**400}}, "subject.age"),
        ({"discloser": SECRET}, "discloser"),
        ({KAJA.cpr.digits: 1}, "body"),
    ],
)
def test_a_question_to_the_law_is_read_as_strictly(doors: Doors, changed: dict[str, Any], field: str) -> None:
    answer = doors.at(CLINIC).post("/v1/decisions", example("decision") | changed)
    assert complaint(answer, 422)["field"] == field


def test_a_cpr_number_never_stands_in_a_url(doors: Doors, case: str) -> None:
    clinic = doors.at(CLINIC)
    for path, query in (
        (f"/v1/cases/{case}", {"cpr": KAJA.cpr.digits}),
        (f"/v1/cases/{case}", {"purpose": KAJA.cpr.digits}),
        (f"/v1/cases/{case}", {"purpose": "Kaja Hansen"}),
        (f"/v1/cases/{case}/events", {"purpose": "210300 9996"}),
        ("/v1/compliance/disclosures", {KAJA.cpr.digits: "x"}),
    ):
        complaint(clinic.get(path, params=query), 422)
    assert clinic.get(f"/v1/cases/{KAJA.cpr.digits}").status_code == 422
    assert clinic.get("/v1/cases/search", params={"cpr": KAJA.cpr.digits}).status_code in (405, 422)


QUERIES = [
    ("", {"as_of": "yesterday"}, "as_of"),
    ("", {"as_of": "2025-04-07T10:00:00"}, "as_of"),
    ("", {"as_of": "0001-01-01T00:00:00Z"}, "as_of"),
    ("", {"as_of": "9999-12-31T23:59:59Z"}, "as_of"),
    ("", {"as_of": ""}, "as_of"),
    ("", {"as_of": "\x00"}, "as_of"),
    ("", [("as_of", AT), ("as_of", AT)], "as_of"),
    ("", {"as_fo": AT}, "as_fo"),
    ("", {"legal_time": "true"}, "legal_time"),
    ("", {"legal_time": "perhaps", "as_of": AT}, "legal_time"),
    ("", {"purpose": "x" * 61}, "purpose"),
    ("/events", {"after": "-1"}, "after"),
    ("/events", {"after": "9" * 5000}, "after"),
    ("/events", {"after": "1e3"}, "after"),
    ("/obligations", {"fulfilled": "7"}, "fulfilled"),
]


@pytest.mark.parametrize(("path", "query", "field"), QUERIES)
def test_a_query_is_read_strictly(doors: Doors, case: str, path: str, query: Any, field: str) -> None:
    assert complaint(doors.at(CLINIC).get(f"/v1/cases/{case}{path}", params=query), 422)["field"] == field


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/v1/compliance/disclosures", {"from": "2025-04-07"}, "from"),
        ("/v1/compliance/disclosures", {"since": AT}, "since"),
        ("/v1/compliance/disclosures", {"basis": "a b"}, "basis"),
        ("/v1/compliance/disclosures", {"discloser": "nobody"}, "discloser"),
        ("/v1/compliance/disclosures", {"outcome": "perhaps"}, "outcome"),
        ("/v1/compliance/disclosures", {"case": "x"}, "case"),
        ("/v1/compliance/disclosures", {"after": "x"}, "after"),
        ("/v1/compliance/disclosures", {"legal_time": "true"}, "legal_time"),
        ("/v1/deliveries", {"status": "lost"}, "status"),
        ("/v1/deliveries", {"count": "0"}, "count"),
        ("/v1/deliveries", {"count": "501"}, "count"),
        ("/v1/units", {"q": "x"}, "q"),
        ("/v1/law/bases/SUL-43-1", {"on": "someday"}, "on"),
    ],
)
def test_every_list_reads_its_filters_strictly(doors: Doors, path: str, query: Any, field: str) -> None:
    assert complaint(doors.at(CLINIC).get(path, params=query), 422)["field"] == field


@pytest.mark.parametrize(
    "query",
    [
        {"_lastUpdated": "lt2025-04-07T10:00:00Z"},
        {"_lastUpdated": "ge2025"},
        {"_lastUpdated": "ge0001-01-01T00:00:00Z"},
        {"_count": "0"},
        {"_count": "x"},
        {"cursor": "x"},
        {"cursor": "æ"},
        {"cursor": "A" * 20_001},
        {"patient": "2103009996"},
        {"_sort": "-_lastUpdated"},
    ],
)
def test_the_pull_door_complains_in_fhir(doors: Doors, query: dict[str, str]) -> None:
    answer = doors.at(FAMILIES).get("/fhir/Bundle", params=query)
    assert answer.status_code == (400 if "patient" in query else 422)
    assert answer.headers["content-type"] == "application/fhir+json"
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["code"] == "invalid"
    assert "2103009996" not in answer.text


def test_ids_in_paths_are_ids(doors: Doors, case: str) -> None:
    clinic = doors.at(CLINIC)
    for path in ("x", "%00", "..%2f..", "%ff", "1" * 5000, "%F0%9F%91%B6", "null", "{case}"):
        answer = clinic.get(f"/v1/cases/{path}")
        assert answer.status_code in (404, 422), path
        if answer.status_code == 422:
            assert complaint(answer, 422) == {"field": "case", "rule": "an id as the hub gave it out"}


def _padded(size: int, body: dict[str, Any]) -> bytes:
    """The body with blanks behind it, so many bytes in all."""
    return json.dumps(body).encode().ljust(size)


def test_a_body_over_the_limit_is_refused_and_one_at_it_is_not(doors: Doors, case: str) -> None:
    clinic = doors.at(CLINIC)
    wrong = DISCLOSURE | {"purpose": ""}
    most = doors.services.settings.server.upload_limit  # 10 MiB of documents in base64, and the words beside them
    assert 10 * MIB * 4 // 3 + MIB <= most <= 10 * MIB * 4 // 3 + MIB + 4
    for path, limit in (
        ("/v1/cases", MIB),
        ("/v1/cases/search", MIB),
        ("/v1/decisions", MIB),
        (f"/v1/cases/{case}/parties", MIB),
        (f"/v1/cases/{case}/consents", MIB),
        (f"/v1/cases/{case}/disclosures", most),
        (f"/v1/cases/{case}/concerns", most),
        (f"/v1/cases/{case}/referrals", most),
    ):
        assert clinic.raw(path, _padded(limit, wrong)).status_code == 422, path
        said = complaint(clinic.raw(path, _padded(limit + 1, wrong)), 413)
        assert said == {"field": "body", "rule": f"at most {limit} bytes"}, path


@pytest.mark.parametrize("act", ["contact", "no-show", "acceptance", "completion"])
def test_a_door_that_takes_no_document_takes_no_large_body(doors: Doors, case: str, act: str) -> None:
    path = f"/v1/cases/{case}/referrals/{case}/{act}"
    assert complaint(doors.at(CLINIC).raw(path, _padded(MIB + 1, {"at": AT})), 413)["field"] == "body"


def test_a_body_in_chunks_is_bounded_as_well(doors: Doors) -> None:
    def chunks(size: int) -> Iterator[bytes]:
        yield from (b" " * 65_536 for _ in range(size // 65_536))
        yield json.dumps(OPENING | {"name": ""}).encode()

    assert doors.at(CLINIC).raw("/v1/cases", chunks(MIB // 2)).status_code == 422
    assert complaint(doors.at(CLINIC).raw("/v1/cases", chunks(2 * MIB)), 413)["field"] == "body"


def _spoken(doors: Doors, head: str, body: bytes) -> bytes:
    """What the server answers to these very bytes, until it hangs up or falls silent."""
    host, port = doors.url.removeprefix("http://").split(":")
    token = doors.token(CLINIC)
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(f"{head}Authorization: Bearer {token}\r\nIdempotency-Key: {new_key()}\r\n\r\n".encode() + body)
        line.shutdown(socket.SHUT_WR)
        said = b""
        while chunk := line.recv(65_536):
            said += chunk
        return said


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 999999999999\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 900\r\n",
        "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Content-Length: \u00b2\r\n",
    ],
)
def test_lengths_that_lie_break_nothing(doors: Doors, lengths: str) -> None:
    head = f"POST /v1/cases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{lengths}"
    said = _spoken(doors, head, json.dumps(OPENING).encode())
    assert not said.startswith((b"HTTP/1.1 5", b"HTTP/1.1 2")), said[:200]
    assert SECRET.encode() not in said
    assert doors.at(CLINIC).door.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    "garbage",
    [
        "Host: [::1",
        "Host: a b",
        "Host: \x00",
        "Cookie: " + "x" * 60_000,
        "X: \xff\xfe",
        "Host: x\r\nHost: y",
        "A" * 9000,
    ],
)
def test_odd_headers_break_nothing(doors: Doors, garbage: str) -> None:
    for path in ("/v1/units", "/fhir/metadata", "/fhir/Bundle", "/v1/nothing", "/v1/cases/"):
        said = _spoken(doors, f"GET {path} HTTP/1.1\r\nConnection: close\r\n{garbage}\r\n", b"")
        assert not said.startswith(b"HTTP/1.1 5"), (path, said[:200])


@pytest.mark.parametrize(
    "line",
    [
        "BREW /v1/cases",
        "GET /v1/cases/\x00",
        "GET http://[::1/v1/units",
        "GET *",
        "GET /v1/units?\xff",
        "GET //",
        "G\xe6T /",
    ],
)
def test_odd_request_lines_break_nothing(doors: Doors, line: str) -> None:
    said = _spoken(doors, f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", b"")
    assert not said.startswith(b"HTTP/1.1 5"), said[:200]
    assert doors.at(CLINIC).door.get("/health/live").status_code == 200


def test_a_client_that_hangs_up_is_no_fault(doors: Doors, capfd: pytest.CaptureFixture[str]) -> None:
    host, port = doors.url.removeprefix("http://").split(":")
    head = f"POST /v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {doors.token(CLINIC)}\r\n"
    head += f"Idempotency-Key: {new_key()}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(head.encode() + b'{"at"')
    assert doors.at(CLINIC).door.get("/health/live").status_code == 200
    said = "".join(capfd.readouterr())
    assert "bug" not in said
    assert "Traceback" not in said


def test_absurd_queries_break_nothing(doors: Doors, case: str) -> None:
    clinic = doors.at(CLINIC)
    for query in (
        "&" * 5000,
        "=" * 5000,
        "%" * 5000,
        "a=" * 3000,
        "as_of=%00",
        "%ff=%ff",
        "as_of[]=1",
        ";" * 100,
        "?" * 9,
    ):
        answer = clinic.door.get(f"/v1/cases/{case}?{query}")
        assert answer.status_code in (200, 422), query[:20]
