"""After the story: the municipality pulls, everybody looks at the case, the compliance officer replays it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.demo.client import Client
from hub.demo.examples import read
from hub.demo.failure import must
from hub.demo.mailroom import short
from hub.demo.stage import Stage
from hub.demo.story import WITHDRAWAL_HEARD

PULLED_AT = datetime.fromisoformat("2025-10-01T08:00:00+02:00")
ASKED_AT = datetime.fromisoformat("2025-10-02T09:00:00+02:00")
STORY = (  # every act that passed information on or was refused, in the order recorded
    "referral-sent",
    "disclosure-made",
    "concern-reported",
    "concern-receipt-given",
    "concern-feedback-given",
    "information-requested",
    "request-answered",
    "disclosure-refused",
    "disclosure-made",
    "disclosure-refused",
    "disclosure-made",
    "disclosure-made",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to replay as of: by what held then (legal time), or by what had been recorded then."""

    file: str
    title: str
    as_of: str | None
    legal: bool
    acts: int
    withdrawn: bool

    @property
    def words(self) -> tuple[str, ...]:
        """As the command line takes it."""
        legal = ("--legal-time",) if self.legal else ()
        return ("--as-of", self.as_of, *legal) if self.as_of else ()

    @property
    def query(self) -> dict[str, str]:
        """As the compliance API takes it."""
        legal = {"legal_time": "true"} if self.legal else {}
        return {"as_of": self.as_of, **legal} if self.as_of else {}


MOMENTS = (
    Moment(
        "1-legal-10-april",
        "what held on 10 April, after the first disclosure",
        "2025-04-10T12:00:00+02:00",
        True,
        2,
        False,
    ),
    Moment(
        "2-legal-1-may", "what held on 1 May, after receipt and feedback", "2025-05-01T12:00:00+02:00", True, 5, False
    ),
    Moment(
        "3-legal-7-june",
        "what held on 7 June, the day after she took it back",
        "2025-06-07T12:00:00+02:00",
        True,
        7,
        True,
    ),
    Moment(
        "4-recorded-7-june",
        "what the record held on 7 June, before it heard",
        "2025-06-07T12:00:00+02:00",
        False,
        7,
        False,
    ),
    Moment("5-all", "everything, as it stands now", None, False, len(STORY), True),
)


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
        name = f"{short(client.unit)}-{number}"
        _write(stage, f"bundles/{name}.json", bundle)
    stage.tell.came("yes", f"{len(bundles)} message bundles, oldest first: bundles/{short(client.unit)}-*.json")
    again = client.get(_onward(page)).body
    must("entry" not in again, "the second pull repeats nothing")
    rows = client.get("/v1/deliveries", case=stage.case).body["deliveries"]
    received = [
        row["name"].partition(".")[0]
        for row in reversed(rows)
        if row["recipient"] == client.unit and row["status"] == "received"
    ]
    must(tuple(received) == expected, f"every bundle is proven received, not {received}")
    stage.tell.came(
        "yes", "second pull, from the cursor: nothing new; its coming back proves that the first one arrived"
    )
    stage.tell.aside(f"recorded: delivery-received.v1 and delivery-completed.v1 (pulled), {len(bundles)} times")


def _onward(page: dict[str, Any]) -> str:
    return str(next(link["url"] for link in page["link"] if link["relation"] != "self"))


def views(stage: Stage) -> None:
    """Each party's own picture of the case."""
    stage.tell.chapter("One case, five pictures", "sagen, som hver part kender den")
    held_back = read("answer").text("tidligere_graviditeter")
    for who, client in stage.clients.items():
        seen = client.get(stage.path(""), purpose="demo").body
        name = f"cases/{short(client.unit)}.json"
        _write(stage, name, seen)
        knows = ", ".join(_number(len(seen[matter]), matter) for matter in _MATTERS if seen[matter])
        stage.tell.came("seen", f"{client.called}: {knows} → {name}")
        must(held_back not in json.dumps(seen, ensure_ascii=False), f"{who} is not shown what was held back")
    sister = stage.clients["sundhedspleje"].get(stage.path("")).body
    must(
        not sister["concerns"] and not sister["disclosures"],
        "sundhedsplejen is shown nothing told to the familieafdeling",
    )
    stage.tell.aside("the sundhedspleje and the familieafdeling are one municipality and two receivers")


def _number(count: int, matter: str) -> str:
    words = matter.replace("_", " ")
    return f"{count} {words if count > 1 else words.removesuffix('s')}"


_MATTERS = ("consents", "referrals", "disclosures", "refusals", "concerns", "information_requests")


def replay(stage: Stage) -> None:
    """The compliance officer's question at five moments, from the command line and over the API; both agree."""
    stage.tell.chapter("Replay", "hvem fik hvad at vide, hvornår, på hvilken hjemmel")
    stage.goes_on(ASKED_AT)
    runs = [(moment, form) for moment in MOMENTS for form in _FORMS]
    printed = {run: _replayed(stage, *run) for run in runs}
    for moment in MOMENTS:
        for form, ending in _FORMS.items():
            (stage.out / "replay" / f"{moment.file}.{ending}").write_text(printed[moment, form], encoding="utf-8")
        lines = [json.loads(line) for line in printed[moment, "--json"].splitlines()]
        _as_it_must_be(moment, lines)
        _agrees(stage, moment, lines)
        stage.tell.came("yes", f"{moment.title}: {_counted(lines)} → replay/{moment.file}.txt, .json, .csv")
    stage.tell.aside(
        f"3 and 4 are the same noon: she took the consent back on 6 June, the record heard on {WITHDRAWAL_HEARD:%d %B}"
    )
    stage.tell.table(_row(line) for line in map(json.loads, printed[MOMENTS[-1], "--json"].splitlines()))


_FORMS = {"": "txt", "--json": "json", "--csv": "csv"}


def _replayed(stage: Stage, moment: Moment, form: str) -> str:
    words = ("replay", "--case", stage.case, *moment.words)
    return stage.house.tvaerspor(*words, form) if form else stage.house.tvaerspor(*words)


def _as_it_must_be(moment: Moment, lines: list[dict[str, Any]]) -> None:
    kinds = tuple(line["kind"] for line in lines)
    must(kinds == STORY[: moment.acts], f"{moment.title}: {kinds} replayed")
    relied = lines[1]["consents"][0]
    must((relied["withdrawn_at"] is not None) == moment.withdrawn, f"{moment.title}: was the consent withdrawn?")
    must(relied["stood"] == "in force", f"{moment.title}: the consent was in force when it was relied on")


def _agrees(stage: Stage, moment: Moment, lines: list[dict[str, Any]]) -> None:
    """The compliance API shows an organisation its own part of the same lines."""
    for who in ("hospital", "familieafdeling"):
        client = stage.clients[who]
        seen = _asked(stage, client, moment)
        own = client.unit.partition("@")[2]
        mine = [line for line in lines if line["discloser"].endswith(f"@{own}") or _made_to(line, own)]
        same = len(seen) == len(mine) and all(map(_agree, seen, mine))
        must(same, f"{moment.title}: the API and the command line agree for {own}")
        _write(stage, f"replay/{moment.file}-{own}.json", seen)


def _agree(shown: dict[str, Any], line: dict[str, Any]) -> bool:
    """A receiver is shown less of a line than its discloser: not what is the discloser's own, nor all of the duties."""
    return all(line[name] == value for name, value in shown.items() if name != "duties")


def _asked(stage: Stage, client: Client, moment: Moment) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/v1/compliance/disclosures", case=stage.case, **moment.query).body[
        "disclosures"
    ]
    return found


def _made_to(line: dict[str, Any], organisation: str) -> bool:
    return line["outcome"] == "made" and str(line["recipient"]).endswith(f"@{organisation}")


def _counted(lines: list[dict[str, Any]]) -> str:
    refused = sum(line["outcome"] == "refused" for line in lines)
    return f"{len(lines) - refused} acts made" + (f", {refused} refused" if refused else "")


def _row(line: dict[str, Any]) -> tuple[str, ...]:
    at = datetime.fromisoformat(line["at"]).astimezone(ASKED_AT.tzinfo)
    sign = "✘" if line["outcome"] == "refused" else "✔"
    why = f"{line['citation'].partition(', gældende')[0]} ({line['reason']})"
    return sign, f"{at:%d %b}", line["kind"], f"{_unit(line['discloser'])} → {_unit(line['recipient'])}", why


def _unit(name: str) -> str:
    return name.partition("/")[2].partition("@")[0]


def verify(stage: Stage) -> None:
    """Nobody altered the record."""
    said = stage.house.tvaerspor("verify").strip()
    must(said.startswith("sound"), "the record is sound")
    stage.tell.came("yes", f"tvaerspor verify: {said}")


def contents(stage: Stage) -> None:
    """What lies in the folder now."""
    stage.tell.chapter(f"What lies in {stage.out}/", "hvad der nu ligger i mappen")
    counted = {folder: len(list((stage.out / folder).iterdir())) for folder in _WHAT}
    rows = [(f"{folder}/", str(counted[folder]), what) for folder, what in _WHAT.items()]
    stage.tell.table([*rows, ("transcript.txt", "", "what you have just read")])


_WHAT = {
    "letters": "letters in Danish, as PDF: one for every act that left the house, none for the refusals",
    "mail": "the mails they travelled in, as the hub carried them",
    "bundles": "FHIR message bundles, as two municipalities pulled them",
    "cases": "the case as each party is shown it",
    "replay": "who was told what, on which hjemmel: at five moments, as table, JSON and CSV, and as each organisation may see it",
}


def _write(stage: Stage, name: str, content: Any) -> None:
    (stage.out / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
