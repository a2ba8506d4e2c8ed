"""What the hub sends: accepted by its own rules, the same every time, and with every payload byte that it passes on."""

import json
from dataclasses import replace

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle

from adapters.fhir.message import FhirTranslator
from adapters.medcom import systems
from adapters.medcom.acknowledgement import acknowledgement
from adapters.medcom.care_communication import fits
from adapters.medcom.check import check
from adapters.medcom.envelope import opened
from adapters.medcom.thread import Previous, forward, reply
from adapters.medcom.translator import MedComTranslator
from hub.domain.message import Finding, Verdict
from hub.errors import Undeliverable
from hub.ports.intake import Unanswerable
from hub.ports.letter import Letter
from hub.vocabulary.information import Attachment, Item
from tests.adapters.fhir import letters
from tests.adapters.medcom.messages import (
    BASE,
    CARE,
    FAR_NURSES,
    NURSES,
    RECEIVED,
    WARD,
    Json,
    acknowledged,
    answering,
    dumped,
    forwarded,
    letter_to_nurses,
    new,
    notification,
    one,
    parsed,
    replied,
    resources,
)

EVERYTHING = {
    "new": new,
    "reply": replied,
    "forward": forwarded,
    "ok": acknowledged,
    "fatal": lambda: acknowledged("fatal-error"),
    "transient": lambda: acknowledged("transient-error"),
}


def payloads(message: bytes) -> list[bytes]:
    """The payloads of a message, each as the bytes that stand there."""
    entries = msgspec.json.decode(msgspec.json.decode(message, type=dict[str, msgspec.Raw])["entry"], type=list[Json])
    place = next(n for n, entry in enumerate(entries) if entry["resource"]["resourceType"] == "Communication")
    raw = msgspec.json.decode(message, type=dict[str, msgspec.Raw])["entry"]
    entry = msgspec.json.decode(raw, type=list[dict[str, msgspec.Raw]])[place]
    said = msgspec.json.decode(entry["resource"], type=dict[str, msgspec.Raw])["payload"]
    return [bytes(payload) for payload in msgspec.json.decode(said, type=list[msgspec.Raw])]


@pytest.mark.parametrize("kind", EVERYTHING)
def test_what_the_hub_sends_the_hub_accepts(kind: str) -> None:
    message = EVERYTHING[kind]()
    assert check(message).findings == ()
    assert EVERYTHING[kind]() == message
    assert json.loads(Bundle.model_validate_json(message).model_dump_json(exclude_none=True)) == parsed(message)


class TestNew:
    def test_the_sundhedspleje_has_its_category(self) -> None:
        said = one(parsed(new()), "Communication")
        assert said["category"] == [{"coding": [{"system": systems.CATEGORIES, "code": "healthcare"}]}]
        assert said["status"] == "unknown"
        assert "sent" not in said

    def test_words_documents_and_hjemmel(self) -> None:
        text, *documents = one(parsed(new()), "Communication")["payload"]
        assert "Har været uden stof i otte uger.\nMøder til aftalerne." in text["contentString"]
        assert "Hjemmel: sundhedsloven § 43, stk. 1" in text["contentString"]
        assert [document["contentAttachment"]["contentType"] for document in documents] == [
            "application/pdf",
            "image/png",
        ]
        assert letters.WITHHELD not in json.dumps(parsed(new()))
        assert letters.SECRET not in json.dumps(parsed(new()))

    def test_sender_and_receiver_by_sor_and_gln_of_the_target_version(self) -> None:
        message = parsed(new())
        header = one(message, "MessageHeader")
        assert header["destination"][0]["endpoint"] == f"https://sor2.sum.dsdn.dk/#id={NURSES.sor}"
        assert header["source"]["endpoint"] == f"https://sor2.sum.dsdn.dk/#id={WARD.sor}"
        assert {resource["identifier"][1]["system"] for resource in resources(message, "Organization")} == {
            "https://www.gs1.org/gln"
        }

    def test_a_line_ends_with_a_line_feed(self) -> None:
        message = CARE.new(
            replace(letter_to_nurses(), event=letters.disclosure((Item("plan", "en\r\nto\rtre"),)).event)
        )
        assert "en\nto\ntre" in one(parsed(message), "Communication")["payload"][0]["contentString"]

    def test_markup_of_people_stays_words(self) -> None:
        hostile = "<script>alert(1)</script> & \x00 \ud800"
        message = CARE.new(replace(letter_to_nurses(), event=letters.disclosure((Item("plan", hostile),)).event))
        assert check(message).findings == ()


class TestReply:
    def test_the_thread_goes_on(self) -> None:
        first, back = parsed(new()), parsed(replied())
        assert one(back, "Communication")["identifier"] == one(first, "Communication")["identifier"]
        assert resources(back, "Provenance")[1] == one(first, "Provenance")
        revision = resources(back, "Provenance")[0]["entity"][-1]
        assert revision["what"]["reference"] == f"MessageHeader/{one(first, 'MessageHeader')['id']}"

    def test_earlier_words_stay_byte_for_byte_and_documents_leave_their_data(self) -> None:
        first, back = payloads(new()), payloads(replied())
        assert back[0] == first[0]
        kept = json.loads(back[1])["contentAttachment"]
        assert set(kept) == {"contentType", "title", "creation"}
        assert len(back) == len(first) + 3

    def test_it_goes_to_who_sent_the_message(self) -> None:
        with pytest.raises(Undeliverable, match="not-a-party-of-the-thread"):
            reply(CARE, answering(recipient=FAR_NURSES), new())

    def test_a_reply_to_a_reply(self) -> None:
        second = replace(letter_to_nurses(), message_id=letters.EARLIER)
        third = reply(CARE, second, replied())
        assert check(third).findings == ()
        assert len(resources(parsed(third), "Provenance")) == 3
        assert payloads(third)[0] == payloads(new())[0]

    def test_an_episode_that_came_is_returned(self) -> None:
        message = parsed(new())
        stay = one(notification(), "Encounter")
        stay |= {
            "meta": {"profile": [systems.ENCOUNTER]},
            "subject": {"reference": f"Patient/{one(message, 'Patient')['id']}"},
        }
        del stay["serviceProvider"]
        message["entry"].append({"fullUrl": f"{BASE}/Encounter/{stay['id']}", "resource": stay})
        one(message, "Communication")["encounter"] = {"reference": f"Encounter/{stay['id']}"}
        back = reply(CARE, answering(), dumped(message))
        assert check(back).findings == ()
        assert one(parsed(back), "Encounter")["episodeOfCare"] == stay["episodeOfCare"]

    def test_a_person_who_is_named_as_sender_gets_the_reply(self) -> None:
        message = parsed(new())
        role = {"reference": f"PractitionerRole/{one(message, 'PractitionerRole')['id']}"}
        one(message, "Communication")["extension"] = [{"url": systems.SENDER, "valueReference": role}]
        assert check(dumped(message)).findings == ()
        back = reply(CARE, answering(), dumped(message))
        assert check(back).findings == ()
        assert one(parsed(back), "Communication")["recipient"] == [role]

    def test_only_a_care_communication_is_replied_to(self) -> None:
        with pytest.raises(Undeliverable, match="not-a-care-communication"):
            Previous(dumped(notification()))


class TestForward:
    def test_every_payload_goes_on_byte_for_byte_with_its_data(self) -> None:
        first, onward = payloads(new()), payloads(forwarded())
        assert onward[: len(first)] == first
        assert (
            one(parsed(forwarded()), "Communication")["identifier"] != one(parsed(new()), "Communication")["identifier"]
        )

    def test_only_what_was_chosen_goes_on(self) -> None:
        first = one(parsed(new()), "Communication")["payload"]
        chosen = next(e["valueIdentifier"]["value"] for e in first[1]["extension"] if "valueIdentifier" in e)
        onward = forward(CARE, answering(recipient=FAR_NURSES), new(), frozenset({chosen}))
        assert check(onward).findings == ()
        assert payloads(onward)[0] == payloads(new())[1]
        assert len(payloads(onward)) == 1 + 3

    def test_what_a_reply_left_behind_cannot_be_forwarded(self) -> None:
        onward = forward(CARE, letter_to_nurses(recipient=FAR_NURSES, message_id=letters.EARLIER), replied())
        assert check(onward).findings == ()
        assert all(
            "data" in payload.get("contentAttachment", {"data": ""})
            for payload in one(parsed(onward), "Communication")["payload"]
        )


class TestAcknowledgement:
    def test_it_quotes_the_header_and_carries_the_latest_provenance_as_it_came(self) -> None:
        message, ack = parsed(replied()), parsed(acknowledged("ok", replied()))
        response = one(ack, "MessageHeader")["response"]
        assert response == {"identifier": one(message, "MessageHeader")["id"], "code": "ok"}
        own, latest = resources(ack, "Provenance")
        assert latest == resources(message, "Provenance")[0]
        assert own["activity"]["coding"][0]["code"] == "acknowledgement"
        assert one(ack, "MessageHeader")["sender"] == one(message, "MessageHeader")["destination"][0]["receiver"]

    def test_issues_name_code_element_and_rule(self) -> None:
        (issue,) = one(parsed(acknowledged("fatal-error")), "OperationOutcome")["issue"]
        assert issue["details"]["coding"] == [{"system": systems.MEDCOM_ISSUES, "code": "MSG_VALUESET_VALUE_UNKNOWN"}]
        assert (issue["expression"], issue["code"]) == (["Bundle.entry[2]"], "code-invalid")
        assert issue["details"]["text"] == "cc-status: x"

    def test_a_warning_is_no_issue(self) -> None:
        warning = Finding(severity="warning", code=systems.BAD_FORMAT, element="Bundle", rule="msg-profile", says="x")
        ack = acknowledgement(opened(new()), Verdict("ok", (warning,)), RECEIVED, BASE)
        assert resources(parsed(ack), "OperationOutcome") == []

    @pytest.mark.parametrize("gone", ["sender", "destination"])
    def test_without_parties_there_is_none(self, gone: str) -> None:
        message = parsed(new())
        del one(message, "MessageHeader")[gone]
        with pytest.raises(Unanswerable):
            acknowledgement(opened(dumped(message)), Verdict("fatal-error"), RECEIVED, BASE)


class TestTheChoice:
    """CareCommunication between a hospital and a sundhedspleje that MedCom reaches; the hub's own message otherwise."""

    OWN, CHOICE = FhirTranslator(BASE), MedComTranslator(BASE)

    def test_it_is_made_for_each_letter(self) -> None:
        assert self.CHOICE.message(letter_to_nurses()) == new()
        for make in letters.LETTERS:
            assert self.CHOICE.message(make()) == self.OWN.message(make())

    @pytest.mark.parametrize(
        "changes",
        [
            {"sender": replace(WARD, sor=None)},
            {"sender": replace(WARD, phone=None)},
            {"recipient": replace(NURSES, gln=None)},
            {"recipient": replace(NURSES, sor="123456")},
            {"recipient": replace(letters.FAMILY_UNIT, sor="999071000016009", gln=NURSES.gln)},
            {"person": None},
            {"role": " "},
            {"event": letters.concern().event},
            {"event": letters.disclosure((Item("plan", "", True, Attachment("a.html", "text/html", b"x")),)).event},
        ],
    )
    def test_what_medcom_cannot_carry_goes_as_the_hubs_own(self, changes: Json) -> None:
        letter: Letter = replace(letter_to_nurses(), **changes)
        assert not fits(letter)
        assert self.CHOICE.message(letter) == self.OWN.message(letter)
