"""What was not told is not known, by any door: whatever is recorded, held, abandoned or refused (hub/decisions/0007).

Random stories. Three units write to a hub about Kaja, and to the outsider about her, in letters that do not leave; in
the other hub they do nothing. What the outsider is told, it is told in both. At every moment both hubs must answer it
with the same bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.vocabulary.organisations import Unit
from projections import outbox
from projections.outbox import OutboxEntry
from tests.api.doors import NOW, Doors, Json, serving
from tests.api.outsider import OPENING, Outsider, Side
from tests.api.story import AT, GRAVID, ITEMS, SOON
from tests.endurance import times
from tests.people import CLINIC, DOCTOR, FAMILIES, KAJA, NURSES

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # a story takes seconds, and says by itself what leaked
STORIES = times(4, 400)  # the long run is an hour
LONG_AGO = (NOW - timedelta(days=450)).isoformat()
LONGER_AGO = (NOW - timedelta(days=500)).isoformat()
WHO = {"at": AT, "person": "Signe Lund", "role": "jordemoder"}
CONSENT = WHO | {
    "form": "written",
    "given_by": "gravid",
    "disclosers": [str(CLINIC)],
    "recipients": [str(DOCTOR), str(FAMILIES)],
    "categories": ["rusmiddel"],
    "purposes": ["stoette_graviditet"],
    "subjects": ["gravid"],
    "journalised": True,
}
TO_TREAT = {"form": "oral", "disclosers": [str(NURSES)], "recipients": [str(DOCTOR)], "purposes": ["behandling"]}
DISCLOSURE = WHO | {
    "recipient": str(DOCTOR),
    "subject": GRAVID,
    "basis": "SUL-43-1",
    "purpose": "stoette_graviditet",
    "items": ITEMS,
}
REFERRAL = DISCLOSURE | {"basis": "SUL-41-1", "purpose": "behandling", "reason": "Henvises."}
CONCERN = WHO | {
    "recipient": str(FAMILIES),
    "subject": GRAVID,
    "basis": "BL-133-1-2",
    "occasion": "Udeblevet.",
    "seen_and_heard": "Påvirket.",
    "items": ITEMS,
    "notification": {"consent_sought": "refused", "balancing_recorded": False, "parents_informed": True},
}
REQUEST = WHO | {
    "recipient": str(DOCTOR),
    "basis": "RSL-11c-1-1",
    "consent": False,
    "case_type": "BL-26",
    "purpose": "undersoegelse_boernefaglig",
    "subject": GRAVID,
    "investigated": ["gravid"],
    "reason": "Vi undersøger.",
    "requested": ["rusmiddel"],
    "ean": "9521000000018",
}
PLAN: Json = WHO | {
    "title": "Støtte",
    "agreed_with_citizen_at": AT,
    "tasks": [{"what": "Samtale", "responsible": str(DOCTOR), "due": SOON}],
}
# What the others do in the hub that knows: who, where, with which body. A no of the law, or of the case, is welcome.
SECRETS: dict[str, tuple[Unit, str, Json]] = {
    "consent": (CLINIC, "consents", CONSENT),
    "consent declined": (CLINIC, "consents", CONSENT | {"given": False}),
    "consent of long ago": (CLINIC, "consents", CONSENT | {"at": LONGER_AGO}),
    "withdrawal": (CLINIC, "consents/{consent}/withdrawal", WHO),
    "disclosure": (CLINIC, "disclosures", DISCLOSURE),
    "made long ago": (CLINIC, "disclosures", DISCLOSURE | {"at": LONG_AGO, "already_made": True}),
    "correction": (CLINIC, "disclosures/{disclosure}/correction", WHO | {"items": ITEMS}),
    "retraction": (CLINIC, "acts/{disclosure}/correction", WHO | {"wrong": ["item-1"]}),
    "correction of an act": (CLINIC, "acts/{disclosure}/correction", WHO | {"items": ITEMS}),
    "her being told": (CLINIC, "disclosures/{disclosure}/citizen-informed", WHO | {"how": "i telefonen"}),
    "concern": (CLINIC, "concerns", CONCERN),
    "concern to the wrong one": (CLINIC, "concerns", CONCERN | {"recipient": str(DOCTOR)}),
    "referral": (NURSES, "referrals", REFERRAL),
    "request": (FAMILIES, "information-requests", REQUEST),
    "party": (CLINIC, "parties", WHO | {"unit": str(DOCTOR)}),
    "plan": (CLINIC, "plans", PLAN),
    "care level": (NURSES, "care-level", WHO | {"level": 3}),
    "move": (CLINIC, "municipality", WHO | {"municipality": "odense"}),
    "a number": (CLINIC, "identification", WHO | {"replacement_number": "2103002AB4"}),
    "address protected": (CLINIC, "address-protection", WHO | {"protected": True}),
    "closure": (CLINIC, "closure", WHO | {"reason": "Nu er det slut."}),
    "reopening": (CLINIC, "reopening", WHO | {"reason": "Der er mere."}),
}
# What becomes of the letters to the outsider that wait, short of leaving.
FATES = ("queued", "abandoned")
# What the outsider does, in both hubs.
OWN: dict[str, tuple[str, Json]] = {
    "opening": ("/v1/cases", OPENING),
    "own consent": ("/v1/cases/{case}/consents", CONSENT | {"disclosers": [str(DOCTOR)], "recipients": [str(CLINIC)]}),
    "own disclosure": ("/v1/cases/{case}/disclosures", DISCLOSURE | {"recipient": str(CLINIC)}),
    "own party": ("/v1/cases/{case}/parties", WHO | {"unit": str(FAMILIES)}),
    "own care level": ("/v1/cases/{case}/care-level", WHO | {"level": 2}),
    "own closure": ("/v1/cases/{case}/closure", WHO | {"reason": "Nu er det slut."}),
}
STEPS = st.lists(
    st.one_of(st.sampled_from((*SECRETS, "consent", "disclosure")), st.sampled_from((*FATES, *OWN, "told", "looks"))),
    min_size=1,
    max_size=12,
)


@dataclass
class Story:
    """Two hubs, and what happens in them."""

    outsider: Outsider
    secrets: dict[str, str] = field(default_factory=dict)
    pullable: bool = False  # a letter waits that may leave: only who comes for it learns of it

    @property
    def knows(self) -> Doors:
        """The hub that knows."""
        return self.outsider.sides[0].doors

    def play(self, step: str) -> None:
        """One step, whatever it is."""
        if step in SECRETS:
            self._secretly(step)
        elif step in FATES:
            self._befall(step)
        elif step == "told":
            for side in self.outsider.sides:
                self._tell(side)
        elif step == "looks":
            self.outsider.look_at_everything(pulls=not self.pullable)
        else:
            path, body = OWN[step]
            self.outsider.post(path, body, "case" if step == "opening" else "")

    def _secretly(self, step: str) -> None:
        unit, path, body = SECRETS[step]
        names = {"consent": str(uuid4()), "disclosure": str(uuid4())} | self.secrets
        answer = self.knows.at(unit).post(f"/v1/cases/{self.outsider.known}/{path.format(**names)}", body)
        assert answer.status_code in (201, 403, 404, 409), answer.text
        if answer.status_code == 201 and path in ("consents", "disclosures"):
            self.secrets[path.removesuffix("s")] = answer.json()["id"]

    def _befall(self, fate: str) -> None:
        """The letters to the outsider that nobody has taken up: opened, and held where something stands in the way."""
        dispatcher = self.knows.services.dispatcher
        for due in waiting(self.knows):
            dispatcher.work([due])
            standing = dispatcher.deliveries.of(due.delivery).state
            if standing is None:
                continue  # it waits for the letter that it corrects
            if fate == "abandoned":
                dispatcher.bounced(due, "no-safe-channel")
            self.pullable = self.pullable or standing.status != "held"

    def _tell(self, side: Side) -> None:
        """A referral of the nurses', which leaves; of the letters to the outsider it alone."""
        doors, nurses = side.doors, side.doors.at(NURSES)
        case = side.names["case"] = nurses.post("/v1/cases", OPENING).json()["case"]
        assert nurses.post(f"/v1/cases/{case}/consents", CONSENT | TO_TREAT).status_code == 201
        sent = nurses.post(f"/v1/cases/{case}/referrals", REFERRAL)
        assert sent.status_code == 201, sent.text
        (due,) = [due for due in waiting(doors) if due.act == UUID(sent.json()["id"])]
        doors.services.dispatcher.work([due])
        assert doors.services.dispatcher.hand_over(due.delivery)


def waiting(doors: Doors) -> list[OutboxEntry]:
    """The letters to the outsider that nobody has taken up."""
    assert doors.workers.caught_up()
    with doors.record.engine.connect() as connection:
        return [due for due in outbox.waiting(connection) if (due.recipient, due.status) == (DOCTOR, "due")]


@contextmanager
def two_hubs() -> Iterator[Story]:
    """One where the clinic, the nurses and the municipality are on her case, and one where nobody is."""
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as other,
        serving(Path(one), dispatch=False) as known,
        serving(Path(other), dispatch=False) as unknown,
    ):
        known.letters_wait = unknown.letters_wait = True
        cases = {known.at(unit).post("/v1/cases", OPENING).json()["case"] for unit in (CLINIC, NURSES, FAMILIES)}
        (case,) = cases
        sides = (Side(known, {"case": case}), Side(unknown, {"case": str(uuid4())}))
        yield Story(Outsider(sides, case))


@pytest.mark.endures
@settings(max_examples=STORIES, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
@given(steps=STEPS)
def test_both_hubs_answer_with_the_same_bytes(steps: list[str]) -> None:
    with two_hubs() as story:
        for step in steps:
            story.play(step)
        story.play("looks")


def test_a_letter_that_is_held_tells_nothing() -> None:
    """C01 and C21: she withdrew before it left."""
    with two_hubs() as story:
        for step in ("looks", "consent", "disclosure", "withdrawal", "queued", "looks", "opening", "looks"):
            story.play(step)
        assert not story.pullable


def test_the_retraction_of_a_letter_that_never_left_tells_nothing() -> None:
    """C01 and C07: she withdrew before it left, and then it turned out to be wrong."""
    with two_hubs() as story:
        for step in ("consent", "disclosure", "retraction", "withdrawal", "correction of an act", "queued", "looks"):
            story.play(step)
        assert not story.pullable


def test_an_act_already_made_on_a_consent_that_lapsed_tells_nothing() -> None:
    """C22."""
    with two_hubs() as story:
        for step in ("consent of long ago", "made long ago", "looks", "opening", "looks"):
            story.play(step)


def test_what_leaves_is_known_at_once_by_every_door() -> None:
    """The referral, its case, its version, and nothing of what the others did."""
    with two_hubs() as story:
        for step in ("consent", "disclosure", "request", "told", "looks", "own disclosure", "looks"):
            story.play(step)
        knows, case = story.knows.at(DOCTOR), story.outsider.known
        (found,) = knows.post("/v1/cases/search", {"cpr": KAJA.cpr.digits}).json()["cases"]
        assert (found["case"], found["version"]) == (case, 2)
        referral, own = knows.get(f"/v1/cases/{case}/events").json()["events"]
        assert (referral["name"], referral["version"], own["version"]) == ("referral-sent.v1", 1, 2)
        assert len(knows.get("/v1/deliveries?status=accepted").json()["deliveries"]) == 1


def test_a_duty_is_in_sight_when_its_letter_may_be_read(tmp_path: Path) -> None:
    """C02: a municipality that is on the case by itself, and an underretning to it that waits."""
    with serving(tmp_path, dispatch=False) as doors:
        doors.letters_wait = True
        case = doors.open(FAMILIES)
        assert doors.open(CLINIC) == case
        reported = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", CONCERN)
        assert reported.status_code == 201
        families = doors.at(FAMILIES)
        version = families.get(f"/v1/cases/{case}").json()["version"]
        assert families.get(f"/v1/cases/{case}/obligations").json()["obligations"] == []
        assert families.get("/fhir/Task").json().get("entry") is None
        doors.let_leave(FAMILIES)
        owed = families.get(f"/v1/cases/{case}/obligations").json()
        assert {row["act"] for row in owed["obligations"]} == {reported.json()["id"]}
        assert "ASSESS_24H" in {row["duty"] for row in owed["obligations"]}
        assert owed["version"] == version + 1
        assert families.get("/fhir/Task").json()["entry"]


def test_a_receivers_deadlines_count_from_when_it_could_read_the_letter(tmp_path: Path) -> None:
    """C02: by every door, whatever the act says; two days went by in which nothing left."""
    with serving(tmp_path, dispatch=False) as doors:
        doors.letters_wait = True
        case = doors.open(FAMILIES)
        assert doors.open(CLINIC) == case
        concern = doors.at(CLINIC).post(f"/v1/cases/{case}/concerns", CONCERN).json()["id"]
        doors.set_clock(NOW + timedelta(days=2))
        doors.let_leave(FAMILIES)
        families = doors.at(FAMILIES)
        owed = families.get(f"/v1/cases/{case}/obligations").json()["obligations"]
        dues = {row["duty"]: row["due"] for row in owed}
        assert (dues["ASSESS_24H"], dues["ACK_RECEIPT"]) == ("2025-04-10T10:00:00+02:00", "2025-04-16")
        assert not any(row["overdue"] for row in owed)
        (row,) = families.get(f"/v1/cases/{case}").json()["concerns"]
        assert row["due"] == {"ASSESS_24H": "2025-04-10T10:00", "ACK_RECEIPT": "2025-04-16"}
        (told,) = [
            event for event in families.get(f"/v1/cases/{case}/events").json()["events"] if "concern" in event["name"]
        ]
        assert told["event"]["ruling"]["decision"]["due"] == row["due"]
        tasks = [entry["resource"] for entry in families.get("/fhir/Task").json()["entry"]]
        ends = {
            task["code"]["coding"][0]["code"]: task["restriction"]["period"]["end"]
            for task in tasks
            if "restriction" in task
        }
        assert ends["ACK_RECEIPT"] == "2025-04-16"
        theirs = doors.at(CLINIC).get(f"/v1/cases/{case}/obligations").json()["obligations"]
        assert {row["due"] for row in theirs if row["duty"] == "ACK_RECEIPT"} == {"2025-04-16"}
        assert {row["act"] for row in theirs} == {concern}
