"""The image and the compose file agree with the hub: same settings, same health door, no secret in clear."""

import re
from typing import Any

import pytest
import yaml

from hub.errors import Unreadable
from hub.settings import Settings
from tests.architecture.sources import ROOT

DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
IN_THE_IMAGE = dict(re.findall(r"(TVAERSPOR_\w+)=(\S+)", DOCKERFILE))


def test_the_three_services_stand() -> None:
    assert set(COMPOSE["services"]) == {"hub", "database", "mail"}


def test_the_hub_accepts_these_settings_and_is_a_trial_house_only_here() -> None:
    settings = Settings.from_environment(IN_THE_IMAGE | COMPOSE["services"]["hub"]["environment"])
    assert settings.is_trial
    assert Settings.from_environment(IN_THE_IMAGE).is_production
    assert settings.database_url.startswith("postgresql+psycopg://tvaerspor@database:")
    assert [f"127.0.0.1:{settings.server.port}:{settings.server.port}"] == COMPOSE["services"]["hub"]["ports"]
    assert f"http://127.0.0.1:{settings.server.port}/health/live" in DOCKERFILE
    assert f"EXPOSE {settings.server.port}\n" in DOCKERFILE


def test_the_operator_finds_every_setting_in_the_readme() -> None:
    with pytest.raises(Unreadable) as complaint:
        Settings.from_environment({"TVAERSPOR_NO_SUCH": ""})
    known = set(re.findall(r"[A-Z_0-9]+", complaint.value.rule.partition("known are")[2]))
    listed = re.findall(r"^\| `TVAERSPOR_(\w+)`", (ROOT / "docker" / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(known)


def test_images_are_pinned_by_tag() -> None:
    images = [service["image"] for service in COMPOSE["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 4
    assert {image for image in images if not re.search(r":v?\d", image)} == set()


def test_secrets_come_from_files_that_git_does_not_see() -> None:
    assert {str(secret["file"]).split("/")[0] for secret in COMPOSE["secrets"].values()} == {"secrets"}
    assert "docker/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    clear = {
        name
        for service in COMPOSE["services"].values()
        for name, value in service.get("environment", {}).items()
        if re.search(r"PASSWORD|KEY|SECRET", name) and not str(value).startswith("/run/secrets/")
    }
    assert clear == set()
    assert not re.search(r"//\w+:[^@/]+@", str(COMPOSE))


def test_every_secret_and_volume_used_is_declared() -> None:
    used = {name for service in COMPOSE["services"].values() for name in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    mounted = {
        volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service.get("volumes", ())
    }
    assert mounted == set(COMPOSE["volumes"])


def test_the_hub_runs_without_privileges() -> None:
    hub = COMPOSE["services"]["hub"]
    assert hub["read_only"] is True
    assert hub["cap_drop"] == ["ALL"]
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)


def test_nothing_is_open_to_the_network_unasked() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert {port for port in ports if not port.startswith("127.0.0.1:")} == set()


def test_every_file_that_the_image_copies_exists_and_is_let_in() -> None:
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]
    ]
    let_in = {
        line[1:] for line in (ROOT / "docker" / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    assert set(copied) == let_in
    assert {name for name in copied if not (ROOT / name).exists()} == set()
