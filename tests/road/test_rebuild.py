"""C19: a rebuilt read model equals the followed one, byte for byte, whatever became of the directory since."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from adapters.directory.toml_file import TomlDirectory
from adapters.directory.toml_text import written
from hub.bootstrap.build import build
from hub.bootstrap.services import Services
from hub.domain.delivery import DeliveryQueued
from hub.store import Save
from hub.vocabulary.organisations import Unit
from projections.rebuild import rebuild
from tests.api.doors import Doors, serving
from tests.api.fhir.conftest import carry
from tests.api.story import told
from tests.people import CLINIC

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the hub keeps its data."""
    return tmp_path_factory.mktemp("rebuilt")


@pytest.fixture(scope="module")
def followed(folder: Path) -> Iterator[tuple[Doors, Rows]]:
    """A hub that was told one of every act and sent its letters, and what its read models hold."""
    with serving(folder, dispatch=False) as doors:
        list(told(doors, "rebuilt"))
        carry(doors)
        (case,) = {letter["case_id"] for letter in map(dict, _rows(doors.services)["fhir_inbox"])}
        assert doors.open(CLINIC, name="Kaja Test Jensen") == str(case), "she is called otherwise from now on"
        assert doors.workers.caught_up()
        yield doors, _rows(doors.services)


@pytest.mark.parametrize("fate", ["as it was", "renamed", "gone"])
def test_a_rebuilt_read_model_equals_the_followed_one(
    followed: tuple[Doors, Rows], folder: Path, tmp_path: Path, fate: str
) -> None:
    doors, before = followed
    assert len(before["fhir_inbox"]) > 5
    (tmp_path / "directory.toml").write_text(_directory(fate), encoding="utf-8")
    with build(replace(doors.services.settings, directory_file=tmp_path / "directory.toml")) as other:
        for projection in other.projections:
            rebuild(other.record, projection, lambda _: None)
        assert [event for follower in other.followers for event in follower.parked()] == []
        after = _rows(other)
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_what_cannot_be_folded_is_told_and_not_ready(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A letter of an older record, which does not say what the directory said of a unit that has left it since."""
    with serving(tmp_path, dispatch=False) as doors:
        first, *_ = told(doors, "left")
        carry(doors)
        assert doors.workers.caught_up()
        assert doors.at(CLINIC).get("/health/ready").status_code == 200
        queued = next(row for row in doors.record.scan() if isinstance(row.event, DeliveryQueued))
        assert isinstance(queued.event, DeliveryQueued)
        assert queued.meta is not None
        older = replace(
            queued.event,
            delivery=uuid4(),
            recipient=Unit.parse("kommune/familieafdeling@nedlagt"),
            sender_entry=None,
            recipient_entry=None,
        )
        save = Save(
            stream=older.delivery,
            case=queued.case,
            expected_version=0,
            command=uuid4(),
            events=(older,),
            meta=queued.meta,
        )
        doors.record.append([save])
        assert doors.workers.caught_up()
        ready = doors.at(CLINIC).get("/health/ready")
        assert (ready.status_code, ready.json()) == (503, {"status": "incomplete", "parked": 1})
        assert "tvaerspor_parked_events 1.0" in doors.at(CLINIC).get("/metrics").text
        assert first.answer.status_code == 201
    assert '"event": "projection-parked"' in capfd.readouterr().err


def _directory(fate: str) -> str:
    entries = list(TomlDirectory.sample().all())
    if fate == "gone":  # but for one, that has nothing to do with the story
        return written([next(entry for entry in entries if entry.unit.organisation == "soenderborg")])
    changed = {"renamed": {"unit_name": "Et andet navn", "phone": "74121212"}}.get(fate, {})
    return written([replace(entry, **changed) for entry in entries])


def _rows(services: Services) -> Rows:
    """Every row of every read model in order, bundles opened: what seals them is drawn anew each time."""
    seal, found = services.record.case_seal(), Rows()
    with services.record.engine.connect() as connection:
        for projection in services.projections:
            for table in projection.tables:
                rows = (dict(row._mapping) for row in connection.execute(select(table)))
                found[table.name] = sorted((_opened(row, seal.open) for row in rows), key=repr)
    return found


def _opened(row: dict[str, Any], unseal: Any) -> tuple[Any, ...]:
    case: UUID | None = row.get("case_id")
    if "bundle" in row:
        row["bundle"] = unseal(case, row["bundle_id"], row["bundle"])
    return tuple(row.items())
