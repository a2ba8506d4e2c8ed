"""A look-up costs the next reader nothing: what was looked at before is not read again."""

from collections.abc import Callable
from typing import Any

import pytest

from hub.store.rows import LoggedEvent
from tests.api.doors import Doors
from tests.people import CLINIC, KAJA

READS: dict[str, Callable[[Doors, str], Any]] = {
    "the case": lambda doors, case: doors.at(CLINIC).get(f"/v1/cases/{case}"),
    "its events": lambda doors, case: doors.at(CLINIC).get(f"/v1/cases/{case}/events"),
    "its obligations": lambda doors, case: doors.at(CLINIC).get(f"/v1/cases/{case}/obligations"),
    "the woman": lambda doors, case: doors.at(CLINIC).get(f"/fhir/Patient/{case}"),
    "everything": lambda doors, case: doors.at(CLINIC).get(f"/fhir/Patient/{case}/$everything"),
    "a search": lambda doors, case: doors.at(CLINIC).get("/fhir/CareTeam", {"patient": f"Patient/{case}"}),
    "the register": lambda doors, case: doors.at(CLINIC).get("/v1/compliance/disclosures", {"case": case}),
}


@pytest.mark.parametrize("read", READS)
def test_no_earlier_look_up_is_read(doors: Doors, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = doors.open(cpr=KAJA.cpr.digits)
    loaded: list[str] = []
    stored = LoggedEvent.from_row

    def counted(row: Any) -> LoggedEvent:
        event = stored(row)
        loaded.append(event.topic)
        return event

    for _ in range(20):
        assert doors.at(CLINIC).get(f"/v1/cases/{case}").status_code == 200
    assert doors.workers.caught_up()  # every read model follows each look once, and has
    with monkeypatch.context() as watched:
        watched.setattr(LoggedEvent, "from_row", counted)
        answer = READS[read](doors, case)
        assert answer.status_code == 200, answer.text
        assert doors.workers.caught_up()
    assert loaded.count("record-read.v1") <= len(doors.services.followers)  # its own look, by each of them
