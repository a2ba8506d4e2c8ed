"""A letter on its way to Aabenraa, and what a receiver needs to read it."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.secure_mail.opener import Opened, open_mail, refuse_unless
from adapters.secure_mail.trial_pki import Issued
from hub.ports.letter import Letter
from tests.adapters.documents.letters import disclosure
from tests.adapters.secure_mail import pki
from tests.adapters.secure_mail.pki import HOSPITAL, NOW, TOWN, approved, opener, trust

PDF = b"%PDF-1.7\n\xe2\xe3\xcf\xd3 invented\r\n.\r\n%%EOF\n"
FHIR = b'{"resourceType":"Bundle","type":"message"}\n'


def to_town(*leafs: Issued, make: Callable[[], Letter] = disclosure, **changes: Any) -> Letter:
    """The hospital's letter to Aabenraa, with these certificates approved."""
    letter = replace(make(), recorded_at=NOW, **changes)
    sender = replace(letter.sender, cvr=HOSPITAL)
    recipient = approved(replace(letter.recipient, cvr=TOWN), *(leafs or (pki.pki().town,)))
    return replace(letter, sender=sender, recipient=recipient)


def read(raw: bytes, folder: Path, by: Issued | None = None) -> Opened:
    """The mail as Aabenraa reads it: opened, verified, and for Aabenraa."""
    opened = open_mail(raw, [opener(by or pki.pki().town)], trust(folder), NOW)
    mailbox = "familieafdeling@aabenraa.example"
    refuse_unless(opened, signed_by=HOSPITAL, mailbox=mailbox, cvr=TOWN, moment=NOW)
    return opened


def openssl(*words: str, given: bytes = b"") -> bytes:
    """What OpenSSL, the outside judge, answers; it must agree to answer."""
    run = subprocess.run(["openssl", *words], input=given, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def openssl_decrypts(raw: bytes, by: Issued, folder: Path) -> bytes:
    """The decrypted mail, exactly as it came out."""
    certificate, key, mail = folder / "by.crt", folder / "by.key", folder / "mail.eml"
    certificate.write_bytes(by.certificate_pem)
    key.write_bytes(by.key_pem)
    mail.write_bytes(raw)
    return openssl("cms", "-decrypt", "-in", str(mail), "-recip", str(certificate), "-inkey", str(key))
