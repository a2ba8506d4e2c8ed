"""The compliance officer's question, at three moments of legal time, at one recorded moment, and now.

Asked twice, on the operator's command line and over the compliance API; both must say the same.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.demo.client import Client
from hub.demo.failure import must
from hub.demo.stage import Stage
from hub.demo.story import WITHDRAWAL_HEARD

ASKED_AT = datetime.fromisoformat("2025-10-02T09:00:00+02:00")
STORY = (  # every act that passed information on or was refused, and every unit that came, in the order recorded
    "party-joined",
    "referral-sent",
    "party-joined",
    "disclosure-made",
    "party-joined",
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
FORMS = {"": "txt", "--json": "json", "--csv": "csv"}
Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """When to replay as of, and what must be seen: so many acts, and whether the first consent was withdrawn."""

    file: str
    says: str
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


_NOON = "T12:00:00+02:00"
MOMENTS = (
    Moment(
        "1-legal-10-april", "what held on 10 April, the first disclosure made", f"2025-04-10{_NOON}", True, 4, False
    ),
    Moment("2-legal-1-may", "what held on 1 May, the underretning answered", f"2025-05-01{_NOON}", True, 8, False),
    Moment("3-legal-7-june", "what held on 7 June, the consent withdrawn", f"2025-06-07{_NOON}", True, 10, True),
    Moment(
        "4-recorded-7-june", "what was on record on 7 June, withdrawal unheard", f"2025-06-07{_NOON}", False, 10, False
    ),
    Moment("5-now", "everything, by all that is known now", None, False, len(STORY), True),
)


def replay(stage: Stage) -> None:
    """Fold the record as of each moment, and hold it against the story."""
    stage.tell.chapter("Replay", "hvem fik hvad at vide, hvornår, på hvilken hjemmel")
    stage.goes_on(ASKED_AT)
    lines: list[Line] = []
    for moment in MOMENTS:
        lines = _replayed(stage, moment)
        _as_the_story_was(moment, lines)
        for who in ("hospital", "familieafdeling"):
            _as_the_api_says(stage, stage.clients[who], moment, lines)
        stage.tell.came("yes", f"{moment.says}: {_counted(lines)} → replay/{moment.file}.*")
    stage.tell.aside(f"3 and 4 are one noon: she took it back on 6 June, the record heard on {WITHDRAWAL_HEARD:%-d %B}")
    stage.tell.table(map(_row, lines))


def verify(stage: Stage) -> None:
    """Nobody altered the record."""
    said = stage.hub.tvaerspor("verify")
    first, _, _ = said.partition("\n")
    must(first.startswith("sound"), "the record is sound")
    (stage.out / "replay" / "verify.txt").write_text(said, encoding="utf-8")
    stage.tell.came("yes", f"tvaerspor verify: {first} → replay/verify.txt")


def _replayed(stage: Stage, moment: Moment) -> list[Line]:
    """The lines as the command line prints them, kept as table, JSON and CSV."""
    words = ("replay", "--case", stage.case, *moment.words)
    printed = {form: stage.hub.tvaerspor(*words, *filter(None, [form])) for form in FORMS}
    for form, ending in FORMS.items():
        (stage.out / "replay" / f"{moment.file}.{ending}").write_text(printed[form], encoding="utf-8")
    return [json.loads(line) for line in printed["--json"].splitlines()]


def _as_the_story_was(moment: Moment, lines: list[Line]) -> None:
    kinds = tuple(line["kind"] for line in lines)
    must(kinds == STORY[: moment.acts], f"{moment.says}: {kinds} replayed")
    (relied,) = next(line for line in lines if line["kind"] == "disclosure-made")["consents"]
    must(relied["stood"] == "in force", f"{moment.says}: the consent was in force when it was relied on")
    must((relied["withdrawn_at"] is not None) == moment.withdrawn, f"{moment.says}: was the consent withdrawn?")


def _as_the_api_says(stage: Stage, client: Client, moment: Moment, lines: list[Line]) -> None:
    """The API shows a unit its own acts without place and plain digest, and of others what a receiver may see."""
    answer = client.get("/v1/compliance/disclosures", case=stage.case, **moment.query).body
    seen: list[Line] = answer["disclosures"]
    own = client.unit
    mine = [line for line in lines if _concerns(line, own)]
    must([line["act"] for line in seen] == [line["act"] for line in mine], f"{moment.says}: the API lists others")
    for shown, line in zip(seen, mine, strict=True):
        must(bool(shown["content_commitment"]) == bool(line["content_sha256"]), f"{moment.says}: words without digest")
        whole = line["discloser"] == own
        alike = _without(shown, "content_commitment") == _without(line, "position", "content_sha256")
        must(not whole or alike, f"{moment.says}: the API says something else of {line['kind']}")
        must(whole or "withheld" not in shown, f"{moment.says}: what was withheld is not the receiver's to see")
    place, _, organisation = own.partition("@")
    stage.write(f"replay/{moment.file}-{place.partition('/')[2]}-{organisation}.json", seen)


def _without(line: Line, *names: str) -> Line:
    return {name: value for name, value in line.items() if name not in names}


def _concerns(line: Line, unit: str) -> bool:
    return bool(line["discloser"] == unit or (line["outcome"] == "made" and line["recipient"] == unit))


def _counted(lines: list[Line]) -> str:
    refused, came = (sum(line["outcome"] == outcome for line in lines) for outcome in ("refused", "joined"))
    made = f"{len(lines) - refused - came} acts made" + (f", {refused} refused" if refused else "")
    return f"{made}; {came} units came"


def _row(line: Line) -> tuple[str, ...]:
    at = datetime.fromisoformat(line["at"]).astimezone(ASKED_AT.tzinfo)
    sign = "✘" if line["outcome"] == "refused" else "✔"
    if line["outcome"] == "joined":
        return sign, f"{at:%d %b}", line["kind"], _unit(line["discloser"]), line["purpose"]
    provision = line["citation"].partition(", gældende")[0]
    units = f"{_unit(line['discloser'])} → {_unit(line['recipient'])}"
    return sign, f"{at:%d %b}", line["kind"], units, provision


def _unit(name: str) -> str:
    return name.partition("/")[2].partition("@")[0]
