"""How fast a letter is sealed and handed over, beside `openssl cms` signing and encrypting the same bytes.

Per size: OpenSSL as two processes, sign then encrypt, as one would script it; the hub's packer (lint, manifest, every
certificate check, sign, encrypt); and packer and SMTP with TLS to a server on the loopback, in a process of its own.
Rounds take turns; ratios are how many times OpenSSL's rate.
"""

import argparse
import json
import multiprocessing
import os
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median
from uuid import uuid4

from adapters.secure_mail.message import outlined
from adapters.secure_mail.sealer import signable
from adapters.secure_mail.smtp import Relay, SmtpCarrier
from hub.ports.carrier import Parcel
from tests.adapters.secure_mail.letters import FHIR, to_town
from tests.adapters.secure_mail.mailserver import HOST, Inbox, free_port, server_context, serving, trusted_by
from tests.adapters.secure_mail.pki import pki, sealing, write_lists

ROUNDS = 7
SIZES = {"60 kB": 60_000, "2 MB": 2_000_000}
LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Ratio:
    """What was measured beside OpenSSL, and how the rounds came out."""

    measure: str
    size: str
    floor: str
    median: float
    smallest: float
    largest: float
    per_second: float


class Forgetful(Inbox):
    """Takes every mail and keeps none."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        """Taken."""
        return "250 OK"


def main() -> None:
    """Measure and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tvaerspor-bench-") as name:
        folder = write_lists(Path(name))
        port, stop = free_port(), multiprocessing.Event()
        authorities, context = trusted_by(folder), server_context(folder)
        server = multiprocessing.get_context("fork").Process(target=_serve, args=(context, port, stop))
        server.start()
        try:
            relay = SmtpCarrier(Relay(host=HOST, port=port, authorities=authorities))
            found = [ratio for size, count in SIZES.items() for ratio in measured(folder, relay, size, count)]
        finally:
            stop.set()
            server.join()
    print(json.dumps([asdict(row) for row in found], indent=2) if asked.json else table(found))


def measured(folder: Path, relay: SmtpCarrier, size: str, count: int) -> list[Ratio]:
    """Every ratio for one size of letter; the steps take turns."""
    pdf, letter = b"%PDF-1.7" + os.urandom(count), to_town()
    packer = sealing(folder, pki().town, limit=LIMIT)
    (folder / "clear").write_bytes(signable(outlined(letter, pdf, FHIR)))
    files = _files(folder)

    def pack() -> Parcel:
        return packer.pack(replace(letter, message_id=uuid4()), pdf, FHIR)

    steps: dict[str, Callable[[], object]] = {
        "openssl cms": lambda: openssl(folder, files),
        "sealed": pack,
        "sealed and sent": lambda: relay.carry(pack()),
    }
    rates: dict[str, list[float]] = {name: [] for name in steps}
    for round_ in range(ROUNDS + 1):
        for name, step in steps.items():
            started = time.perf_counter()
            step()
            if round_:  # the first warms
                rates[name].append(1 / (time.perf_counter() - started))
    return [_ratio(name, size, rates[name], rates["openssl cms"]) for name in ("sealed", "sealed and sent")]


def openssl(folder: Path, files: dict[str, str]) -> None:
    """Sign, then encrypt, the same bytes."""
    sign = ["cms", "-sign", "-binary", "-md", "sha256", "-in", files["clear"], "-signer", files["signer"]]
    seal = ["cms", "-encrypt", "-binary", "-aes-256-cbc", "-in", f"{folder}/signed", "-out", f"{folder}/sealed"]
    for words in ([*sign, "-inkey", files["key"], "-out", f"{folder}/signed"], [*seal, files["receiver"]]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)


def _files(folder: Path) -> dict[str, str]:
    held = {
        "signer": pki().hospital.certificate_pem,
        "key": pki().hospital.key_pem,
        "receiver": pki().town.certificate_pem,
    }
    for name, content in held.items():
        (folder / name).write_bytes(content)
    return {name: str(folder / name) for name in (*held, "clear")}


def _ratio(measure: str, size: str, mine: list[float], theirs: list[float]) -> Ratio:
    ratios = sorted(ours / floor for ours, floor in zip(mine, theirs, strict=True))
    return Ratio(measure, size, "openssl cms", median(ratios), ratios[0], ratios[-1], median(mine))


def _serve(context: ssl.SSLContext, port: int, stop: Event) -> None:
    with serving(Forgetful(), context, port, data_size_limit=2 * LIMIT):
        stop.wait()


def table(found: list[Ratio]) -> str:
    """The ratios for a reader."""
    lines = [f"{'letter':8} {'measure':16} {'beside':12} {'ratio':>7}  {'from – to':15} {'a second':>9}"]
    lines += [
        f"{row.size:8} {row.measure:16} {row.floor:12} {row.median:7.2f}  "
        f"{f'{row.smallest:.2f} – {row.largest:.2f}':15} {row.per_second:9.1f}"
        for row in found
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
