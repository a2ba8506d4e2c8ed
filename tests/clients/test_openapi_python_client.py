"""openapi-python-client makes a client from openapi/hub.yaml, which opens a case, gives a consent and reads both.

What a hospital's engineer would do first: generate, import, call. The names in this file are the generated ones.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from tests.api.doors import EXAMPLES, NOW, Doors, new_key, serving
from tests.people import CLINIC, FAMILIES, NANCY

NAME = "generated_tvaerspor_hub_client"


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, importable."""
    folder = tmp_path_factory.mktemp("generated")
    config = Config.from_sources(
        ConfigFile(
            post_hooks=[], content_type_overrides={"application/pdf": "application/octet-stream"}
        ),  # not formatted: nobody reads it
        MetaType.NONE,
        EXAMPLES.parent / "hub.yaml",
        "utf-8",
        overwrite=False,
        output_path=folder / NAME,
    )
    assert generate(config=config) == [], "the generator warns of nothing"
    sys.path.insert(0, str(folder))
    yield folder / NAME
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A served hub."""
    with serving(tmp_path_factory.mktemp("hub"), dispatch=False) as served:
        yield served


def _module(name: str) -> Any:
    return import_module(f"{NAME}.{name}")


def test_it_opens_a_case_and_reads_it(client_folder: Path, doors: Doors) -> None:
    models, api = _module("models"), _module
    client = _module("client").AuthenticatedClient(doors.url, doors.token(CLINIC), raise_on_unexpected_status=True)
    with client:
        opened = api("api.cases.open_case").sync(
            client=client,
            idempotency_key=new_key(),
            body=models.OpenBody(
                at=NOW,
                cpr=NANCY.cpr.digits,
                name="Nancy Test",
                person="Signe Lund",
                relation=models.CaseRelation.BEHANDLING,
            ),
        )
        assert isinstance(opened, models.RecordedAnswer)
        assert isinstance(opened.case, UUID)
        statement = models.ConsentBody(
            at=NOW,
            form=models.StatementForm.WRITTEN,
            given_by="gravid",
            direction=models.ConsentDirection.VIDEREGIVE,
            disclosers=[str(CLINIC)],
            recipients=[str(FAMILIES)],
            categories=["rusmiddel"],
            purposes=["stoette_graviditet"],
            subjects=["gravid"],
        )
        register = api("api.consents.register_consent").sync
        consent = register(opened.case, client=client, idempotency_key=new_key(), body=statement)
        assert isinstance(consent, models.RecordedAnswer)
        seen = api("api.cases.read_case").sync(opened.case, client=client)
        assert isinstance(seen, models.CaseAnswer)
        assert (seen.status, seen.citizen.name) == (models.CaseStatus.OPEN, "Nancy Test")
        (shown,) = seen.consents
        assert (shown.id, shown.status) == (consent.id, models.ConsentStatus.IN_FORCE)
        assert isinstance(shown.given_at, datetime)


def test_a_refusal_is_a_problem_with_its_reason(client_folder: Path, doors: Doors) -> None:
    models = _module("models")
    case = UUID(doors.open(cpr=NANCY.cpr.digits))
    body = models.DisclosureBody(
        at=NOW,
        recipient=str(FAMILIES),
        basis="SUL-43-1",
        purpose="behandling",
        items=[models.ItemBody(category="psykiatri", text="…")],
    )
    with _module("client").AuthenticatedClient(doors.url, doors.token(CLINIC)) as client:
        disclose = _module("api.disclosures.disclose_information").sync
        refused = disclose(case, client=client, idempotency_key=new_key(), body=body)
    assert isinstance(refused, models.Problem)
    assert refused.reason in set(models.Reason)
    assert refused.reason.name.startswith("CONSENT_")
    assert refused.next_step in set(models.DutyCode)


def test_every_act_of_it_has_a_module_of_its_own(client_folder: Path) -> None:
    names = {path.stem for path in (client_folder / "api").rglob("*.py") if path.stem != "__init__"}
    assert {"open_case", "report_concern", "read_case", "request_information", "search_cases"} <= names
    assert {name for name in names if name.startswith(("get_", "post_")) or name.endswith(("_get", "_post"))} == set()
