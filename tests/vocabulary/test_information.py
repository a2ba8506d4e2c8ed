"""What may travel: items, whose words stay out of every repr, and the digest that proves them."""

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.vocabulary.information import Attachment, Citizen, Item, categories, content_digest
from tests.people import KIRSTEN

PLAN = Attachment("fødselsplan.pdf", "application/pdf", b"%PDF-1.7")
ITEMS = (Item("rusmiddel", "Uden stof."), Item("plan_foedsel", attachment=PLAN), Item("rusmiddel", "I otte uger."))


def test_categories_once_each_in_their_order() -> None:
    assert categories(ITEMS) == ("rusmiddel", "plan_foedsel")
    assert categories(()) == ()


def test_the_digest_is_of_every_part_with_its_length() -> None:
    def part(data: bytes) -> bytes:
        return len(data).to_bytes(8, "big") + data

    plan = b"".join(map(part, ("fødselsplan.pdf".encode(), b"application/pdf", b"%PDF-1.7")))
    expected = (
        part(b"rusmiddel")
        + part(b"Uden stof.")
        + part(b"plan_foedsel")
        + part(b"")
        + plan
        + part(b"rusmiddel")
        + part(b"I otte uger.")
    )
    assert content_digest(ITEMS) == sha256(expected).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        ITEMS[:2],
        ITEMS[::-1],
        (replace(ITEMS[0], text="Uden stof"), *ITEMS[1:]),
        (replace(ITEMS[0], category="fremmoede"), *ITEMS[1:]),
        (ITEMS[0], replace(ITEMS[1], attachment=replace(PLAN, content=b"%PDF-1.8")), ITEMS[2]),
        (ITEMS[0], replace(ITEMS[1], attachment=replace(PLAN, name="plan.pdf")), ITEMS[2]),
    ],
)
def test_any_other_words_have_another_digest(other: tuple[Item, ...]) -> None:
    assert content_digest(other) != content_digest(ITEMS)


@given(st.lists(st.builds(Item, st.text(), st.text())), st.lists(st.builds(Item, st.text(), st.text())))
def test_no_words_can_be_moved_from_one_part_to_another(one: list[Item], other: list[Item]) -> None:
    same = [(item.category, item.text) for item in one] == [(item.category, item.text) for item in other]
    assert (content_digest(tuple(one)) == content_digest(tuple(other))) is same


def test_words_and_names_stay_out_of_every_repr() -> None:
    shown = repr((ITEMS, PLAN, KIRSTEN))
    for word in ("stof", "uger", "fødselsplan", "PDF-1.7", "Kirsten", "Testpark"):
        assert word not in shown
    assert repr(PLAN) == "Attachment(application/pdf, 8 bytes)"


def test_her_date_of_birth_is_her_numbers() -> None:
    assert Citizen(KIRSTEN.cpr, "").birth_date == KIRSTEN.cpr.birth_date
