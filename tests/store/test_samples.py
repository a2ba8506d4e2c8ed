"""Every event version ever stored can still be read, and says the same."""

import json

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
        assert {key: again["event"][key] for key in stored["event"]} == stored["event"]
        assert again["meta"] == stored["meta"]


def test_no_sample_is_of_a_name_that_was_dropped():
    assert {file.stem for file in FOLDER.iterdir()} == set(NAMES.stored)
