"""MedCom's own published examples are answered as they should be. They lie beside the repository and are not copied."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.medcom.acknowledgement import acknowledgement
from adapters.medcom.check import check
from adapters.medcom.envelope import opened
from adapters.medcom.message import Message
from adapters.medcom.thread import forward, reply
from hub.domain.message import Verdict
from tests.adapters.medcom.messages import BASE, CARE, FAR_NURSES, RECEIVED, answering, one, parsed

ODDITIES = {  # told as warnings: what MedCom's files of 2023 do and its rules of today do not allow
    "ack20-ok-AA_A": {"msg-fullurl-absolute", "ack-quotes"},
    "ack20-transient-error-AR_B": {"msg-fullurl-absolute", "ack-quotes", "ack-issue-old"},
    "cc50-forward-R-C": set(),
    "cc50-new-S-C": set(),
    "cc50-new-cpr-and-ecpr-R-Tek-CPR-1": set(),
    "cc50-new-episodeofcare-S-Tek-B": set(),
    "cc50-new-nursing-R-Tek-E": set(),
    "hn30-admit-STIN_A": {"msg-fullurl-absolute"},
    "hn30-discharge-SLHJ_H": {"msg-fullurl-absolute", "msg-old-agents", "hdr-id-hex"},
    "hn30-revise-admit-RE_STIN_O": {"msg-fullurl-absolute", "msg-old-agents", "msg-profile"},
    "hn30-start-leave-STOR_F": {"msg-fullurl-absolute", "msg-old-agents"},
}
CARED = [name for name in ODDITIES if name.startswith("cc50")]


def published(shared: Path, name: str) -> bytes:
    """One example."""
    return (shared / "standards" / "examples" / f"{name}.json").read_bytes()


def test_every_example_is_looked_at(shared: Path) -> None:
    files = {file.stem for file in (shared / "standards" / "examples").glob("*.json")}
    assert files == {*ODDITIES, "cc40-reply-R-Tek-P"}


@pytest.mark.parametrize("name", ODDITIES)
def test_a_message_of_a_release_that_is_spoken_is_ok(shared: Path, name: str) -> None:
    verdict = check(published(shared, name))
    assert verdict.code == "ok"
    assert {finding.rule for finding in verdict.findings} == ODDITIES[name]


def test_a_message_of_care_communication_four_is_refused_for_its_definition(shared: Path) -> None:
    verdict = check(published(shared, "cc40-reply-R-Tek-P"))
    assert verdict.code == "fatal-error"
    assert [(finding.rule, finding.element) for finding in verdict.findings] == [
        ("cc-definition", "Bundle.entry[0].resource.definition")
    ]


@pytest.mark.parametrize("name", [name for name in ODDITIES if not name.startswith("ack")])
def test_its_acknowledgement_keeps_the_rules(shared: Path, name: str) -> None:
    made = acknowledgement(opened(published(shared, name)), Verdict("ok"), RECEIVED, BASE)
    assert {finding.rule for finding in check(made).findings if finding.severity == "error"} <= {"hdr-id"}


@pytest.mark.parametrize("name", CARED)
def test_it_can_be_replied_to_and_forwarded_and_no_byte_of_a_payload_changes(shared: Path, name: str) -> None:
    came = published(shared, name)
    message = Message(opened(came))
    assert message.sender is not None
    assert message.receiver is not None
    ours, theirs = (
        {identifier.system: identifier.value for identifier in party.resource.identifier}
        for party in (message.receiver, message.sender)
    )
    letter = answering()
    back = replace(
        letter,
        sender=replace(letter.sender, sor=ours["urn:oid:1.2.208.176.1.1"], gln=ours["https://www.gs1.org/gln"]),
        recipient=replace(
            letter.recipient, sor=theirs["urn:oid:1.2.208.176.1.1"], gln=theirs["https://www.gs1.org/gln"]
        ),
    )
    said = [payload["contentString"] for payload in one(parsed(came), "Communication")["payload"]]
    for made in (reply(CARE, back, came), forward(CARE, replace(letter, recipient=FAR_NURSES), came)):
        assert check(made).findings == ()
        assert [payload.get("contentString") for payload in one(parsed(made), "Communication")["payload"]][
            : len(said)
        ] == said
        for text in said:
            assert json.dumps(text, ensure_ascii=False).encode() in made
