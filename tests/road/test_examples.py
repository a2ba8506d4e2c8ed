"""Every body of openapi/examples is what its door takes: each is sent to a running hub, in the order of the story."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from hub.access.tokens import make_token
from hub.demo import examples
from hub.demo.client import Client, HubReply
from hub.demo.play import CLIENTS
from hub.demo.server import DemoHub, running
from hub.store import Keys
from hub.vocabulary.organisations import Unit
from tests.people import DAUGHTER_CPR, KAJA, KIRSTEN

TABLE = re.compile(r"^\| `([a-z-]+)` \| `(/v1/\S+)` \|", re.MULTILINE)
DOORS = dict(TABLE.findall((examples.FOLDER / "README.md").read_text(encoding="utf-8")))
MESSAGE_FIRST = "placement"  # tests/api/test_process_message.py sends a message first, and then this example
ALL = sorted(file.stem for file in examples.FOLDER.glob("*.json"))
NAMES = [name for name in ALL if name != MESSAGE_FIRST]
NOW = datetime(2025, 12, 31, 12, tzinfo=UTC)
SENT_BY = {  # who sends it; the hospital sends the rest
    "sundhedspleje": {"open-case", "consent.treatment", "consent.home-visits", "referral"},
    "rusmiddelcenter": {"open-case.rusmiddelcenter", "concern", "citizen-informed.concern"},
    "familieafdeling": {
        *("assessment", "receipt", "feedback", "information-request", "clarification.given"),
        *(
            "municipality",
            "municipality.elsewhere",
            "disclosure.move",
            "identification",
            "address-protection",
            "concern-received",
        ),
    },
}
GIVEN_OUT_BY = {  # whose id stands in the path, or in the body
    "{consent}": "consent",
    "{referral}": "referral",
    "{asked}": "information-request",
    "{disclosure}": "disclosure",
    "{concern}": "concern",
    "{plan}": "plan",
    "{task}": "task",
    "{child}": "child",
}
OF_THE_NURSES = {"consent.treatment", "consent.home-visits"}  # theirs; `{consent}` is the hospital's
ASKS_ONLY = {"decision", "search"}
REFUSED = {"disclosure.withdrawn", "disclosure.moved"}
TOLD_BEFORE = "citizen-informed.concern"  # took place before the act it is about, and is written down after it
ELSEWHERE = (  # of another woman: this story has a birth
    *("pregnancy-end", "pregnancy-end-withdrawal", "death", "death-withdrawal"),
)


class Post:
    """The story's clients, and the ids that the hub has given out so far."""

    def __init__(self, hub: DemoHub) -> None:
        self.clients = {name: _client(hub, name) for name in CLIENTS}
        self.hub = hub
        self.case = ""
        self.ids: dict[str, str] = {"task": "1", "child": "1"}

    def send(self, name: str) -> HubReply:
        """One example through its door."""
        example = examples.read(name)
        moment = datetime.fromisoformat(example.body["at"]) if "at" in example.body else NOW
        self.hub.set_clock(moment if moment.tzinfo else NOW)
        about = self.ids["answer"] if name == "fulfilment" else None
        answer = self.clients[_sender(name)].post(self._path(name), example.about(about).body)
        if "id" in answer.body:
            self.ids.setdefault(name if name in OF_THE_NURSES else name.partition(".")[0], answer.id)
        return answer

    def _path(self, name: str) -> str:
        path = DOORS[name.partition(".")[0]].replace("{case}", self.case)
        about = {"{act}": "concern" if name == TOLD_BEFORE else "disclosure"}
        confirmed = {"{consent}": "consent.home-visits"} if name == "confirmation" else {}
        for place, giver in (GIVEN_OUT_BY | about | confirmed).items():
            path = path.replace(place, self.ids.get(giver, place))
        assert "{" not in path, f"{name} comes before the act it is about"
        return path

    def close(self) -> None:
        """Let the connections go."""
        for client in self.clients.values():
            client.close()


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    """The clients of a running hub."""
    with running() as hub:
        made = Post(hub)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture(scope="module")
def answers(post: Post) -> dict[str, HubReply]:
    """What the hub answered to each example, sent by the moment its act took place."""
    return _sent(post)


def _sent(post: Post) -> dict[str, HubReply]:
    found: dict[str, HubReply] = {}
    for name in _in_order():
        found[name] = post.send(name)
        post.case = post.case or found[name].id
    post.hub.set_clock(NOW)
    post.case = post.clients["hospital"].post("/v1/cases", _of_another_woman()).id
    return found | {name: post.send(name) for name in ELSEWHERE}


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_what_its_door_takes(answers: dict[str, HubReply], name: str) -> None:
    answer = answers[name]
    expected = (
        httpx.codes.FORBIDDEN if name in REFUSED else httpx.codes.OK if name in ASKS_ONLY else httpx.codes.CREATED
    )
    assert answer.status == expected, answer.body
    assert name not in REFUSED or answer.body["type"] == "urn:tvaerspor:problem:refused"


def test_every_example_is_one_of_a_door_in_the_table() -> None:
    assert {name.partition(".")[0] for name in ALL} == set(DOORS)


def test_every_door_that_takes_a_body_has_its_example(post: Post) -> None:
    paths = post.clients["hospital"].get("/openapi.json").body["paths"]
    posted = {path for path, methods in paths.items() if "post" in methods and path.startswith("/v1")}
    assert posted == set(DOORS.values())


def test_the_form_is_filled_in_whole() -> None:
    form = examples.read("information-request").body
    assert {"reason", "agreements_at_birth", "contraception", "ean", "requested", "consent", "basis", "contact"} <= set(
        form
    )
    assert all(form[field] not in ("", [], None) for field in form)
    assert form["consent"] is False
    assert form["basis"] == "RSL-11c-1-1"


def test_the_woman_of_the_examples_is_a_published_test_person() -> None:
    bodies = {name: examples.read(name).body for name in NAMES}
    numbers = {name: body["cpr"].replace("-", "") for name, body in bodies.items() if "cpr" in body}
    of_the_child = {numbers.pop(name) for name in ("child-cpr", "birth-correction")}
    assert (set(numbers.values()), of_the_child) == ({KAJA.cpr.digits}, {DAUGHTER_CPR.digits})


def _in_order() -> list[str]:
    """As the acts took place; what only asks comes when there is something to ask about."""
    acts = [name for name in NAMES if name not in {*ASKS_ONLY, *ELSEWHERE}]
    acts.remove(TOLD_BEFORE)
    acts.sort(key=lambda name: examples.read(name).at)
    acts.insert(acts.index("concern") + 1, TOLD_BEFORE)
    return [*acts, *sorted(ASKS_ONLY)]


def _sender(name: str) -> str:
    return next((who for who, names in SENT_BY.items() if name in names), "hospital")


def _client(hub: DemoHub, name: str) -> Client:
    called, unit = CLIENTS[name]
    key = Keys.embedded(hub.folder / "data").token_key()
    return Client.with_token(called, unit, hub.url, make_token(key, name, Unit.parse(unit), NOW, timedelta(days=1)))


def _of_another_woman() -> dict[str, str]:
    at = examples.read("pregnancy-end").body["at"]
    return {"at": at, "cpr": KIRSTEN.cpr.digits, "name": KIRSTEN.name, "relation": "behandling"}
