"""A unit that speaks with two hubs at once and compares: one knows a secret of hers, the other does not.

Both clocks stand still, so only ids differ, and they are masked by the order in which they first appear: that an id is
the same as before must be the same in both.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from hub.vocabulary.organisations import Unit
from tests.api.doors import Doors, Json, new_key
from tests.api.story import AT, SOON
from tests.people import CLINIC, DOCTOR, FAMILIES, KAJA, NURSES

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST = re.compile(r'(?<=\d-)[0-9a-f]{16}(?=")')  # of an answer, in its ETag: it covers the ids
_MARK = re.compile(r"(?<=>\.)[0-9a-f]{12}\b")  # tells two acts apart that are known by one id
_CURSOR = re.compile(r"(?<=cursor=)[\w%=.-]+")
_COMMITMENT = re.compile(r'(?<="content_commitment":")[0-9a-f]{64}')  # under a key of the case and the act
_REFERENCE = re.compile(r"(?<=Reference:</b> )[0-9a-f]{16}\b|(?<=\"value\":\")[0-9a-f]{16}(?=\")")  # drawn for a letter
_HUBS_OWN = re.compile(r"127\.0\.0\.1:\d+")
OPENING = {"at": AT, "cpr": KAJA.cpr.digits, "name": "Kaja Test Hansen", "relation": "raadgivning"}
OPENING |= {"due_date": SOON, "municipality": "aabenraa"}
TYPES = ("EpisodeOfCare", "Patient", "CareTeam")
SEARCHED = (*TYPES, "AuditEvent", "Communication", "Consent", "DocumentReference", "Provenance", "Task")


@dataclass
class Side:
    """One hub as the outsider meets it: what it was answered, masked, and by which names it knows things."""

    doors: Doors
    names: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def answered(self, answer: httpx.Response) -> tuple[int, str, str, str]:
        """Status, ETag, Location and body, without ids."""
        headers = (answer.headers.get("etag", ""), answer.headers.get("location", ""))
        return answer.status_code, *(self._masked(text) for text in (*headers, self._body(answer)))

    def _body(self, answer: httpx.Response) -> str:
        """As it came; but what stands by its case's id, drawn by lot, is put in the order the unit came to know them.

        So does the register list its cases, and the audit what was recorded at one moment on several of them.
        """
        path = answer.request.url.path
        if answer.status_code != 200 or path not in ("/v1/compliance/disclosures", "/fhir/AuditEvent"):
            return answer.text
        body = answer.json()
        if path == "/fhir/AuditEvent":
            body.get("entry", []).sort(key=lambda entry: self._place(entry["resource"]["id"][:36]))
        else:
            body["disclosures"].sort(key=lambda line: self._place(line["case"]))
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

    def _place(self, case: str) -> int:
        return self.seen.get(case, len(self.seen))

    def _masked(self, text: str) -> str:
        text = _ID.sub(lambda found: f"<{self.seen.setdefault(found[0], len(self.seen))}>", text)
        for pattern in (_DIGEST, _MARK, _CURSOR, _COMMITMENT, _REFERENCE, _HUBS_OWN):
            text = pattern.sub("~", text)
        return text


@dataclass
class Outsider:
    """The unit. `sides` are the hub that knows and the one that does not."""

    sides: tuple[Side, Side]
    known: str  # the case, in the hub that knows her
    unit: Unit = DOCTOR

    def open(self, key: str = "") -> None:
        """Open a case: the one that others are on, in the one hub; a fresh one in the other."""
        assert self.post("/v1/cases", OPENING, "case", key=key) == 201
        assert self.sides[0].names["case"] == self.known

    def both(self, ask: Callable[[Side], httpx.Response], name: str = "") -> int:
        """The same request to both: the same answer, whose status this is. `name` keeps the id it tells."""
        answers = [ask(side) for side in self.sides]
        one, other = (side.answered(answer) for side, answer in zip(self.sides, answers, strict=True))
        assert one == other, _difference(str(one), str(other))
        for side, answer in zip(self.sides, answers, strict=True):
            if name and answer.status_code == 201:
                side.names[name] = answer.json()["id"]
        return one[0]

    def post(self, path: str, body: Json, name: str = "", key: str = "", **headers: str) -> int:
        """An act."""
        used = key or new_key()

        def ask(side: Side) -> httpx.Response:
            sent = {field: value.format(**side.names) if field == "act" else value for field, value in body.items()}
            return side.doors.at(self.unit).post(path.format(**side.names), sent, key=used, **headers)

        return self.both(ask, name)

    def get(self, path: str, params: Any = None) -> int:
        """A look."""
        return self.both(lambda side: side.doors.at(self.unit).get(path.format(**side.names), params))

    def look_at_everything(self, *, pulls: bool = True) -> None:
        """Every door that shows something of a case, or whether there is one; `pulls` comes for waiting letters too."""
        caller = [side.doors.at(self.unit) for side in self.sides]
        found = [at.post("/v1/cases/search", {"cpr": KAJA.cpr.digits}).json()["cases"] for at in caller]
        one, other = (sorted((case["status"], case["version"]) for case in cases) for cases in found)
        assert one == other
        for path in _looks():
            self.get(path)
        if pulls:
            self.get("/fhir/Bundle")


def _difference(one: str, other: str) -> str:
    """Where the answer of the hub that knows begins to differ, and how the other goes on."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"…{one[max(at - 300, 0) : at]}\n--- knows: {one[at : at + 200]}\n--- other: {other[at : at + 200]}"


def _looks() -> Iterator[str]:
    for path in ("", "/events", "/events?after=2", "/obligations?fulfilled=true", "?as_of=2025-04-07T08:00:00Z"):
        yield "/v1/cases/{case}" + path
    yield "/v1/cases/{case}/events?as_of=2025-04-07T08:00:00Z&legal_time=true"
    yield from ("/v1/compliance/disclosures", "/v1/deliveries", "/v1/deliveries?status=accepted", "/v1/parked-messages")
    for unit in (CLINIC, NURSES, FAMILIES):
        yield f"/v1/compliance/disclosures?discloser={unit}"
    yield "/health/ready"
    for kind in TYPES:
        yield f"/fhir/{kind}/{{case}}"
        yield f"/fhir/{kind}/{{case}}/_history"
    yield "/fhir/EpisodeOfCare/{case}/$everything?_count=100"
    yield from (f"/fhir/{kind}?_count=100" for kind in SEARCHED)
