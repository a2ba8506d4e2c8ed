"""A 25 MB document, posted over HTTP, leaves as sealed mail within 400 MiB (issue line of secure mail; SM-36).

Measured is the high-water mark of the process itself: a hub that takes the act and carries it, and one that only
carries what another has taken. Bytes, not time, so that a busy machine measures the same.
"""

import base64
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from adapters.directory.toml_file import TomlDirectory
from adapters.secure_mail.trial_pki import TrialAuthority, Wanted
from hub.access.tokens import make_token
from hub.bootstrap.secure_mail import make_trial
from hub.settings import MIB, PREFIX
from hub.store import Keys
from tests.adapters.secure_mail.mailserver import HOST, Inbox, serving
from tests.people import CLINIC, FAMILIES, KAJA
from tests.road.fork_server import free_port
from tests.waiting import PATIENCE, until

LIMIT, DOCUMENT = 400, 25  # MiB
SERVE = [sys.executable, "-c", "from hub.cli import main; main()", "serve"]


@dataclass
class Hub:
    """A hub in a process of its own, and the settings it runs under."""

    environment: dict[str, str]
    url: str

    @contextmanager
    def running(self, *, dispatch: bool) -> Iterator[int]:
        """Its process id, from its first answer until the block is left."""
        words = self.environment | {f"{PREFIX}DISPATCH": "on" if dispatch else "off"}
        with subprocess.Popen(SERVE, env=words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                until(lambda: process.poll() is not None or self._answers(), "the hub did not start")
                yield process.pid
            finally:
                process.terminate()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[tuple[Inbox, int]]:
    """A relay with STARTTLS that takes large mail, and its port."""
    authority = TrialAuthority(datetime.now(UTC), name="Postservere")
    uses = (ExtendedKeyUsageOID.SERVER_AUTH,)
    issued = authority.issue(Wanted(cvr=None, name=HOST, host=HOST, uses=uses))
    (tmp_path / "authorities.pem").write_bytes(authority.root.certificate_pem)
    (tmp_path / "host.crt").write_bytes(issued.certificate_pem + authority.issuing.certificate_pem)
    (tmp_path / "host.key").write_bytes(issued.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "host.crt", tmp_path / "host.key")
    inbox = Inbox()
    with serving(inbox, context, data_size_limit=100 * MIB) as port:
        yield inbox, port


@pytest.fixture
def hub(tmp_path: Path, inbox: tuple[Inbox, int]) -> Hub:
    trial = make_trial(TomlDirectory.sample(), [CLINIC, FAMILIES], tmp_path / "trial", production=False)
    port = free_port()
    settings = {
        "ENV": "test",
        "DATA_DIR": str(tmp_path / "data"),
        "LISTEN_PORT": str(port),
        "MAIL_SMTP_HOST": HOST,
        "MAIL_SMTP_PORT": str(inbox[1]),
        "MAIL_CA_FILE": str(tmp_path / "authorities.pem"),
        "ATTACHMENT_LIMIT": str(DOCUMENT * MIB),
        "MAIL_LIMIT": str(2 * DOCUMENT * MIB),
    }
    ours = {f"{PREFIX}{name}": value for name, value in settings.items()}
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return Hub(others | trial | ours, f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("alone", [False, True], ids=["takes it and carries it", "only carries it"])
def test_25_mb_leave_within_400_mib(alone: bool, hub: Hub, inbox: tuple[Inbox, int], tmp_path: Path) -> None:
    with hub.running(dispatch=not alone) as process:
        post(hub, tmp_path / "data")
        if not alone:
            peak = peak_when_left(process, inbox[0])
    if alone:
        with hub.running(dispatch=True) as process:
            peak = peak_when_left(process, inbox[0])
    (mail,) = inbox[0].mails
    assert 1.87 * DOCUMENT * MIB < len(mail) < 2 * DOCUMENT * MIB
    assert peak < LIMIT, f"{peak} MiB"


def post(hub: Hub, data: Path) -> None:
    """The clinic's underretning with the document, on a case that it opens."""
    now = datetime.now(UTC)
    token = make_token(Keys.embedded(data).token_key(), "epj", CLINIC, now, timedelta(hours=1))
    with httpx.Client(base_url=hub.url, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE) as door:
        opened = door.post(
            "/v1/cases",
            json={
                "at": now.isoformat(),
                "cpr": KAJA.cpr.digits,
                "name": KAJA.name,
                "relation": "behandling",
                "municipality": "aabenraa",
            },
            headers={"Idempotency-Key": "case"},
        )
        assert opened.status_code == 201, opened.text
        path = f"/v1/cases/{opened.json()['case']}/concerns"
        told = door.post(path, json=concern(now), headers={"Idempotency-Key": "concern"})
        assert told.status_code == 201, told.text


def concern(now: datetime) -> dict[str, Any]:
    """An underretning with a PDF that nothing can make smaller."""
    content = base64.b64encode(b"%PDF-1.7\n" + os.urandom(DOCUMENT * MIB - 9)).decode()
    document = {"name": "plan.pdf", "content_type": "application/pdf", "content": content}
    return {
        "at": now.isoformat(),
        "recipient": str(FAMILIES),
        "subject": {"role": "gravid"},
        "basis": "BL-133-1-2",
        "occasion": "Udeblevet.",
        "seen_and_heard": "Påvirket.",
        "items": [{"category": "rusmiddel", "attachment": document}],
        "notification": {"consent_sought": "refused", "balancing_recorded": False, "parents_informed": True},
    }


def peak_when_left(process: int, inbox: Inbox) -> int:
    """The most memory that the process has held when the mail has left, in MiB."""
    until(lambda: inbox.mails, "the mail did not leave")
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024
