"""After the story: the municipalities pull what they were sent, and every party looks at the case."""

import json
from datetime import datetime
from typing import Any

from hub.demo.examples import read
from hub.demo.failure import must
from hub.demo.mailroom import short
from hub.demo.stage import Stage

PULLED_AT = datetime.fromisoformat("2025-10-01T08:00:00+02:00")
_MATTERS = ("consents", "referrals", "disclosures", "refusals", "concerns", "information_requests")


def pull(stage: Stage) -> None:
    """Two municipalities pull; that they come back with the cursor is the proof that they got the page."""
    stage.tell.chapter("The municipality's pull", "hentning af FHIR-bundter over /fhir/Bundle")
    _pull(stage, "familieafdeling", ("disclosure-made", "concern-reported", "request-answered"))
    _pull(stage, "new", ("disclosure-made", "disclosure-made"))


def _pull(stage: Stage, who: str, expected: tuple[str, ...]) -> None:
    client = stage.look(who, PULLED_AT, "asks: anything new for us since 1 March?")
    page = client.get("/fhir/Bundle", _lastUpdated="ge2025-03-01T00:00:00+01:00").body
    bundles = [entry["resource"] for entry in page.get("entry", [])]
    must(len(bundles) == len(expected), f"{len(expected)} bundles expected, {len(bundles)} came")
    for number, bundle in enumerate(bundles, 1):
        stage.write(f"bundles/{short(client.unit)}-{number}.json", bundle)
    stage.tell.came("yes", f"{len(bundles)} message bundles, oldest first → bundles/{short(client.unit)}-*.json")
    again = client.get(_onward(page)).body
    must("entry" not in again, "the second pull repeats nothing")
    must(_received(stage, who) == expected, "that she came back proves every bundle received")
    stage.tell.came(
        "yes", "the second pull, from the cursor: nothing new. Coming back is the proof that the first arrived"
    )
    stage.tell.came("yes", f"recorded, {len(bundles)} times: delivery-received.v1, delivery-completed.v1 (pulled)")


def _onward(page: dict[str, Any]) -> str:
    return str(next(link["url"] for link in page["link"] if link["relation"] != "self"))


def _received(stage: Stage, who: str) -> tuple[str, ...]:
    """The acts that this client's unit is proven to have received, oldest first."""
    client = stage.clients[who]
    rows = client.get("/v1/deliveries", case=stage.case, status="received").body["deliveries"]
    return tuple(row["name"].partition(".")[0] for row in reversed(rows) if row["recipient"] == client.unit)


def views(stage: Stage) -> None:
    """Each party's own picture of the case."""
    stage.tell.chapter("One case, five pictures", "sagen, som hver part kender den")
    held_back = read("answer").text("tidligere_graviditeter")
    for who, client in stage.clients.items():
        seen = client.get(stage.path(""), purpose="demo").body
        name = f"cases/{short(client.unit)}.json"
        stage.write(name, seen)
        knows = ", ".join(_number(len(seen[matter]), matter) for matter in _MATTERS if seen[matter])
        stage.tell.came("seen", f"{client.called}: {knows} → {name}")
        must(held_back not in json.dumps(seen, ensure_ascii=False), f"{who} is not shown what was held back")
    sister = stage.clients["sundhedspleje"].get(stage.path("")).body
    must(
        not any(sister[matter] for matter in ("disclosures", "concerns", "information_requests")),
        "the sundhedspleje is shown nothing that was told to the familieafdeling",
    )
    stage.tell.aside("the sundhedspleje and the familieafdeling are one municipality and two receivers")


def _number(count: int, matter: str) -> str:
    words = matter.replace("_", " ")
    return f"{count} {words if count > 1 else words.removesuffix('s')}"
