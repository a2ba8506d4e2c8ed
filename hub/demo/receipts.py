"""After the story: the receivers' mail servers and Digital Post report, and the hub takes it onto the case."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from hub.demo.failure import PATIENCE, must
from hub.demo.mailroom import Mail
from hub.demo.stage import Stage

REPORT = """\
Return-Path: <>
From: postmaster@{domain}
To: kvittering@tvaerspor.example
Subject: Successful Mail Delivery Report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

The mail was delivered.

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.{domain}
Original-Envelope-Id: {reference}

Original-Recipient: rfc822;{recipient}
Final-Recipient: rfc822;{recipient}
Action: delivered
Status: 2.0.0

--report--
"""


def come_back(stage: Stage) -> None:
    """A report for every letter; the hub is told of them all and records what each of them proves."""
    stage.tell.chapter("Receipts", "kvitteringer fra modtagernes mailservere og fra Digital Post")
    posted = [mail for mail in stage.mail.mails if mail.message]
    for mail in posted:
        _lay(stage.mail.post_receipts, mail)
    for number, mail in enumerate(mail for mail in stage.mail.mails if not mail.message):
        report = REPORT.format(
            domain=mail.recipient.partition("@")[2], reference=_reference(mail), recipient=mail.recipient
        )
        _deliver(stage.mail.receipts, f"{number:03}.demo", report)
    waiting = _unproven(stage)
    until = time.monotonic() + PATIENCE
    while _unproven(stage):
        must(time.monotonic() < until, "every mail is proven received")
        time.sleep(0.1)  # the hub looks into its mailboxes on a thread of its own
    mailed = len(stage.mail.mails) - len(posted)
    stage.tell.came("yes", f"{mailed} delivery reports came back, each matched to its letter by an opaque reference")
    stage.tell.came("yes", f"{len(posted)} business receipt of Digital Post came back, matched by the message's id")
    stage.tell.came("yes", f"recorded, {waiting} times: delivery-received.v1, delivery-completed.v1 (delivered)")


def _unproven(stage: Stage) -> int:
    """How many letters of any client are handed over, and no more is known."""
    acts = set()
    for client in stage.clients.values():
        rows = client.get("/v1/deliveries", case=stage.case, status="accepted").body["deliveries"]
        acts |= {row["delivery"] for row in rows if row["sender"] == client.unit}
    return len(acts)


def _reference(mail: Mail) -> str:
    return mail.subject.rpartition("[")[2].rstrip("]")


def _lay(folder: Path, mail: Mail) -> None:
    """The business receipt of the receiver's system: no error, written as null (secure-mail guide §7)."""
    receipt = {
        "transmissionId": f"demo-{mail.name}",
        "messageUUID": mail.message,
        "errorCode": None,
        "errorMessage": None,
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "receiptStatus": None,
    }
    unfinished = folder / f"{mail.name}.part"
    unfinished.write_text(json.dumps(receipt))
    unfinished.rename(unfinished.with_suffix(".json"))


def _deliver(maildir: Path, name: str, report: str) -> None:
    """As a mail server does: written whole, then moved into `new`."""
    (maildir / "tmp" / name).write_text(report)
    (maildir / "tmp" / name).rename(maildir / "new" / name)
