"""What could never leave is refused before it is recorded; the law is asked first, and its no is recorded."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.directory.toml_file import TomlDirectory
from adapters.directory.toml_text import written
from hub.settings import MIB, SecureMailSettings
from tests.api.doors import PROBLEM, Doors, serving
from tests.api.story import AT, GRAVID
from tests.people import CLINIC, FAMILIES, FAMILIES_AWAY

LIMIT = 2 * MIB


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A hub whose mails are small, and whose directory knows no mailbox of the familieafdeling."""
    folder = tmp_path_factory.mktemp("narrow")
    entries = (
        replace(address, mailbox=None) if address.unit == FAMILIES else address
        for address in TomlDirectory.sample().all()
    )
    (folder / "directory.toml").write_text(written(entries), encoding="utf-8")
    with serving(
        folder, directory_file=folder / "directory.toml", secure_mail=SecureMailSettings(limit=LIMIT)
    ) as doors:
        yield doors


def concern(recipient: object, document: bytes = b"", **more: Any) -> dict[str, Any]:
    """An underretning, which no want of consent stops."""
    item: dict[str, Any] = {"category": "rusmiddel", "text": "Prøven var positiv for hash."}
    if document:
        content = base64.b64encode(document).decode()
        item["attachment"] = {"name": "plan.pdf", "content_type": "application/pdf", "content": content}
    return {
        "at": AT,
        "person": "Signe Lund",
        "role": "jordemoder",
        "recipient": str(recipient),
        "subject": GRAVID,
        "basis": "BL-133-1-2",
        "occasion": "Udeblevet.",
        "seen_and_heard": "Påvirket.",
        "items": [item],
        "notification": {"consent_sought": "refused", "balancing_recorded": False, "parents_informed": True},
    } | more


def test_a_unit_without_a_safe_channel_is_an_error_before_anything_is_recorded(narrow: Doors) -> None:
    case = narrow.open()
    before = narrow.acts()
    answer = narrow.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern(FAMILIES))
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    problem = answer.json()
    assert problem["type"] == "urn:tvaerspor:problem:cannot-be-carried"
    assert problem["detail"] == "recipient-has-no-mailbox"
    assert [error["field"] for error in problem["errors"]] == ["recipient"]
    assert narrow.acts() == before, "nothing stands as sent"


def test_the_law_is_asked_first_and_its_no_is_recorded(narrow: Doors) -> None:
    case = narrow.open()
    before = narrow.acts()
    items = [{"category": "rusmiddel", "text": "…"}]
    body = {"at": AT, "recipient": str(FAMILIES), "purpose": "x", "basis": "SUL-43-1", "items": items}
    assert narrow.at(CLINIC).post(f"/v1/cases/{case}/disclosures", body).status_code == 403
    assert narrow.acts() == before + 1


def test_an_act_already_made_needs_no_channel(narrow: Doors) -> None:
    body = concern(FAMILIES, b"%PDF-" + bytes(LIMIT), already_made=True)
    assert narrow.at(CLINIC).post(f"/v1/cases/{narrow.open()}/concerns", body).status_code == 201


def test_a_document_that_no_mail_would_carry_is_refused_before_it_is_recorded(narrow: Doors) -> None:
    """SM-36: told with field, size, limit and setting."""
    case = narrow.open()
    before = narrow.acts()
    answer = narrow.at(CLINIC).post(f"/v1/cases/{case}/concerns", concern(FAMILIES_AWAY, b"%PDF-" + bytes(LIMIT)))
    assert (answer.status_code, answer.json()["detail"]) == (422, "mail-too-large")
    (error,) = answer.json()["errors"]
    assert error["field"] == "items"
    assert f"TVAERSPOR_MAIL_LIMIT is {LIMIT}" in error["rule"]
    assert narrow.acts() == before
    smaller = concern(FAMILIES_AWAY, b"%PDF-" + bytes(MIB))
    assert narrow.at(CLINIC).post(f"/v1/cases/{case}/concerns", smaller).status_code == 201
