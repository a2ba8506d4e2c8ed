"""The stage: the hub, the clients, the narrator and the mailroom, and what happens whenever somebody acts."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hub.demo.client import Client, HubReply
from hub.demo.examples import Example, read
from hub.demo.failure import PATIENCE, must
from hub.demo.mailroom import Mail, Mailroom
from hub.demo.narrator import Narrator
from hub.demo.server import BEGINS, DemoHub

WRITTEN_DOWN_AFTER = timedelta(minutes=5)  # an act is entered a little after it took place
_LEFT = ("accepted", "received")
_DUTIES = {
    "ASSESS_24H": "assessment (24 timer)",
    "ACK_RECEIPT": "receipt (6 hverdage)",
    "FEEDBACK": "feedback",
    "JOURNAL_REQUEST": "journalise the request",
    "WITHHOLD_SURPLUS": "hold back what nobody asked for",
    "EXPLAIN_DECLINE": "explain what is declined",
    "SEND_CASE_MATERIAL": "send the case material",
}


@dataclass(slots=True)
class Stage:
    """Where the story is played."""

    hub: DemoHub
    clients: Mapping[str, Client]
    tell: Narrator
    mail: Mailroom
    out: Path
    case: str = ""
    now: datetime = BEGINS

    def act(
        self,
        who: str,
        does: str,
        door: str,
        name: str,
        *,
        heard: datetime | None = None,
        about: str | None = None,
        status: int = 201,
    ) -> HubReply:
        """One act: the clock moves on, the example is posted, the answer is as it must be, its letter leaves.

        `door` is the path beneath the case; `heard` is when the record hears of it, if not right after; `about` is the
        id of the act that the body names, which the hub gave out in this story and the example cannot know.
        """
        client, example = self.clients[who], read(name).about(about)
        self.tell.step(example.at, client.called, does)
        self.goes_on(heard or example.at + WRITTEN_DOWN_AFTER)
        answer = self._posted(client, door, example, status)
        if answer.status == 403:
            self._refused(answer)
        else:
            self._recorded(client, answer, heard)
        return answer

    def look(self, who: str, at: datetime, does: str) -> Client:
        """Somebody looks something up at this moment."""
        client = self.clients[who]
        self.goes_on(at)
        self.tell.step(at, client.called, does)
        return client

    def goes_on(self, moment: datetime) -> None:
        """It is this moment now, for the hub too; time never runs back, whatever an act says of itself."""
        self.now = max(self.now, moment)
        self.hub.set_clock(self.now)

    def write(self, name: str, content: Any) -> None:
        """Lay an answer of the hub into the results."""
        (self.out / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def path(self, door: str) -> str:
        """A path of the hub API, beneath the story's case."""
        return f"/v1/cases/{self.case}{door}" if self.case else "/v1/cases"

    def _posted(self, client: Client, door: str, example: Example, status: int) -> HubReply:
        path = "/v1/cases" if door == "/cases" else self.path(door)
        answer = client.post(path, example.body)
        must(answer.status == status, f"{example.name}: {status} expected, {answer.status} came: {_said(answer)}")
        return answer

    def _refused(self, answer: HubReply) -> None:
        body = answer.body
        self.tell.came("no", f"403 refused, {body['reason']}: {body['hjemmel']['citation']}")
        self.tell.aside(str(body["explanation"]["da"]))
        must(self.mail.is_empty(), "a refused act leaves no letter")
        self.tell.came("no", f"recorded: disclosure-refused.v1; next step: {body['next_step'] or 'none'}; no letter")

    def _recorded(self, client: Client, answer: HubReply, heard: datetime | None) -> None:
        decision, events = answer.decision, ", ".join(answer.body["events"])
        if decision:
            self.tell.came("yes", f"{decision['decision']}: {decision['citation']}")
        for line in _owed(decision, "an answer will owe" if "request" in answer.body["kind"] else "owed now"):
            self.tell.came("seen", line)
        letter = self._letter(client, answer)
        late = f" on {heard:%a %d %b %H:%M}" if heard else ""
        leaves = f" → letters/{letter.name}.pdf" if letter else ""
        self.tell.came("yes", f"recorded{late}: {events}{leaves}")

    def _letter(self, client: Client, answer: HubReply) -> Mail | None:
        """The letter that this act sends out, once the hub has carried it; None for an act that sends none."""
        until = time.monotonic() + PATIENCE
        while True:
            listed = client.get("/v1/deliveries", case=self.case or answer.id).body["deliveries"]
            row = next((row for row in listed if row["act"] == answer.id and row["sender"] == client.unit), None)
            if row is None:
                must(self.mail.is_empty(), "an act that is not addressed to anybody leaves no letter")
                return None
            if row["status"] in _LEFT:
                return self.mail.collect(row["recipient"])
            must(time.monotonic() < until, f"a letter is still {row['status']} ({row['detail']})")
            time.sleep(0.02)


def _owed(decision: Mapping[str, Any], when: str) -> list[str]:
    """What the decision holds back, and what it leaves owed by when."""
    lines = []
    if decision.get("withheld"):
        lines.append(f"held back: {', '.join(decision['withheld'])} ({decision['reason']})")
    owed = [_duty(duty, decision["due"]) for duty in decision.get("duties", ())]
    if owed:
        lines.append(f"{when}: {'; '.join(owed)}")
    return lines


def _duty(duty: str, due: Mapping[str, str]) -> str:
    by = f" by {due[duty].replace('T', ' ')}" if duty in due else ""
    return _DUTIES.get(duty, duty) + by


def _said(answer: HubReply) -> str:
    """The problem that came instead, short."""
    body = answer.body
    return f"{body.get('type', '')} {body.get('reason', '')} {body.get('detail', '')} {body.get('errors', '')}".strip()
