"""Every event version ever stored can still be read, and says the same."""

import json
from typing import Any

import pytest

from hub.store.serialisation.codec import EnvelopeJson, EventAndMeta
from hub.store.serialisation.events import NAMES
from tests.store.samples import FOLDER, path

JSON = EnvelopeJson(NAMES)


@pytest.mark.parametrize("name", NAMES.stored)
def test_the_stored_sample_of_every_event_version_decodes(name: str):
    assert path(name).exists(), f"no sample of {name}: python -m tests.store.samples makes it"
    opened = JSON.open(name, path(name).read_bytes())
    line = NAMES.stored[name].type
    assert type(opened.event) is line.event
    if name == line.newest:
        again = json.loads(JSON.encode(EventAndMeta(opened.meta, opened.event)))
        stored = json.loads(path(name).read_bytes())
        assert _as_stored(again["event"], stored["event"]) == stored["event"]
        assert again["meta"] == stored["meta"]


def test_no_sample_is_of_a_name_that_was_dropped():
    assert {file.stem for file in FOLDER.iterdir()} == set(NAMES.stored)


def _as_stored(again: Any, stored: Any) -> Any:
    """What is written today, without the optional fields that were added since, at any depth."""
    if isinstance(stored, dict):
        return {key: _as_stored(again[key], value) for key, value in stored.items()}
    if isinstance(stored, list) and len(stored) == len(again):
        return [_as_stored(*pair) for pair in zip(again, stored, strict=True)]
    return again
