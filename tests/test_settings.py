"""Settings are read from the environment, all of them judged, and the one that is wrong is named. Clocks."""

import os
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.bootstrap.clocks import FileClock, machine
from hub.errors import Unreadable
from hub.settings import CEILING, MIB, DigitalPostSettings, RecordSettings, SecureMailSettings, ServerSettings, Settings

WHOLE = {
    "TVAERSPOR_ENV": "demo",
    "TVAERSPOR_DATA_DIR": "data",
    "TVAERSPOR_DATABASE_URL": "postgresql://hub@localhost/tvaerspor",
    "TVAERSPOR_MASTER_KEY_FILE": "keys/master",
    "TVAERSPOR_LISTEN_HOST": "::1",
    "TVAERSPOR_LISTEN_PORT": "8080",
    "TVAERSPOR_PUBLIC_URL": "https://tvaerspor.example/",
    "TVAERSPOR_BACKDATING_HOURS": "36",
    "TVAERSPOR_BODY_LIMIT": "2048",
    "TVAERSPOR_ATTACHMENT_LIMIT": "26214400",
    "TVAERSPOR_MESSAGE_LIMIT": "4096",
    "TVAERSPOR_SEARCHES_AN_HOUR": "12",
    "TVAERSPOR_DIRECTORY_FILE": "units.toml",
    "TVAERSPOR_OUTBOX_DIR": "out",
    "TVAERSPOR_DISPATCH": "off",
    "TVAERSPOR_CLOCK_FILE": "clock",
    "TVAERSPOR_LOG_LEVEL": "debug",
    "TVAERSPOR_MAIL_DIR": "mail",
    "TVAERSPOR_MAIL_ROOTS": "ab" * 32 + " " + ":".join(["CD"] * 32),
    "TVAERSPOR_MAIL_DOMAINS": "sygehus.example, hub.example",
    "TVAERSPOR_MAIL_LIMIT": "1048576",
    "TVAERSPOR_MAIL_SMTP_HOST": "relay.example",
    "TVAERSPOR_MAIL_SMTP_PORT": "2525",
    "TVAERSPOR_MAIL_SMTP_USER": "hub",
    "TVAERSPOR_MAIL_SMTP_PASSWORD_FILE": "keys/smtp",
    "TVAERSPOR_MAIL_RETURN_PATH": "kvittering@hub.example",
    "TVAERSPOR_MAIL_CA_FILE": "ca.pem",
    "TVAERSPOR_MAIL_IMAP_HOST": "imap.example",
    "TVAERSPOR_MAIL_IMAP_PORT": "1993",
    "TVAERSPOR_MAIL_IMAP_USER": "kvittering",
    "TVAERSPOR_MAIL_IMAP_PASSWORD_FILE": "keys/imap",
    "TVAERSPOR_MEMO_SCHEMAS": "memo",
    "TVAERSPOR_MEMO_LIMIT": "524288",
    "TVAERSPOR_MEMO_RECEIPTS_DIR": "kvitteringer",
    "TVAERSPOR_SF1601_URL": "https://platform.example/",
    "TVAERSPOR_SF1601_TOKENS_URL": "https://tokens.example",
    "TVAERSPOR_SF1601_CVR": "29190909",
    "TVAERSPOR_SF1601_CERTIFICATE_FILE": "keys/region.crt",
    "TVAERSPOR_SF1601_KEY_FILE": "keys/region.key",
}


def test_nothing_set_is_a_small_embedded_hub() -> None:
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert settings.is_production
    assert settings.database_url == f"sqlite:///{Path('.data') / 'tvaerspor.db'}"
    assert settings.outbox == Path(".data/outbox")
    assert settings.backdating == timedelta(hours=24)


def test_every_setting_can_be_set() -> None:
    settings = Settings.from_environment({**WHOLE, "PATH": "/bin", "TVAERSPOR_TEST_POSTGRES_URL": "for the tests"})
    assert settings == Settings(
        env="demo",
        data_dir=Path("data"),
        directory_file=Path("units.toml"),
        outbox_dir=Path("out"),
        dispatch=False,
        backdating=timedelta(hours=36),
        clock_file=Path("clock"),
        log_level="debug",
        record=RecordSettings(database_url="postgresql://hub@localhost/tvaerspor", master_key_file=Path("keys/master")),
        server=ServerSettings(
            host="::1",
            port=8080,
            stated_url="https://tvaerspor.example",
            body_limit=2048,
            attachment_limit=CEILING,
            message_limit=4096,
            searches_an_hour=12,
        ),
        secure_mail=SecureMailSettings(
            folder=Path("mail"),
            roots=("ab" * 32, ":".join(["CD"] * 32)),
            domains=("sygehus.example", "hub.example"),
            limit=MIB,
            smtp_host="relay.example",
            smtp_port=2525,
            smtp_user="hub",
            smtp_password_file=Path("keys/smtp"),
            return_path="kvittering@hub.example",
            ca_file=Path("ca.pem"),
            imap_host="imap.example",
            imap_port=1993,
            imap_user="kvittering",
            imap_password_file=Path("keys/imap"),
        ),
        digital_post=DigitalPostSettings(
            schemas=Path("memo"),
            limit=MIB // 2,
            receipts_dir=Path("kvitteringer"),
            sf1601_url="https://platform.example",
            sf1601_tokens_url="https://tokens.example",
            sf1601_cvr="29190909",
            sf1601_certificate_file=Path("keys/region.crt"),
            sf1601_key_file=Path("keys/region.key"),
        ),
    )
    unset = [name for name in _flat(settings) if _flat(settings)[name] == _flat(Settings())[name]]
    assert unset == ["secure_mail.receipts_dir"], "a new setting stands in WHOLE, unless another excludes it"
    assert settings.database_url == "postgresql://hub@localhost/tvaerspor"
    assert settings.outbox == Path("out")
    assert not settings.is_production


def test_the_address_in_links_follows_the_port_unless_it_is_set() -> None:
    """README's tip for a port that is taken: the FHIR links lead to the hub that gave them."""
    port = {"TVAERSPOR_LISTEN_PORT": "8400"}
    assert Settings.from_environment(port).server.public_url == "http://127.0.0.1:8400"
    stated = port | {"TVAERSPOR_PUBLIC_URL": "https://hub.example"}
    assert Settings.from_environment(stated).server.public_url == "https://hub.example"
    assert Settings().server.public_url == "http://127.0.0.1:8321"


def _flat(group: Any, prefix: str = "") -> dict[str, Any]:
    """Every setting by its path."""
    found: dict[str, Any] = {}
    for field in fields(group):
        value = getattr(group, field.name)
        found |= _flat(value, f"{field.name}.") if is_dataclass(value) else {prefix + field.name: value}
    return found


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TVAERSPOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TVAERSPOR_ENV", "test")
    assert Settings.from_environment() == Settings(env="test")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENV", "staging"),
        ("ENV", ""),
        ("LISTEN_PORT", "eighty"),
        ("LISTEN_PORT", "-1"),
        ("LISTEN_PORT", "0"),
        ("LISTEN_PORT", "65536"),
        ("LISTEN_PORT", "٣"),
        ("LISTEN_HOST", "a b"),
        ("SF1601_URL", "http://platform.example"),
        ("SF1601_TOKENS_URL", "https://tokens.example/?a=b"),
        ("SF1601_CVR", "2919090"),
        ("MEMO_LIMIT", "0"),
        ("MEMO_LIMIT", "26214401"),
        ("PUBLIC_URL", "ftp://hub.example"),
        ("PUBLIC_URL", "https://hub.example/?a=b"),
        ("BACKDATING_HOURS", "1.5"),
        ("BACKDATING_HOURS", "999999999"),
        ("DISPATCH", "true"),
        ("LOG_LEVEL", "loud"),
        ("DATA_DIR", " "),
        ("OUTBOX_DIR", "a\0b"),
        ("ATTACHMENT_LIMIT", str(CEILING + 1)),
        ("ATTACHMENT_LIMIT", "0"),
        ("MESSAGE_LIMIT", "0"),
        ("MESSAGE_LIMIT", str(CEILING + 1)),
        ("BODY_LIMIT", "0"),
        ("BODY_LIMIT", str(10 * MIB + 1)),
        ("SEARCHES_AN_HOUR", "0"),
        ("NO_SUCH_THING", "1"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Settings.from_environment({f"TVAERSPOR_{name}": value})
    assert caught.value.field == f"TVAERSPOR_{name}"
    assert not value.strip() or len(value) < 3 or value not in str(caught.value)


@pytest.mark.parametrize("missing", ["URL", "TOKENS_URL", "CVR", "CERTIFICATE_FILE", "KEY_FILE"])
def test_the_settings_of_sf1601_go_together(missing: str) -> None:
    sf1601 = {name: value for name, value in WHOLE.items() if name.startswith("TVAERSPOR_SF1601_")}
    assert len(sf1601) == 5
    assert Settings.from_environment(sf1601).digital_post.sf1601_cvr == "29190909"
    del sf1601[f"TVAERSPOR_SF1601_{missing}"]
    with pytest.raises(Unreadable) as caught:
        Settings.from_environment(sf1601)
    assert caught.value.field == f"TVAERSPOR_SF1601_{missing}"


@pytest.mark.parametrize("env", [None, "production"])
def test_production_refuses_a_clock_that_can_be_set(env: str | None) -> None:
    stated = {"TVAERSPOR_CLOCK_FILE": "clock"} | ({} if env is None else {"TVAERSPOR_ENV": env})
    with pytest.raises(Unreadable) as caught:
        Settings.from_environment(stated)
    assert caught.value.field == "TVAERSPOR_CLOCK_FILE"


class TestClocks:
    """The machine's, and one that stands in a file."""

    def test_the_machine_knows_its_zone(self) -> None:
        assert datetime.now(UTC) - machine() < timedelta(minutes=1)
        assert machine().utcoffset() == timedelta()

    def test_it_stands_still_until_it_is_set(self, tmp_path: Path) -> None:
        file = tmp_path / "clock"
        clock = FileClock(file)
        self.write(file, "2024-03-04T09:30:00+01:00", 1)
        assert clock() == clock() == datetime(2024, 3, 4, 8, 30, tzinfo=UTC)
        self.write(file, "2024-03-05T09:30:00+01:00\n", 2)
        assert clock() == datetime(2024, 3, 5, 8, 30, tzinfo=UTC)
        assert clock().utcoffset() == timedelta()

    @pytest.mark.parametrize("text", ["", "tomorrow", "2024-03-04T09:30:00"])
    def test_it_tells_a_moment_with_zone_or_nothing(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "clock"
        file.write_text(text)
        with pytest.raises(Unreadable) as caught:
            FileClock(file)()
        assert caught.value.field == "TVAERSPOR_CLOCK_FILE"

    @staticmethod
    def write(file: Path, text: str, at: Any) -> None:
        file.write_text(text)
        os.utime(file, (at, at))


def test_receipts_lie_in_a_folder_or_come_by_imap() -> None:
    folder = {"TVAERSPOR_MAIL_RECEIPTS_DIR": "Maildir"}
    assert Settings.from_environment(folder).secure_mail.receipts_dir == Path("Maildir")
    with pytest.raises(Unreadable, match="MAIL_RECEIPTS_DIR"):
        Settings.from_environment(folder | {"TVAERSPOR_MAIL_IMAP_HOST": "imap.example"})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"MAIL_DIR": "mail"}, "MAIL_ROOTS"),
        ({"MAIL_SMTP_HOST": "relay.example"}, "MAIL_DIR"),
        ({"MAIL_SMTP_HOST": "relay.example", "MAIL_DIR": "m", "MAIL_ROOTS": "ab" * 32}, "MAIL_DOMAINS"),
        ({"MAIL_ROOTS": "Den Danske Stat OCES rod-CA"}, "MAIL_ROOTS"),
        ({"MAIL_ROOTS": " "}, "MAIL_ROOTS"),
        ({"MAIL_LIMIT": "0"}, "MAIL_LIMIT"),
        ({"MAIL_LIMIT": "99999999"}, "MAIL_LIMIT"),
        ({"MAIL_RETURN_PATH": "a@b.example, c@d.example"}, "MAIL_RETURN_PATH"),
        ({"MAIL_SMTP_PORT": "0"}, "MAIL_SMTP_PORT"),
    ],
)
def test_mail_is_sealed_and_trusted_or_the_hub_does_not_start(given: dict[str, str], named: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        Settings.from_environment({f"TVAERSPOR_{name}": value for name, value in given.items()})
    assert wrong.value.field == f"TVAERSPOR_{named}"
