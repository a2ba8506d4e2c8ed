"""A message that the hub passes on is a disclosure: on a base that can be presumed, or it waits for one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.medcom import systems
from hub.domain.disclosure import DisclosureRefused
from hub.domain.message import CareMessageReceived, HospitalStayNotified, MessageParked
from hub.vocabulary.information import Citizen
from hub.vocabulary.organisations import Unit
from tests.adapters.medcom.messages import (
    BASE,
    CARE,
    FAMILY_UNIT,
    WARD,
    directory,
    dumped,
    letter_to_nurses,
    one,
    parsed,
)
from tests.api.doors import NOW, Doors, serving
from tests.api.test_process_message import about, answer, events, parked, post, stay, why
from tests.people import BRITA, CLINIC, ELMER_CPR, FAMILIES, KAJA, KIRSTEN, NANCY, NURSES

AT = NOW.isoformat()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub whose clinic, sundhedspleje and familieafdeling have SOR ids."""
    folder = tmp_path_factory.mktemp("presumed")
    with serving(folder, directory_file=directory(folder / "directory.toml"), dispatch=False) as doors:
        yield doors


def to_the_families(citizen: Citizen) -> bytes:
    """A message between a health person and an authority: no base can be presumed for it."""
    return CARE.new(letter_to_nurses(citizen=citizen, recipient=FAMILY_UNIT, message_id=uuid4()))


def key_of(message: bytes) -> str:
    key: str = one(parsed(message), "MessageHeader")["id"]
    return key


def parkings(doors: Doors, message: bytes) -> list[MessageParked]:
    stored = (recorded.event for recorded in doors.record.scan())
    return [event for event in stored if isinstance(event, MessageParked) and event.message == key_of(message)]


def consent(doors: Doors, case: str, recipient: Unit, **more: Any) -> str:
    """The clinic may tell this unit of her substance use."""
    body = {
        "at": AT,
        "form": "written",
        "given_by": "gravid",
        "direction": "videregive",
        "disclosers": [str(CLINIC)],
        "recipients": [str(recipient)],
        "categories": ["rusmiddel"],
        "purposes": ["stoette_graviditet"],
        "subjects": ["gravid"],
    }
    came = doors.at(CLINIC).post(f"/v1/cases/{case}/consents", body | more)
    assert came.status_code == 201, came.text
    given: str = came.json()["id"]
    return given


class TestBetweenHealthPersons:
    """Sundhedsloven § 41, stk. 2, nr. 1, unless she has said no."""

    def test_it_passes_and_the_ruling_stands_on_the_event(self, doors: Doors) -> None:
        case, message = doors.open(cpr=KAJA.cpr.digits), about(KAJA)
        assert answer(post(doors, message)) == "ok"
        (stored,) = (
            recorded.event
            for recorded in doors.record.scan()
            if isinstance(recorded.event, CareMessageReceived) and recorded.event.message == key_of(message)
        )
        assert stored.ruling is not None
        assert stored.ruling.decision.basis == "SUL-41-2-1"
        (line,) = [
            line
            for line in doors.at(NURSES).get("/v1/compliance/disclosures", {"case": case}).json()["disclosures"]
            if line["outcome"] == "received"
        ]
        assert line["basis"] == "SUL-41-2-1"

    def test_a_standing_no_stops_it_and_its_receiver_is_told_nothing(self, doors: Doors) -> None:
        case = doors.open(cpr=BRITA.cpr.digits)
        consent(doors, case, FAMILIES, excludes=["psykiatri"])
        message = about(BRITA)
        no = post(doors, message)
        assert answer(no) == "fatal-error"
        assert [rule for _, rule in why(no)] == ["no-base"]
        assert doors.at(NURSES).get(f"/v1/cases/{case}").status_code == 404
        assert key_of(message) not in {row["message"] for row in parked(doors)}
        (waits,) = parkings(doors, message)
        assert waits.ruling is not None
        assert waits.ruling.decision.reason.value == "PATIENT_OPTED_OUT"


class TestStays:
    """That she was admitted is told as any message is: on a base that can be presumed, or not at all."""

    def test_a_stay_carries_the_ruling_it_passed_on(self, doors: Doors) -> None:
        case, message = doors.open(cpr=KAJA.cpr.digits), stay(KAJA)
        assert answer(post(doors, message)) == "ok"
        (stored,) = stays(doors, case, message)
        assert stored.ruling is not None
        assert (stored.ruling.decision.basis, stored.ruling.facts.recipient) == ("SUL-41-2-1", NURSES)
        (line,) = [
            line
            for line in doors.at(NURSES).get("/v1/compliance/disclosures", {"case": case}).json()["disclosures"]
            if line["kind"] == "hospital-stay-notified"
        ]
        assert line["basis"] == "SUL-41-2-1"

    def test_a_standing_no_stops_it_and_its_receiver_is_told_nothing(self, doors: Doors) -> None:
        case = doors.open(cpr=NANCY.cpr.digits)
        consent(doors, case, FAMILIES, excludes=["psykiatri"])
        message = stay(NANCY)
        no = post(doors, message)
        assert (answer(no), [rule for _, rule in why(no)]) == ("fatal-error", ["no-base"])
        assert doors.at(NURSES).get(f"/v1/cases/{case}").status_code == 404
        assert stays(doors, case, message) == []
        (waits,) = [row for row in parked(doors, CLINIC) if row["message"] == key_of(message)]
        assert (waits["why"], waits["kind"]) == ("no-base", "admit-inpatient")
        base = {"at": AT, "case": case, "basis": "SUL-41-2-1", "purpose": "behandling"}
        placed = doors.at(CLINIC).post(f"/v1/parked-messages/{waits['id']}/placement", base)
        assert placed.status_code == 409, "a base that does not hold places nothing"
        assert stays(doors, case, message) == []


def stays(doors: Doors, case: str, message: bytes) -> list[HospitalStayNotified]:
    """The stay as it stands on the case."""
    stored = (recorded.event for recorded in doors.record.stream(UUID(case)))
    return [event for event in stored if isinstance(event, HospitalStayNotified) and event.message == key_of(message)]


class TestBetweenOthers:
    """Nothing is presumed: it waits for a base, and its sender is told."""

    def test_its_sender_is_told_and_again_in_the_same_words(self, doors: Doors) -> None:
        doors.open(cpr=KAJA.cpr.digits)
        message = to_the_families(KAJA)
        no, again = post(doors, message), post(doors, message)
        assert answer(no) == "fatal-error"
        assert [rule for _, rule in why(no)] == ["no-base"]
        assert again.content == no.content

    @pytest.mark.parametrize("is_known", [True, False])
    def test_it_waits_for_its_sender_and_its_receiver_learns_nothing(self, doors: Doors, *, is_known: bool) -> None:
        citizen = KAJA if is_known else NANCY
        case = doors.open(cpr=KAJA.cpr.digits)
        message = to_the_families(citizen)
        post(doors, message)
        (waits,) = [row for row in parked(doors, CLINIC) if row["message"] == key_of(message)]
        assert waits["why"] == "no-base"
        path = f"/v1/parked-messages/{waits['id']}"
        assert doors.at(CLINIC).get(path).content == message
        assert doors.at(FAMILIES).get(path).status_code == 404
        assert doors.at(FAMILIES).post(f"{path}/placement", {"at": AT, "case": case}).status_code == 404
        assert key_of(message) not in {row["message"] for row in parked(doors, FAMILIES)}
        assert doors.at(FAMILIES).get(f"/v1/cases/{case}").status_code == 404

    def test_a_base_that_does_not_carry_it_is_refused_on_record_and_one_that_does_lets_it_pass(
        self, doors: Doors
    ) -> None:
        case = doors.open(cpr=KAJA.cpr.digits)
        message = to_the_families(KAJA)
        post(doors, message)
        (waits,) = [row for row in parked(doors, CLINIC) if row["message"] == key_of(message)]
        path = f"/v1/parked-messages/{waits['id']}/placement"
        stated = {"basis": "SUL-43-1", "purpose": "stoette_graviditet", "categories": ["rusmiddel"]}
        body = {"at": AT, "case": case, "role": "jordemoder"} | stated
        without = doors.at(CLINIC).post(path, {"at": AT, "case": case})
        no = doors.at(CLINIC).post(path, body)
        for refused in (without, no):
            assert (refused.status_code, refused.json()["type"]) == (409, "urn:tvaerspor:problem:no-base")
        assert [type(recorded.event) for recorded in doors.record.scan()].count(DisclosureRefused) >= 1
        assert doors.at(FAMILIES).get(f"/v1/cases/{case}").status_code == 404
        consent(doors, case, FAMILIES)
        passed = doors.at(CLINIC).post(path, body)
        assert (passed.status_code, passed.json()["events"]) == (201, ["care-message-received.v1"])
        assert events(doors, case, FAMILIES)[-1]["event"]["message"] == key_of(message)
        assert answer(post(doors, message)) == "ok"


class TestTwoOpenCases:
    """C03: of several, the one that both know; a second pregnancy is nothing that the hub tells of."""

    def two_cases(self, doors: Doors, digits: str, *others: Unit) -> tuple[str, str]:
        """The clinic's first, which others know, over for the clinic; its second; and the first taken up again."""
        first = doors.open(cpr=digits)
        for unit in others:
            assert doors.open(unit, digits) == first
        assert doors.at(CLINIC).post(f"/v1/cases/{first}/pregnancy-end", {"at": AT}).status_code == 201
        assert doors.at(CLINIC).post(f"/v1/cases/{first}/closure", {"at": AT, "reason": "ukendt"}).status_code == 201
        second = doors.open(cpr=digits)
        assert second != first
        again = doors.at(CLINIC).post(f"/v1/cases/{first}/reopening", {"at": AT, "reason": "ukendt"})
        assert again.status_code == 201, again.text
        return first, second

    def test_it_stands_on_the_one_that_both_know(self, doors: Doors) -> None:
        first, second = self.two_cases(doors, KIRSTEN.cpr.digits, NURSES)
        message = about(KIRSTEN)
        assert answer(post(doors, message)) == "ok"
        assert events(doors, first, NURSES)[-1]["event"]["message"] == key_of(message)
        assert doors.at(NURSES).get(f"/v1/cases/{second}").status_code == 404

    def test_where_only_its_sender_knows_several_it_waits_and_says_no_more_than_of_none(self, doors: Doors) -> None:
        elmer = replace(KAJA, cpr=ELMER_CPR)
        both = self.two_cases(doors, ELMER_CPR.digits)
        message = about(elmer)
        assert answer(post(doors, message)) == "ok"
        (waits,) = [row for row in parked(doors) if row["message"] == key_of(message)]
        assert waits["why"] == "no-case"
        assert {doors.at(NURSES).get(f"/v1/cases/{case}").status_code for case in both} == {404}


def test_a_message_without_a_number_stands_on_the_case_that_it_names(doors: Doors) -> None:
    case = doors.open(cpr=KAJA.cpr.digits)
    message = parsed(about(KAJA))
    woman = one(message, "Patient")
    woman["identifier"] = [{"system": systems.X_ECPR, "value": "0703921VJ4"}]
    issuer = {"system": f"https://sor2.sum.dsdn.dk/#id={WARD.sor}", "value": f"urn:uuid:{case}"}
    encounter = {
        "resourceType": "Encounter",
        "id": str(uuid4()),
        "meta": {"profile": [systems.ENCOUNTER]},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Forløb</p></div>'},
        "status": "unknown",
        "class": {"system": systems.ACT_CODE, "code": "AMB"},
        "subject": {"reference": f"Patient/{woman['id']}"},
        "episodeOfCare": [{"identifier": issuer}],
    }
    message["entry"].append({"fullUrl": f"{BASE}/Encounter/{encounter['id']}", "resource": encounter})
    one(message, "Communication")["encounter"] = {"reference": f"Encounter/{encounter['id']}"}
    came = post(doors, dumped(message))
    assert answer(came) == "ok", why(came)
    assert events(doors, case, NURSES)[-1]["event"]["episodes"] == [case]
