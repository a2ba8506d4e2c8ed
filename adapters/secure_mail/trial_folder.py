"""A mail room for the demo and the tests, with keys made on the spot for the units of a directory.

Beside the room that `MailRoom` opens it leaves each unit's certificate and private key where anybody may try them. All
of it hangs from a root that says it is for tests, which production refuses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.secure_mail.certificates import fingerprint
from adapters.secure_mail.factory import CERTIFICATES, REVOCATION, SIGNERS
from adapters.secure_mail.trial_pki import Issued, Key, TrialAuthority, Wanted
from hub.errors import Unreadable
from hub.ports.directory import Address
from hub.vocabulary.organisations import Unit

KEYS = "keys"


@dataclass(frozen=True, slots=True)
class TrialRoom:
    """What was made: the root to pin, and the certificate of each unit to approve."""

    root: str
    approved: dict[Unit, str]


def lay_out(folder: Path, units: Iterable[Address], now: datetime, *, one_key: bool = False) -> TrialRoom:
    """Make keys for these units in an empty folder; `Unreadable` for another, or a unit without a CVR.

    With `one_key` all share one: making a key takes the better part of a second.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Unreadable("an empty folder", field="out")
    for name in (SIGNERS, CERTIFICATES, REVOCATION, KEYS):
        (folder / name).mkdir(mode=0o700)
    authority = TrialAuthority(now - timedelta(minutes=5))
    for name, issued in (("root", authority.root), ("issuing", authority.issuing)):
        (folder / CERTIFICATES / f"{name}.crt").write_bytes(issued.certificate_pem)
    for name, found in zip(("root", "issuing"), authority.revocation_lists(now), strict=True):
        (folder / REVOCATION / f"{name}.crl").write_bytes(found)
    shared = authority.issuing.key if one_key else None
    approved = {address.unit: _issued(folder, address, authority, shared) for address in units}
    return TrialRoom(fingerprint(authority.root.certificate), approved)


def file_name(unit: Unit) -> str:
    """`familieafdeling-aabenraa`."""
    return f"{unit.unit}-{unit.organisation}"


def _issued(folder: Path, address: Address, authority: TrialAuthority, key: Key | None) -> str:
    """One key a unit: it signs for its organisation, and opens what is sealed to it."""
    if address.cvr is None:
        raise Unreadable("a unit of an organisation with a CVR number", field=str(address.unit))
    made = authority.issue(Wanted(cvr=address.cvr, name=f"{address.organisation_name} {address.unit_name}", key=key))
    name = file_name(address.unit)
    (folder / CERTIFICATES / f"{name}.crt").write_bytes(made.certificate_pem)
    for place in (SIGNERS, KEYS):
        _written(folder / place, name, made)
    return fingerprint(made.certificate)


def _written(folder: Path, name: str, made: Issued) -> None:
    (folder / f"{name}.crt").write_bytes(made.certificate_pem)
    key = folder / f"{name}.key"
    key.touch(mode=0o600)
    key.write_bytes(made.key_pem)
