"""MedCom messages over HTTP: each has one effect and one answer, and is shown to nobody but sender and receiver."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.medcom import systems
from adapters.medcom.check import check
from adapters.medcom.thread import forward, reply
from hub.api.schemas.codes import MessageActivity
from hub.domain.delivery import DeliveryEscalated
from hub.domain.message import EnvelopeSeen, MessageKept, MessageRefused, Verdict
from hub.errors import TryAgainLater
from hub.settings import RecordSettings
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from tests.adapters.medcom.messages import (
    CARE,
    Json,
    acknowledged,
    answering,
    directory,
    dumped,
    letter_to_nurses,
    new,
    notification,
    one,
    parsed,
    resources,
)
from tests.adapters.medcom.messages import NURSES as NURSES_BY_SOR
from tests.adapters.medcom.messages import WARD as CLINIC_BY_SOR
from tests.api.doors import EXAMPLES, NOW, Doors, example, serving
from tests.bench.bench_intake import malformed
from tests.endurance import times
from tests.people import BRITA, CLINIC, DAY, ELMER_CPR, FAMILIES, KAJA, MIDWIVES, NANCY, NURSES
from tests.waiting import PATIENCE

FHIR = "application/fhir+json"
AT = NOW.isoformat()
NOON = NOW.replace(hour=12)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub whose clinic and sundhedspleje have SOR ids."""
    folder = tmp_path_factory.mktemp("medcom")
    with serving(folder, directory_file=directory(folder / "directory.toml"), dispatch=False) as doors:
        yield doors


def post(doors: Doors, body: bytes, unit: Unit = CLINIC, media: str = FHIR) -> httpx.Response:
    """Send a message for a unit."""
    return doors.at(unit).door.post("/fhir/$process-message", content=body, headers={"Content-Type": media})


def answer(response: httpx.Response) -> str:
    """What the Acknowledgement says; it keeps the rules itself."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == FHIR
    assert [finding for finding in check(response.content).findings if finding.severity == "error"] == []
    code: str = one(response.json(), "MessageHeader")["response"]["code"]
    return code


def why(response: httpx.Response) -> list[tuple[str, str]]:
    """Issue codes of an answer that is not ok, and the rules they name."""
    issues = one(response.json(), "OperationOutcome")["issue"]
    return [(issue["details"]["coding"][0]["code"], issue["details"]["text"].partition(":")[0]) for issue in issues]


def about(citizen: Citizen, **changes: Any) -> bytes:
    """A new message about somebody, under an id of its own."""
    return CARE.new(letter_to_nurses(citizen=citizen, message_id=uuid4(), **changes))


def stay(citizen: Citizen, activity: str = "admit-inpatient", **more: Any) -> bytes:
    """A notification about somebody, under an id of its own."""
    return dumped(notification(activity, cpr=citizen.cpr.digits, number=uuid4().int, **more))


def events(doors: Doors, case: str, unit: Unit) -> list[Json]:
    """What a unit is shown of a case."""
    shown: list[Json] = doors.at(unit).get(f"/v1/cases/{case}/events").json()["events"]
    return shown


def parked(doors: Doors, unit: Unit = NURSES) -> list[Json]:
    """What waits for a unit."""
    rows: list[Json] = doors.at(unit).get("/v1/parked-messages").json()["messages"]
    return rows


def refused(doors: Doors) -> list[MessageRefused]:
    """Every message the hub did not take, in order."""
    return [recorded.event for recorded in doors.record.scan() if isinstance(recorded.event, MessageRefused)]


class TestExamples:
    """openapi/examples/medcom, as an integrator would send them."""

    def test_the_good_one_is_taken_and_the_broken_one_is_refused_for_what_is_wrong(self, doors: Doors) -> None:
        case = doors.open()
        good, bad = (EXAMPLES / "medcom" / f"care-communication{kind}.json" for kind in ("", ".broken"))
        assert answer(post(doors, good.read_bytes())) == "ok"
        assert events(doors, case, NURSES)[-1]["name"] == "care-message-received.v1"
        no = post(doors, bad.read_bytes())
        assert answer(no) == "fatal-error"
        assert {complaint[1] for complaint in why(no)} == {"cc-category-code", "cc-date-zone", "cc-practitioner-name"}


class TestOnItsCase:
    def test_a_message_about_a_woman_whose_case_its_sender_knows(self, doors: Doors) -> None:
        case, message = doors.open(), about(KAJA)
        assert answer(post(doors, message)) == "ok"
        for unit in (CLINIC, NURSES):
            told = events(doors, case, unit)[-1]
            assert told["name"] == "care-message-received.v1"
            assert (told["event"]["by"], told["event"]["recipient"]) == (str(CLINIC), str(NURSES))
            assert (told["event"]["category"], told["event"]["activity"]) == ("healthcare", systems.NEW)
            assert (told["event"]["payloads"], told["event"]["attachments"]) == (3, 2)

    def test_nobody_else_is_shown_it(self, doors: Doors) -> None:
        case, message = doors.open(), about(KAJA)
        doors.open(MIDWIVES)
        post(doors, message)
        key = one(parsed(message), "MessageHeader")["id"]
        assert "care-message" not in json.dumps(events(doors, case, MIDWIVES))
        for unit, status in ((MIDWIVES, 404), (FAMILIES, 404), (CLINIC, 200), (NURSES, 200)):
            assert doors.at(unit).get(f"/v1/cases/{case}/messages/{key}").status_code == status

    def test_the_bytes_are_given_as_they_came_and_the_look_is_recorded(self, doors: Doors) -> None:
        case = doors.open()
        message = json.dumps(parsed(about(KAJA)), indent=3).encode()
        post(doors, message)
        key = one(parsed(message), "MessageHeader")["id"]
        got = doors.at(NURSES).get(f"/v1/cases/{case}/messages/{key}")
        assert (got.content, got.headers["content-type"]) == (message, FHIR)
        looked = doors.services.read_log.look_ups(UUID(case))[-1]
        assert (looked.by, looked.what) == (NURSES, (key,))

    def test_a_reply_and_a_forward(self, doors: Doors) -> None:
        case, message = doors.open(), about(KAJA)
        post(doors, message)
        back = reply(CARE, answering(message_id=uuid4()), message)
        assert answer(post(doors, back, NURSES)) == "ok"
        onward = forward(CARE, answering(message_id=uuid4()), message)
        assert answer(post(doors, onward, NURSES)) == "ok"
        told = [event["event"] for event in events(doors, case, NURSES)][-3:]
        assert [event["activity"] for event in told] == [systems.NEW, systems.REPLY, systems.FORWARD]
        first = one(parsed(message), "MessageHeader")["id"]
        assert [event["follows"] for event in told] == [None, first, first]
        assert told[0]["thread"] == told[1]["thread"] != told[2]["thread"]

    @pytest.mark.parametrize(
        ("activity", "more"),
        [
            ("admit-emergency", {"kind": "EMER"}),
            ("admit-inpatient", {}),
            ("start-leave-inpatient", {"status": "onleave", "leave": True}),
            ("end-leave-inpatient", {}),
            ("discharge-inpatient-home", {"status": "finished", "ended": True}),
            ("revise-discharge-inpatient-home", {"status": "finished", "ended": True}),
            ("cancel-admit-inpatient", {"status": "entered-in-error"}),
            ("end-leave-inpatient", {"status": "finished", "ended": True, "dead": True}),
        ],
    )
    def test_every_use_case_of_a_stay(self, doors: Doors, activity: str, more: Json) -> None:
        case = doors.open()
        assert answer(post(doors, stay(KAJA, activity, **more))) == "ok"
        told = events(doors, case, NURSES)[-1]
        assert told["name"] == "hospital-stay-notified.v1"
        assert (told["event"]["activity"], told["event"]["kind"]) == (activity, more.get("kind", "IMP"))
        assert told["event"]["status"] == more.get("status", "in-progress")
        assert (told["event"]["ended"] is not None) == more.get("ended", False)
        assert (told["event"]["leave_from"] is not None) == more.get("leave", False)
        assert told["event"]["deceased"] == more.get("dead", False)

    def test_no_lookup_of_a_case_reads_the_bytes_of_its_messages(self, doors: Doors) -> None:
        case = doors.open()
        post(doors, about(KAJA))
        assert not any(isinstance(recorded.event, MessageKept) for recorded in doors.record.stream(UUID(case)))


class TestParked:
    def test_of_two_cases_that_both_know_it_is_ambiguous_which_it_is_about(self, doors: Doors) -> None:
        """C03: nobody chooses for them; a person does, on either of the two."""
        units, cases = (CLINIC, NURSES), list[str]()
        for _ in range(2):
            (case,) = {doors.open(unit, BRITA.cpr.digits) for unit in units}
            cases.append(case)
            for unit in units:
                why = {"at": NOW.isoformat(), "reason": "Der er ikke mere."}
                assert (
                    doors.at(unit).post(f"/v1/cases/{case}/pregnancy-end", {"at": NOW.isoformat()}).status_code == 201
                )
                assert doors.at(unit).post(f"/v1/cases/{case}/closure", why).status_code == 201
        for case in cases:
            for unit in units:
                assert doors.at(unit).post(f"/v1/cases/{case}/reopening", why).status_code == 201
        message = about(BRITA)
        assert answer(post(doors, message)) == "ok"
        (waits,) = [row for row in parked(doors) if row["message"] == one(parsed(message), "MessageHeader")["id"]]
        assert (waits["why"], waits["kind"]) == ("ambiguous", systems.NEW)
        seen = [doors.at(NURSES).get(f"/v1/cases/{case}").json()["messages"] for case in cases]
        assert seen == [[], []]
        placing = {"at": NOW.isoformat(), "case": cases[0]}
        assert doors.at(NURSES).post(f"/v1/parked-messages/{waits['id']}/placement", placing).status_code == 201
        assert len(doors.at(NURSES).get(f"/v1/cases/{cases[0]}").json()["messages"]) == 1

    def test_why_a_message_waits_and_what_it_does_are_closed_lists(self, doors: Doors) -> None:
        """A generated client has a name for each; what the standard may send and the match may say are all of them."""
        assert set(MessageActivity) == set().union(*systems.ACTIVITY_CODES.values())
        described = doors.at(CLINIC).get("/openapi.json").json()["components"]["schemas"]
        fields = described["ParkedMessageAnswer"]["properties"]
        assert fields["why"]["$ref"].endswith("/ParkedWhy")
        assert fields["kind"]["$ref"].endswith("/MessageActivity")

    def test_it_waits_for_its_receiver_alone_byte_for_byte(self, doors: Doors) -> None:
        message = about(NANCY)
        assert answer(post(doors, message)) == "ok"
        waits = parked(doors)[-1]
        assert (waits["why"], waits["sender"], waits["kind"]) == ("no-case", str(CLINIC), systems.NEW)
        path = f"/v1/parked-messages/{waits['id']}"
        assert doors.at(NURSES).get(path).content == message
        for unit in (CLINIC, MIDWIVES, FAMILIES):
            assert waits["id"] not in {row["id"] for row in parked(doors, unit)}
            assert doors.at(unit).get(path).status_code == 404
        assert doors.at(NURSES).get(f"/v1/cases/{waits['id']}").status_code == 404

    def test_a_person_places_it_and_then_only_the_case_holds_it(self, doors: Doors) -> None:
        message = about(NANCY)
        post(doors, message)
        waits = parked(doors)[-1]
        case = doors.open(NURSES, NANCY.cpr.digits)
        path = f"/v1/parked-messages/{waits['id']}/placement"
        placed = doors.at(NURSES).post(path, example("placement") | {"at": AT, "case": case})
        assert (placed.status_code, placed.json()["events"]) == (201, ["care-message-received.v1"])
        assert doors.at(NURSES).post(path, {"at": AT, "case": case}).json() == placed.json()
        assert waits["id"] not in {row["id"] for row in parked(doors)}
        key = one(parsed(message), "MessageHeader")["id"]
        assert doors.at(NURSES).get(f"/v1/cases/{case}/messages/{key}").content == message
        assert doors.at(NURSES).get(f"/v1/parked-messages/{waits['id']}").status_code == 404
        assert not any(isinstance(recorded.event, MessageKept) for recorded in doors.record.stream(UUID(waits["id"])))
        again = post(doors, message)
        assert answer(again) == "ok"
        assert len([event for event in events(doors, case, NURSES) if event["event"].get("message") == key]) == 1

    def test_it_is_placed_once_wherever_two_want_it_at_once(self, doors: Doors) -> None:
        message = parsed(about(KAJA))
        one(message, "Patient")["identifier"] = [{"system": systems.X_ECPR, "value": "0703921VJ4"}]
        post(doors, dumped(message))
        path = f"/v1/parked-messages/{parked(doors)[-1]['id']}/placement"
        cases, gate = [doors.open(NURSES), doors.open(NURSES, NANCY.cpr.digits)], Barrier(2)

        def placing(case: str) -> httpx.Response:
            gate.wait(PATIENCE)
            return doors.at(NURSES).post(path, {"at": AT, "case": case})

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(placing, cases))
        assert [response.status_code for response in answers].count(201) == 1
        key = one(message, "MessageHeader")["id"]
        told = [
            event for case in cases for event in events(doors, case, NURSES) if event["event"].get("message") == key
        ]
        assert len(told) == 1

    def test_it_is_not_placed_on_another_womans_case_nor_on_one_the_unit_does_not_know(self, doors: Doors) -> None:
        post(doors, about(NANCY))
        waits = parked(doors)[-1]
        path = f"/v1/parked-messages/{waits['id']}/placement"
        mine, theirs = doors.open(NURSES), doors.open(FAMILIES, ELMER_CPR.digits)
        other = doors.at(NURSES).post(path, {"at": AT, "case": mine})
        assert (other.status_code, other.json()["type"]) == (409, "urn:tvaerspor:problem:another-citizen")
        assert doors.at(NURSES).post(path, {"at": AT, "case": theirs}).status_code == 404
        assert doors.at(CLINIC).post(path, {"at": AT, "case": theirs}).status_code == 404
        assert waits["id"] in {row["id"] for row in parked(doors)}

    def test_a_case_that_neither_of_them_knows_is_not_told_by_the_answer(self, doors: Doors) -> None:
        doors.open(FAMILIES, ELMER_CPR.digits)
        known, unknown = (post(doors, about(replace(NANCY, cpr=cpr))) for cpr in (ELMER_CPR, replace(NANCY).cpr))
        assert (answer(known), answer(unknown)) == ("ok", "ok")
        assert [row["why"] for row in parked(doors)[-2:]] == ["no-case", "no-case"]

    def test_a_replacement_number_that_leads_its_sender_to_no_case_is_answered_honestly(self, doors: Doors) -> None:
        message = parsed(about(KAJA))
        one(message, "Patient")["identifier"] = [{"system": systems.X_ECPR, "value": "0703921VJ4"}]
        doors.open()
        came = post(doors, dumped(message))
        assert (answer(came), [rule for _, rule in why(came)]) == ("fatal-error", ["no-cpr-number"])
        assert parked(doors)[-1]["why"] == "no-cpr-number"


class TestAgain:
    def test_the_same_content_in_another_envelope_gets_the_same_answer_and_has_one_effect(self, doors: Doors) -> None:
        doors.open()
        message = parsed(about(KAJA))
        first = post(doors, dumped(message))
        before = doors.acts()
        again = post(doors, dumped(message | {"id": str(uuid4()), "timestamp": "2025-04-07T11:00:00+02:00"}))
        shuffled = message | {"entry": [message["entry"][0], *reversed(message["entry"][1:])]}
        assert first.content == again.content
        assert answer(post(doors, dumped(shuffled))) == "ok"
        assert doors.acts() == before

    def test_other_content_under_a_known_id_is_fatal(self, doors: Doors) -> None:
        case = doors.open()
        message = parsed(about(KAJA))
        assert answer(post(doors, dumped(message))) == "ok"
        shown = len(events(doors, case, NURSES))
        one(message, "Communication")["payload"][0]["contentString"] = "noget andet"
        again = post(doors, dumped(message))
        assert answer(again) == "fatal-error"
        assert why(again) == [("MSG_DUPLICATE_ID", "msg-duplicate")]
        assert len(events(doors, case, NURSES)) == shown

    def test_so_are_the_same_resources_under_other_full_urls(self, doors: Doors) -> None:
        doors.open()
        message = parsed(about(KAJA))
        assert answer(post(doors, dumped(message))) == "ok"
        sender = next(entry for entry in message["entry"] if entry["resource"]["resourceType"] == "Organization")
        sender["fullUrl"] = "https://hub.example/fhir/Organization/elsewhere"
        again = post(doors, dumped(message))
        assert (again.status_code, again.json()["resourceType"]) == (422, "OperationOutcome")
        assert again.json()["issue"][0]["details"]["coding"][0]["code"] == "MSG_DUPLICATE_ID"

    def test_a_refused_message_is_refused_again_in_the_same_words(self, doors: Doors) -> None:
        message = parsed(about(KAJA))
        one(message, "Communication")["status"] = "completed"
        first = post(doors, dumped(message))
        assert answer(first) == "fatal-error"
        assert why(first) == [("MSG_VALUESET_VALUE_UNKNOWN", "cc-status")]
        before = doors.acts()
        assert post(doors, dumped(message | {"id": str(uuid4())})).content == first.content
        assert doors.acts() == before


class TestEnvelopes:
    """Bundle.id is new for every transmission: known with another message in it, it is an error (medcom.md §2)."""

    def reused(self, response: httpx.Response) -> bool:
        return answer(response) == "fatal-error" and why(response) == [("MSG_DUPLICATE_ID", "msg-envelope")]

    def test_another_message_in_a_known_envelope_is_fatal_and_is_not_held_against_it(self, doors: Doors) -> None:
        case = doors.open()
        first, second = parsed(about(KAJA)), parsed(about(KAJA))
        assert answer(post(doors, dumped(first))) == "ok"
        shown = len(events(doors, case, NURSES))
        assert self.reused(post(doors, dumped(second | {"id": first["id"].upper()})))
        assert (len(events(doors, case, NURSES)), refused(doors)[-1].findings[0].element) == (shown, "Bundle.id")
        assert answer(post(doors, dumped(second))) == "ok"

    def test_a_known_message_gets_its_answer_again_in_whatever_envelope(self, doors: Doors) -> None:
        doors.open()
        first, second = parsed(about(KAJA)), parsed(about(KAJA))
        post(doors, dumped(first))
        told, before = post(doors, dumped(second)), doors.acts()
        assert post(doors, dumped(second | {"id": first["id"]})).content == told.content
        assert doors.acts() == before

    def test_the_envelope_in_which_a_message_came_again_is_remembered(self, doors: Doors) -> None:
        doors.open()
        message, again = parsed(about(KAJA)), str(uuid4())
        for envelope in (message["id"], again, again):
            assert answer(post(doors, dumped(message | {"id": envelope}))) == "ok"
        assert self.reused(post(doors, dumped(parsed(about(KAJA)) | {"id": again})))

    def test_so_is_that_of_a_parked_one_of_a_refused_one_and_of_an_acknowledgement(self, doors: Doors) -> None:
        broken = parsed(about(KAJA))
        one(broken, "Communication")["status"] = "completed"
        receipt = parsed(acknowledged("ok", about(NANCY, sender=NURSES_BY_SOR, recipient=CLINIC_BY_SOR)))
        for message, status in ((parsed(about(NANCY)), 200), (broken, 200), (receipt, 200)):
            assert post(doors, dumped(message)).status_code == status
            assert self.reused(post(doors, dumped(parsed(about(KAJA)) | {"id": message["id"]})))

    def test_an_acknowledgement_in_a_known_envelope_is_refused_and_closes_nothing(self, doors: Doors) -> None:
        message = parsed(about(KAJA))
        post(doors, dumped(message))
        receipt = parsed(acknowledged("ok", about(NANCY, sender=NURSES_BY_SOR, recipient=CLINIC_BY_SOR)))
        no = post(doors, dumped(receipt | {"id": message["id"]}))
        assert (no.status_code, no.json()["issue"][0]["expression"]) == (422, ["Bundle.id"])

    def test_two_senders_do_not_get_in_each_others_way(self, doors: Doors) -> None:
        doors.open()
        mine, theirs = parsed(about(KAJA)), parsed(about(KAJA, sender=NURSES_BY_SOR, recipient=CLINIC_BY_SOR))
        assert answer(post(doors, dumped(mine))) == "ok"
        assert answer(post(doors, dumped(theirs | {"id": mine["id"]}), NURSES)) == "ok"

    def test_neither_id_can_be_read_in_what_is_kept_of_it(self, doors: Doors) -> None:
        message = about(NANCY)
        post(doors, message)
        seen = [recorded for recorded in doors.record.scan() if isinstance(recorded.event, EnvelopeSeen)][-1]
        for key in (parsed(message)["id"], one(parsed(message), "MessageHeader")["id"]):
            assert key not in repr(seen)


def test_ids_are_remembered_on_every_database(database_url: str, tmp_path: Path) -> None:
    file = directory(tmp_path / "directory.toml")
    with serving(
        tmp_path, record=RecordSettings(database_url=database_url), directory_file=file, dispatch=False
    ) as doors:
        case, first, second = doors.open(), parsed(about(KAJA)), parsed(about(KAJA))
        told = post(doors, dumped(first))
        assert answer(told) == "ok"
        assert post(doors, dumped(first | {"id": second["id"]})).content == told.content
        assert why(post(doors, dumped(second))) == [("MSG_DUPLICATE_ID", "msg-envelope")]
        assert answer(post(doors, dumped(second | {"id": str(uuid4())}))) == "ok"
        names = [event["name"] for event in events(doors, case, NURSES)]
        assert names.count("care-message-received.v1") == 2


class TestWhoMaySend:
    def test_a_unit_sends_for_itself_only(self, doors: Doors) -> None:
        doors.open()
        for unit in (NURSES, MIDWIVES, FAMILIES):
            no = post(doors, about(KAJA), unit)
            assert (no.status_code, no.json()["resourceType"]) == (403, "OperationOutcome")
            assert (refused(doors)[-1].by, refused(doors)[-1].findings[0].rule) == (unit, "sender-own")

    def test_two_sor_ids_are_none(self, doors: Doors) -> None:
        message = parsed(about(KAJA))
        one(message, "Organization")["identifier"].append({"system": "urn:oid:1.2.208.176.1.1", "value": "99907100001"})
        assert post(doors, dumped(message)).status_code == 403
        assert (refused(doors)[-1].by, refused(doors)[-1].findings[0].rule) == (CLINIC, "sender-own")

    def test_an_unknown_receiver(self, doors: Doors) -> None:
        message = about(KAJA).replace(b"999071000016002", b"999071000016999")
        no = post(doors, message)
        assert answer(no) == "fatal-error"
        assert why(no) == [("MSG_Receiver_Identifier_UNKNOWN", "receiver-known")]


class TestAcknowledgements:
    @pytest.fixture
    def letter(self, doors: Doors) -> tuple[str, str, bytes]:
        """A disclosure to the nurses that waits in their inbox: its case, its act, and the message as they pull it."""
        case = doors.open()
        consent = example("consent") | {"at": AT, "recipients": [str(NURSES)]}
        assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents", consent).status_code == 201
        told = doors.at(CLINIC).post(
            f"/v1/cases/{case}/disclosures", example("disclosure") | {"at": AT, "recipient": str(NURSES)}
        )
        assert told.status_code == 201, told.text
        doors.workers.caught_up()
        doors.workers.delivery.carry()
        pulled = doors.at(NURSES).get("/fhir/Bundle", {"_count": "100"}).json()["entry"][-1]["resource"]
        return case, told.json()["id"], dumped(pulled)

    def status(self, doors: Doors, act: str) -> tuple[str, str | None]:
        """How the letter stands, as its sender sees it."""
        doors.workers.caught_up()
        rows = doors.at(CLINIC).get("/v1/deliveries").json()["deliveries"]
        return next((row["status"], row["detail"]) for row in rows if row["act"] == act)

    def test_what_goes_to_a_sundhedspleje_is_a_care_communication_that_the_hub_itself_accepts(
        self, doors: Doors, letter: tuple[str, str, bytes]
    ) -> None:
        message = letter[2]
        assert check(message).findings == ()
        assert one(parsed(message), "MessageHeader")["eventCoding"]["code"] == systems.CARE_EVENT
        assert answer(post(doors, message, CLINIC)) == "ok"

    @pytest.mark.parametrize(
        ("code", "status"),
        [("ok", ("received", "acknowledged")), ("fatal-error", ("abandoned", "refused-by-receiver"))],
    )
    def test_it_closes_the_letter_it_quotes(
        self, doors: Doors, letter: tuple[str, str, bytes], code: str, status: tuple[str, str]
    ) -> None:
        message = acknowledged(code, letter[2])
        plain = post(doors, message, NURSES)
        assert (plain.status_code, plain.content) == (200, b"")
        assert self.status(doors, letter[1]) == status
        assert post(doors, message, NURSES).status_code == 200

    @pytest.mark.parametrize("how", ["reply", "forward"])
    def test_an_answer_goes_on_from_the_message_that_came(self, doors: Doors, how: str) -> None:
        case, message = doors.open(), about(KAJA, sender=NURSES_BY_SOR, recipient=CLINIC_BY_SOR)
        assert answer(post(doors, message, NURSES)) == "ok"
        consent = example("consent") | {"at": AT, "recipients": [str(NURSES)]}
        assert doors.at(CLINIC).post(f"/v1/cases/{case}/consents", consent).status_code == 201
        key = one(parsed(message), "MessageHeader")["id"]
        body = example("disclosure") | {"at": AT, "recipient": str(NURSES), "follows": {"message": key, "how": how}}
        told = doors.at(CLINIC).post(f"/v1/cases/{case}/disclosures", body)
        assert told.status_code == 201, told.text
        doors.workers.caught_up()
        doors.workers.delivery.carry()
        sent = doors.at(NURSES).get("/fhir/Bundle", {"_count": "100"}).json()["entry"][-1]["resource"]
        assert check(dumped(sent)).findings == ()
        story = one(sent, "Provenance")
        assert story["activity"]["coding"][0]["code"] == f"{how}-message"
        assert story["entity"][-1]["what"]["reference"] == f"MessageHeader/{key}"
        said = [payload.get("contentString") for payload in one(sent, "Communication")["payload"]]
        assert one(parsed(message), "Communication")["payload"][0]["contentString"] in said
        assert answer(post(doors, dumped(sent))) == "ok"

    def test_nobody_goes_on_from_a_message_that_is_not_its_own(self, doors: Doors) -> None:
        case, message = doors.open(), about(KAJA)
        doors.open(MIDWIVES)
        assert answer(post(doors, message)) == "ok"
        key = one(parsed(message), "MessageHeader")["id"]
        body = example("disclosure") | {"at": AT, "recipient": str(NURSES), "follows": {"message": key, "how": "reply"}}
        path = f"/v1/cases/{case}/disclosures"
        assert doors.at(MIDWIVES).post(path, body).status_code == 404
        mine = doors.at(CLINIC).post(path, body)
        assert (mine.status_code, mine.json()["type"]) == (409, "urn:tvaerspor:problem:not-its-sender")

    def test_receivers_trouble_leaves_the_letter_open(self, doors: Doors, letter: tuple[str, str, bytes]) -> None:
        assert post(doors, acknowledged("transient-error", letter[2]), NURSES).status_code == 200
        assert self.status(doors, letter[1]) == ("queued", "receiver-in-trouble")

    def test_a_person_is_told_of_it_once_and_not_after_a_yes(
        self, doors: Doors, letter: tuple[str, str, bytes]
    ) -> None:
        def told() -> int:
            return sum(isinstance(recorded.event, DeliveryEscalated) for recorded in doors.record.scan())

        before, first, second = told(), *(acknowledged("transient-error", letter[2], at) for at in (NOON, NOON + DAY))
        assert [post(doors, receipt, NURSES).status_code for receipt in (first, second)] == [200, 200]
        assert told() == before + 1
        assert post(doors, acknowledged("ok", letter[2]), NURSES).status_code == 200
        assert self.status(doors, letter[1]) == ("received", "acknowledged")

    def test_trouble_after_a_yes_counts_for_nothing(self, doors: Doors, letter: tuple[str, str, bytes]) -> None:
        for code in ("ok", "transient-error"):
            assert post(doors, acknowledged(code, letter[2]), NURSES).status_code == 200
        assert self.status(doors, letter[1]) == ("received", "acknowledged")

    def test_nobody_acknowledges_for_another(self, doors: Doors, letter: tuple[str, str, bytes]) -> None:
        assert post(doors, acknowledged("ok", letter[2]), CLINIC).status_code == 403
        assert self.status(doors, letter[1])[0] == "queued"

    def test_one_that_quotes_nothing_of_ours_is_taken_and_changes_nothing(self, doors: Doors) -> None:
        assert post(doors, acknowledged("ok", about(NANCY)), NURSES).status_code == 200

    def test_one_that_breaks_a_rule_is_not_acknowledged(self, doors: Doors) -> None:
        message = parsed(acknowledged("ok", about(NANCY)))
        one(message, "MessageHeader")["response"]["code"] = "maybe"
        no = post(doors, dumped(message), NURSES)
        assert (no.status_code, no.json()["resourceType"]) == (422, "OperationOutcome")


def _deep() -> bytes:
    return new().replace(b'"div":', b'"x":' + b"[" * 100 + b"]" * 100 + b',"div":', 1)


def _entries(count: int) -> bytes:
    message = parsed(new())
    small = {"fullUrl": "https://hub.example/fhir/Basic/1", "resource": {"resourceType": "Basic", "id": "1"}}
    return dumped(message | {"entry": [message["entry"][0], *[small] * count]})


BAD: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "not JSON": (lambda: b"{'a': 1}", FHIR, 400),
    "empty": (lambda: b"", FHIR, 400),
    "cut off": (lambda: new()[:-20], FHIR, 400),
    "not UTF-8": (lambda: new().replace(b"Nancy", b"N\xffncy"), FHIR, 400),
    "a list": (lambda: b"[]", FHIR, 422),
    "another resource": (lambda: b'{"resourceType": "Patient"}', FHIR, 422),
    "a searchset": (lambda: new().replace(b'"message"', b'"searchset"'), FHIR, 422),
    "no entries": (lambda: b'{"resourceType": "Bundle", "type": "message", "entry": []}', FHIR, 422),
    "a hundred levels": (_deep, FHIR, 422),
    "ten thousand levels": (lambda: b"[" * 10_000 + b"]" * 10_000, FHIR, 422),
    "ten thousand entries": (lambda: _entries(10_000), FHIR, 422),
    "XML": (lambda: b'<!DOCTYPE a [<!ENTITY x "y">]><Bundle>&x;</Bundle>', "application/fhir+xml", 415),
    "text": (lambda: new(), "text/plain", 415),
    "R5": (new, f"{FHIR}; fhirVersion=5.0", 415),
    "STU3": (new, f"{FHIR}; fhirVersion=3.0", 415),
    "Latin 1": (new, f"{FHIR}; charset=iso-8859-1", 415),
}  # fmt: skip
WRONG: dict[str, tuple[Callable[[Json], object], str]] = {
    "duplicate fullUrl": (lambda m: m["entry"].append(m["entry"][1]), "msg-fullurl-once"),
    "a dangling reference": (
        lambda m: one(m, "Communication").update(subject={"reference": "Patient/gone"}),
        "msg-references",
    ),
    "script": (
        lambda m: one(m, "Patient")["text"].update(
            div='<div xmlns="http://www.w3.org/1999/xhtml"><script>x()</script></div>'
        ),
        "msg-narrative-safe",
    ),
    "an element of R5": (lambda m: one(m, "Communication").update(note2=[]), "r4"),
    "a day that is none": (
        lambda m: one(m, "Provenance").update(occurredDateTime="2025-02-30T10:00:00+01:00"),
        "",
    ),
}


class TestBadInput:
    @pytest.fixture(autouse=True)
    def _nothing_but_that_it_came(self, doors: Doors) -> Iterator[None]:
        """Whatever is sent here leaves no event but the refusal, and no word of it anywhere."""
        doors.open()
        before = len(list(doors.record.scan()))
        yield
        fresh = list(doors.record.scan())[before:]
        assert {entry.name for entry in fresh} <= {"message-refused.v1", "envelope-seen.v1"}
        assert "message-refused.v1" in {entry.name for entry in fresh}
        assert "Nancy" not in repr([recorded.event for recorded in fresh])

    @pytest.mark.parametrize("what", BAD)
    def test_what_is_no_message_gets_an_operation_outcome(self, doors: Doors, what: str) -> None:
        make, media, status = BAD[what]
        no = post(doors, make(), CLINIC, media)
        assert (no.status_code, no.json()["resourceType"]) == (status, "OperationOutcome")
        assert "Nancy" not in no.text
        told = refused(doors)[-1]
        assert (told.by, told.message, told.size) == (CLINIC, None, len(make()))
        assert (told.sha256 is None) == (status == 415)

    def test_more_than_the_limit(self, doors: Doors) -> None:
        limit = doors.services.settings.server.message_limit
        assert limit == 16 * 1024 * 1024
        assert post(doors, b" " * (limit + 1)).status_code == 413
        told = refused(doors)[-1]
        assert (told.size, told.sha256, told.findings[0].rule) == (limit + 1, None, "msg-size")
        assert post(doors, b" " * limit).status_code == 400
        assert (refused(doors)[-1].size, refused(doors)[-1].findings[0].rule) == (limit, "msg-json")

    def test_more_than_the_limit_of_which_nobody_said_how_much(self, doors: Doors) -> None:
        limit = doors.services.settings.server.message_limit
        chunks = (b" " * 65_536 for _ in range(limit // 65_536 + 1))
        no = doors.at(CLINIC).door.post("/fhir/$process-message", content=chunks, headers={"Content-Type": FHIR})
        assert (no.status_code, refused(doors)[-1].size) == (413, None)

    def test_a_header_that_stands_twice(self, doors: Doors) -> None:
        headers = [("Content-Type", FHIR), ("Content-Type", "text/plain")]
        no = doors.at(CLINIC).door.post("/fhir/$process-message", content=new(), headers=headers)
        assert (no.status_code, refused(doors)[-1].findings[0].rule) == (400, "http-headers")

    @pytest.mark.parametrize("what", WRONG)
    def test_a_message_that_breaks_a_rule_gets_a_negative_acknowledgement(self, doors: Doors, what: str) -> None:
        change, rule = WRONG[what]
        message = parsed(about(KAJA))
        change(message)
        no = post(doors, dumped(message))
        assert one(no.json(), "MessageHeader")["response"]["code"] == "fatal-error"
        assert not rule or rule in {complaint[1] for complaint in why(no)}

    def test_a_parameter_is_not_ignored(self, doors: Doors) -> None:
        door = doors.at(CLINIC).door
        for query, status in (("async=true", 400), ("response-url=http://x", 400), ("_format=xml", 400)):
            no = door.post(f"/fhir/$process-message?{query}", content=new(), headers={"Content-Type": FHIR})
            assert (no.status_code, no.json()["resourceType"]) == (status, "OperationOutcome"), query
            assert (refused(doors)[-1].findings[0].rule, refused(doors)[-1].findings[0].element) == (
                "http-parameters",
                "",
            )


@pytest.fixture(scope="module")
def known(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Doors, Path]]:
    """A hub of their own, and the folder they lie in."""
    examples = shared / "standards" / "examples"
    folder = tmp_path_factory.mktemp("published")
    units = sorted({pair for file in examples.glob("*.json") for pair in _organisations(file)})
    lines = (
        f'[x{place}]\nkind = "hospital"\nname = "X"\n'
        f'[x{place}.units]\n"-" = {{ name = "X", sor = "{sor}", gln = "{gln}" }}'
        for place, (sor, gln) in enumerate(units)
    )
    file = directory(folder / "directory.toml", *lines)
    with serving(folder, directory_file=file, dispatch=False) as doors:
        yield doors, examples


class TestPublished:
    """MedCom's own examples over HTTP, in a directory that knows their senders and receivers."""

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("cc50-new-S-C", "ok"),
            ("cc50-forward-R-C", "ok"),
            ("cc50-new-episodeofcare-S-Tek-B", "ok"),
            ("cc50-new-nursing-R-Tek-E", "ok"),
            ("cc50-new-cpr-and-ecpr-R-Tek-CPR-1", "ok"),
            ("cc40-reply-R-Tek-P", "fatal-error"),
            ("hn30-admit-STIN_A", "ok"),
            ("hn30-revise-admit-RE_STIN_O", "ok"),
            ("hn30-start-leave-STOR_F", "ok"),
            ("hn30-discharge-SLHJ_H", "ok"),
        ],
    )
    def test_each_is_acknowledged_rightly(self, known: tuple[Doors, Path], name: str, code: str) -> None:
        doors, examples = known
        body = (examples / f"{name}.json").read_bytes()
        came = post(doors, body, _sender(doors, body))
        assert came.status_code == 200, came.text
        response = one(came.json(), "MessageHeader")["response"]
        assert (response["identifier"], response["code"]) == (one(parsed(body), "MessageHeader")["id"], code)

    @pytest.mark.parametrize("name", ["ack20-ok-AA_A", "ack20-transient-error-AR_B"])
    def test_an_acknowledgement_gets_a_plain_answer(self, known: tuple[Doors, Path], name: str) -> None:
        doors, examples = known
        body = (examples / f"{name}.json").read_bytes()
        came = post(doors, body, _sender(doors, body))
        assert (came.status_code, came.content) == (200, b"")


def _organisations(file: Path) -> Iterator[tuple[str, str]]:
    for resource in resources(json.loads(file.read_text(encoding="utf-8-sig")), "Organization"):
        numbers = {one_of["system"]: one_of["value"] for one_of in resource["identifier"]}
        yield numbers["urn:oid:1.2.208.176.1.1"], numbers["https://www.gs1.org/gln"]


def _sender(doors: Doors, body: bytes) -> Unit:
    """The unit of the directory that a message says it comes from."""
    message = parsed(body)
    key = one(message, "MessageHeader")["sender"]["reference"].rpartition("/")[2]
    (who,) = (resource for resource in resources(message, "Organization") if resource["id"] == key)
    sors = {identifier["value"] for identifier in who["identifier"]}
    return next(address.unit for address in doors.services.directory.all() if address.sor in sors)


class TestTrouble:
    def test_a_message_is_validated_once_and_what_is_repeated_or_no_message_not_at_all(
        self, doors: Doors, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judged: list[bytes] = []

        def counted(body: bytes) -> Verdict:
            judged.append(body)
            return check(body)

        doors.open()
        message = about(KAJA)
        with monkeypatch.context() as watched:
            watched.setattr(doors.services.validator, "verdict", counted)
            post(doors, message)
            post(doors, message)
            for body in malformed().values():
                post(doors, body)
        assert judged == [message]

    def test_a_validator_that_is_away_is_told_and_the_message_may_come_again(
        self, doors: Doors, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(_: bytes) -> None:
            raise TryAgainLater("validator-unavailable")

        doors.open()
        message = about(KAJA)
        with monkeypatch.context() as broken:
            broken.setattr(doors.services.validator, "verdict", away)
            no = post(doors, message)
            assert answer(no) == "transient-error"
            assert why(no)[0][0] == "MSG_Mailbox_Out_Of_Operation"
        assert answer(post(doors, message)) == "ok"


@pytest.mark.endures
@settings(max_examples=times(20, 60))
@given(some.data())
def test_no_fault_whatever_comes(hub: Doors, data: some.DataObject) -> None:
    body = bytearray(data.draw(some.sampled_from([new(), dumped(notification()), acknowledged()])))
    for _ in range(data.draw(some.integers(1, 4))):
        at = data.draw(some.integers(0, len(body) - 1))
        end = min(at + data.draw(some.integers(0, 30)), len(body))
        body[at:end] = data.draw(some.binary(max_size=6))
    came = post(hub, bytes(body))
    assert came.status_code in (200, 400, 403, 422)


ODD: tuple[Any, ...] = (
    *(None, True, -1, 1e308, "", "x" * 3000, "\ud800", [], {}, [None], {"reference": None}, "#", "urn:uuid:"),
    *("2025-02-30T10:00:00Z", "9999-12-31T23:59:60+14:00", "0001-01-01T00:00:00Z", "MessageHeader/", "Organization/1"),
)


@pytest.mark.endures
@settings(max_examples=times(20, 60))
@given(some.data())
def test_no_fault_whatever_is_altered_in_a_message_that_was_taken(hub: Doors, data: some.DataObject) -> None:
    message = parsed(data.draw(some.sampled_from([new(), dumped(notification()), acknowledged()])))
    post(hub, dumped(message))
    for _ in range(data.draw(some.integers(1, 4))):
        holder, key = data.draw(some.sampled_from(list(_places(message)) or [({}, "x")]))
        holder[key] = deepcopy(data.draw(some.sampled_from(ODD)))  # the next may be put into it
    came = post(hub, json.dumps(message).encode())
    assert came.status_code in (200, 400, 403, 422)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Whatever stands somewhere in a message: where, and under which name or number."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield value, key
        yield from _places(part)
