"""What comes in: refused cheaply when it is no message, validated once, read into what the hub records."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.medcom import systems
from adapters.medcom.check import check
from adapters.medcom.envelope import MAX_ENTRIES, content_digest, opened
from adapters.medcom.intake import numbers, receipt, told, woman_of
from adapters.medcom.message import Message
from adapters.medcom.narrative import is_harmless
from adapters.medcom.worker import Validator
from hub.domain.message import CareMessageReceived, HospitalStayNotified
from hub.errors import TryAgainLater, Unreadable
from hub.ports.intake import NotAMessage, Numbers
from tests.adapters.medcom.messages import (
    NURSES,
    WARD,
    acknowledged,
    dumped,
    forwarded,
    new,
    notification,
    one,
    parsed,
    replied,
)
from tests.bench.bench_intake import malformed
from tests.people import CLINIC, ELMER_CPR
from tests.people import NURSES as HER_NURSES
from tests.waiting import PATIENCE

VALID = (new(), replied(), forwarded(), acknowledged("fatal-error"), dumped(notification()))
CHECKS = """
import sys
from adapters.medcom.check import check
for line in sys.stdin:
    check(bytes.fromhex(line))
print(*{name.partition(".")[0] for name in sys.modules})
"""
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


class TestEnvelope:
    @pytest.mark.parametrize("what", malformed())
    def test_a_refusal_reads_no_resource(self, what: str) -> None:
        """Names that are no UTF-8, on which whoever reads a resource stumbles, change nothing."""
        body = malformed()[what]
        found = []
        for same in (body, body.replace(b"Nancy", b"N\xffncy")):
            with pytest.raises(NotAMessage) as refusal:
                opened(same)
            found.append(refusal.value.finding)
        assert found[0] == found[1]

    def test_a_refusal_loads_no_models_and_validates_nothing(self) -> None:
        """What it costs is `make bench`'s to say: tests/bench/bench_intake.py."""
        assert "fhir" not in loaded_to_check(*malformed().values())
        assert "fhir" in loaded_to_check(new())

    def test_a_byte_order_mark_is_passed_over(self) -> None:
        assert check(b"\xef\xbb\xbf" + new()).code == "ok"

    def test_too_many_entries(self) -> None:
        message = parsed(new())
        message["entry"] += [message["entry"][1]] * MAX_ENTRIES
        with pytest.raises(NotAMessage, match="entries"):
            opened(dumped(message))

    def test_too_many_elements(self) -> None:
        message = new().replace(b'"div":', b'"x":[' + b"[]," * 100_000 + b'[]],"div":', 1)
        with pytest.raises(NotAMessage, match="objects and lists"):
            opened(message)

    def test_depth_that_brackets_in_words_would_hide_is_found_by_the_validation(self) -> None:
        deep = "[" * 60 + "]" * 60
        message = new().replace(b'"div":', f'"x":"]}}{{[","y":{deep},"div":'.encode(), 1)
        assert {finding.rule for finding in check(message).findings} == {"msg-depth"}

    def test_a_name_that_stands_twice(self) -> None:
        message = new().replace(b'"status":"unknown"', b'"status":"completed","status":"unknown"')
        assert [finding.rule for finding in check(message).findings] == ["msg-json"]

    def test_the_digest_is_of_what_is_said(self) -> None:
        message = parsed(new())
        first = content_digest(opened(new()))
        assert content_digest(opened(dumped(message | {"id": "another", "timestamp": None}))) == first
        message["entry"] = [message["entry"][0], *reversed(message["entry"][1:])]
        assert content_digest(opened(dumped(message))) == first
        one(message, "Communication")["payload"][0]["contentString"] += "."
        assert content_digest(opened(dumped(message))) != first


class TestNarrative:
    @pytest.mark.parametrize(
        "inside",
        [
            "<p>æ &amp; ø</p>",
            "a&nbsp;b",
            '<a href="https://x.example">x</a>',
            "<table><tr><td>1</td></tr></table>",
            "a<br/>b",
        ],
    )
    def test_formatting_passes(self, inside: str) -> None:
        assert is_harmless(DIV.format(inside))

    @pytest.mark.parametrize(
        "div",
        [
            DIV.format("<iframe/>"),
            DIV.format('<img src="data:text/html,x"/>'),
            DIV.format('<p style="background:url(http://x)">x</p>'),
            DIV.format("<form/>x"),
            DIV.format("<?php x ?>x"),
            DIV.format("&unknown"),
            DIV.format("x") + "<p/>",
            "<div>no namespace</div>",
            '<!DOCTYPE div [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + DIV.format("&b;"),
            DIV.format("\ud800"),
            "",
        ],
    )  # fmt: skip
    def test_what_acts_or_is_no_xhtml_does_not(self, div: str) -> None:
        assert not is_harmless(div)


class TestWhatIsRead:
    def test_a_care_communication(self) -> None:
        message = Message(opened(replied()))
        event = told(message, HER_NURSES, CLINIC)
        assert isinstance(event, CareMessageReceived)
        assert (event.by, event.recipient, event.category) == (HER_NURSES, CLINIC, "healthcare")
        assert (event.activity, event.follows) == (systems.REPLY, one(parsed(new()), "MessageHeader")["id"])
        assert (event.payloads, event.attachments, event.episodes) == (6, 4, ())
        assert event.at == datetime(2024, 5, 7, 12, 30, tzinfo=UTC)

    def test_a_stay(self) -> None:
        message = Message(opened(dumped(notification("start-leave-inpatient", status="onleave", leave=True))))
        event = told(message, CLINIC, HER_NURSES)
        assert isinstance(event, HospitalStayNotified)
        assert (event.activity, event.kind, event.status) == ("start-leave-inpatient", "IMP", "onleave")
        assert event.leave_from == datetime(2025, 4, 7, 11, tzinfo=UTC)
        assert (event.report_wanted, event.deceased, len(event.episodes)) == (True, False, 1)
        assert woman_of(message) == (ELMER_CPR,)

    def test_sender_and_receiver_by_their_numbers(self) -> None:
        message = Message(opened(new()))
        assert numbers(message.sender) == Numbers(str(WARD.sor), str(WARD.gln))
        assert numbers(message.receiver) == Numbers(str(NURSES.sor), str(NURSES.gln))
        assert numbers(None) is None

    def test_an_acknowledgement(self) -> None:
        said = receipt(Message(opened(acknowledged("fatal-error"))))
        assert (said.acknowledges, said.answer) == ((one(parsed(new()), "MessageHeader")["id"],), "fatal-error")

    @pytest.mark.parametrize("moment", ["2025-02-30T10:00:00Z", "1002-01-01T00:00:00+14:00"])
    def test_a_moment_that_no_event_can_hold(self, moment: str) -> None:
        message = parsed(new())
        one(message, "Provenance")["occurredDateTime"] = moment
        with pytest.raises(Unreadable):
            told(Message(opened(dumped(message))), CLINIC, HER_NURSES)


def loaded_to_check(*bodies: bytes) -> set[str]:
    """The packages that a process of its own has loaded when it has checked these."""
    said = "\n".join(body.hex() for body in bodies)
    done = subprocess.run([sys.executable, "-c", CHECKS], input=said, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


class TestWorker:
    def test_it_judges_as_the_check_does_in_another_process(self) -> None:
        validator = Validator()
        try:
            assert validator.verdict(new()) == check(new())
            assert validator.verdict(b"{").code == "fatal-error"
        finally:
            validator.close()

    def test_one_that_hangs_is_replaced(self) -> None:
        validator = Validator(patience=0.0)
        try:
            with pytest.raises(TryAgainLater):
                validator.verdict(new())
            validator.patience = PATIENCE
            assert validator.verdict(new()).code == "ok"
        finally:
            validator.close()


@settings(max_examples=300)
@given(some.data())
def test_whatever_comes_there_is_a_verdict(data: some.DataObject) -> None:
    body = bytearray(data.draw(some.sampled_from(VALID)))
    for _ in range(data.draw(some.integers(1, 5))):
        at = data.draw(some.integers(0, len(body)))
        end = min(at + data.draw(some.integers(0, 40)), len(body))
        body[at:end] = data.draw(some.one_of(some.binary(max_size=8), some.sampled_from([b"null", b"{}", b"[]", b"1"])))
    verdict = check(bytes(body))
    assert verdict.code in ("ok", "fatal-error")
    assert (verdict.code == "fatal-error") == any(finding.severity == "error" for finding in verdict.findings)


@settings(max_examples=100)
@given(some.data())
def test_whatever_an_element_holds_there_is_a_verdict(data: some.DataObject) -> None:
    message = parsed(data.draw(some.sampled_from(VALID)))
    here, at = message, data.draw(some.integers(0, len(message["entry"]) - 1))
    here = message["entry"][at]["resource"]
    values = some.one_of(
        some.none(), some.booleans(), some.integers(), some.text(max_size=5), some.just([]), some.just({})
    )
    for _ in range(data.draw(some.integers(1, 3))):
        name = data.draw(some.sampled_from(sorted(here)))
        if isinstance(here[name], dict) and here[name] and data.draw(some.booleans()):
            here = here[name]
            continue
        here[name] = data.draw(values)
    assert check(dumped(message)).code in ("ok", "fatal-error")
