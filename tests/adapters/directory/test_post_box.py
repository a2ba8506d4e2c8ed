"""A unit's place in Digital Post, as the directory file has it: read strictly, written and read again."""

import pytest

from adapters.directory.toml_file import TomlDirectory, parse
from adapters.directory.toml_text import written
from hub.errors import Unreadable
from hub.ports.directory import Kle, PostBox
from hub.vocabulary.organisations import Unit
from tests.adapters.directory.test_toml_file import GOOD

POINT = "3f0f3d7e-8f0e-4f6e-9a43-0d0f5b9f7a11"
BOX = f'contact_point = "{POINT}"'
SUBJECT = 'kle = { key = "27.24.00", version = "2024-11", label = "Underretninger" }'


def read(box: str, channel: str = "") -> PostBox | None:
    text = GOOD.replace("pulls = true", f"digital_post = {{ {box} }}{channel}")
    return parse(text, file="directory.toml")[0].post_box


def test_a_contact_point_is_enough() -> None:
    assert read(BOX) == PostBox(contact_point=POINT)
    assert parse(GOOD, file="directory.toml")[0].post_box is None


def test_the_receiver_says_which_memo_it_reads_and_what_it_routes_on() -> None:
    whole = read(f'{BOX}, memo = "1.1", routes_on_citizen = true, {SUBJECT}')
    kle = Kle(key="27.24.00", version="2024-11", label="Underretninger")
    assert whole == PostBox(contact_point=POINT, memo="1.1", routes_on_citizen=True, kle=kle)


@pytest.mark.parametrize(
    ("box", "field", "rule"),
    [
        ("", "digital_post.contact_point", "missing"),
        ('contact_point = "Familieafdelingen"', "digital_post.contact_point", "a UUID"),
        (f'{BOX}, memo = "1.3"', "digital_post.memo", "1.1 or 1.2"),
        (f'{BOX}, routes_on_citizen = "yes"', "digital_post.routes_on_citizen", "true or false"),
        (f"{BOX}, paper = true", "digital_post.paper", "unknown field"),
        (f'{BOX}, kle = "27.24.00"', "digital_post.kle", "expected a table"),
        (f'{BOX}, kle = {{ key = "27.24" }}', "digital_post.kle.key", "nn.nn.nn"),
        (f'{BOX}, kle = {{ key = "27.24.00" }}', "digital_post.kle.version", "missing"),
        (f"{BOX}, {SUBJECT.replace('label', 'name')}", "digital_post.kle.name", "unknown field"),
    ],
)
def test_what_is_wrong_is_named(box: str, field: str, rule: str) -> None:
    with pytest.raises(Unreadable, match=rule) as wrong:
        read(box)
    assert wrong.value.field.endswith(field)


def test_a_unit_that_prefers_digital_post_must_be_there() -> None:
    with pytest.raises(Unreadable, match="contact point"):
        parse(GOOD.replace("pulls = true", 'channel = "digital-post"'), file="directory.toml")
    assert read(BOX, ', channel = "digital-post"') == PostBox(contact_point=POINT)


def test_what_is_written_is_read_again() -> None:
    text = GOOD.replace(
        "pulls = true", f'digital_post = {{ {BOX}, memo = "1.1", routes_on_citizen = true, {SUBJECT} }}'
    )
    entries = parse(text, file="directory.toml")
    assert set(parse(written(entries), file="again.toml")) == set(entries)


def test_one_unit_of_the_sample_prefers_digital_post() -> None:
    preferring = [entry for entry in TomlDirectory.sample().all() if entry.channel == "digital-post"]
    assert [entry.unit for entry in preferring] == [Unit.parse("kommune/sundhedspleje@soenderborg")]
    assert preferring[0].post_box
