"""`tvaerspor deliveries` on a hub whose letters did not all arrive: one dead, one held, one stuck, one on its way."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from uuid import UUID

import pytest

from adapters.secure_mail.folder import FolderCarrier
from hub.application.command_context import CommandContext
from hub.bootstrap.build import build
from hub.bootstrap.workers import Workers
from hub.domain.case import CaseCommand
from hub.errors import TryAgainLater, Undeliverable
from hub.ports.carrier import Parcel
from hub.settings import Settings
from tests.cli.test_cli import Operator
from tests.domain.acts import disclose, give_consent, open_case, report_concern, withdraw_consent
from tests.people import CLINIC, FAMILIES, KIRSTEN, MONDAY, acting_for

Make = Callable[[UUID], CaseCommand]


def acts(workers: Workers, case: UUID, name: str, make: Make) -> UUID:
    """The clinic acts on a case, and what waits is moved; the id of what it made."""
    sent = CommandContext(actor=acting_for(CLINIC), key=name, request=b"", came=MONDAY)
    made = workers.services.command_handler.handle(case, sent, lambda key, _: make(key)).act
    workers.follow()
    return made


def carrying(trouble: Exception | None) -> Callable[[FolderCarrier, Parcel], None]:
    """What a carrier does."""

    def carry(_: FolderCarrier, __: Parcel) -> None:
        if trouble is not None:
            raise trouble

    return carry


@pytest.fixture(scope="module")
def tvaerspor(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """The command line on such a hub, started anew since."""
    folder = tmp_path_factory.mktemp("letters")
    (folder / "clock").write_text(MONDAY.isoformat())
    settings = Settings(env="test", data_dir=folder / "data", clock_file=folder / "clock")
    with build(settings) as services, pytest.MonkeyPatch.context() as patch:
        workers = Workers(services)

        def moved(name: str, make: Make, trouble: Exception | None = None) -> UUID:
            patch.setattr(FolderCarrier, "carry", carrying(trouble))
            made = acts(workers, case, name, make)
            while workers.turn():
                pass
            return made

        opening = CommandContext(actor=acting_for(CLINIC), key="open", request=b"", came=MONDAY)
        case = services.command_handler.open_case(opening, lambda key: replace(open_case(), case=key)).case
        consent = acts(workers, case, "consent", lambda key: give_consent(MONDAY, key))
        moved("dead", lambda key: disclose(MONDAY, disclosure=key), Undeliverable("mailbox-unknown"))
        moved("carried", lambda key: disclose(MONDAY, disclosure=key))
        moved("stuck", lambda _: report_concern(MONDAY), TryAgainLater("tls-failed"))
        acts(workers, case, "held", lambda key: disclose(MONDAY, disclosure=key))
        moved("withdrawn", lambda _: withdraw_consent(MONDAY, consent))
    return Operator(ENV="test", DATA_DIR=str(folder / "data"), CLOCK_FILE=str(folder / "clock"))


def test_every_letter_that_needs_a_person_is_listed_with_what_to_do(tvaerspor: Operator) -> None:
    told = [json.loads(line) for line in tvaerspor("deliveries", "--json").splitlines()]
    assert sorted((row["status"], row["kind"], row["attempts"], row["channel"], row["why"]) for row in told) == [
        ("abandoned", "disclosure-made", 1, "folder", ["mailbox-unknown"]),
        ("held", "disclosure-made", 0, None, ["consent-withdrawn"]),
        ("rejected", "concern-reported", 1, "folder", ["tls-failed"]),
    ]
    steps = {row["status"]: row["next_step"] for row in told}
    assert "not sent again" in steps["abandoned"]
    assert "she took back her consent" in steps["held"]
    assert "mend the cause" in steps["rejected"]
    ends = {(row["sender"], row["recipient"], row["since"]) for row in told}
    assert ends == {(str(CLINIC), str(FAMILIES), MONDAY.astimezone(UTC).isoformat())}


def test_people_read_a_block_for_each(tvaerspor: Operator) -> None:
    counted, *blocks = tvaerspor("deliveries").split("\n\n")
    assert counted == "3 letters need a person"
    (dead,) = [block.splitlines() for block in blocks if "abandoned" in block]
    (known,) = [json.loads(line) for line in tvaerspor("deliveries", "--status", "abandoned", "--json").splitlines()]
    assert dead == [
        "disclosure-made, abandoned since 2024-03-04 09:30",
        f"  delivery  {known['delivery']}",
        f"  from      {CLINIC}",
        f"  to        {FAMILIES}",
        "  attempts  1 by folder",
        "  why       mailbox-unknown",
        "  next      it is not sent again: mend the cause, and have the sender tell by another safe way",
    ]


def test_any_status_may_be_asked_for(tvaerspor: Operator) -> None:
    counts = {status: tvaerspor("deliveries", "--status", status).splitlines()[0] for status in ("accepted", "held")}
    assert counts == {"accepted": "1 letter stands as accepted", "held": "1 letter stands as held"}
    on_its_way = json.loads(tvaerspor("deliveries", "--status", "accepted", "--json"))
    assert (on_its_way["why"], on_its_way["next_step"]) == ([], "nothing")
    assert tvaerspor("deliveries", "--status", "received") == "no letters stand as received\n"


def test_a_status_that_nobody_knows_is_refused(tvaerspor: Operator) -> None:
    assert "--status" in tvaerspor.complaint("deliveries", "--status", "lost")


def test_nothing_of_her_is_told(tvaerspor: Operator) -> None:
    told = "".join(tvaerspor.both("deliveries") + tvaerspor.both("deliveries", "--json"))
    assert not [word for word in (KIRSTEN.cpr.digits, "Kirsten", "Berggren", "hash") if word in told]


def test_a_hub_without_such_letters_says_so(tmp_path: Path) -> None:
    empty = Operator(ENV="test", DATA_DIR=str(tmp_path))
    assert empty("deliveries") == "no letters need a person\n"
    assert empty("deliveries", "--json") == ""
