"""The revocation lists that lie in a folder. They are fetched by the operator's own job; the hub opens no connection
for them.

Only a fresh list counts: it has begun, its `nextUpdate` is ahead, and it is at most 24 hours old (secure-mail guide
§11). Whether its issuer signed it is for the chain's validation to say.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

OLDEST = timedelta(hours=24)
SKEW = timedelta(minutes=5)
ENDINGS = (".crl", ".pem", ".der")


@dataclass(slots=True)
class RevocationLists:
    """The lists in one folder, read again when a file has changed. A file that cannot be read counts as missing."""

    folder: Path
    _read: dict[Path, tuple[int, x509.CertificateRevocationList | None]] = field(default_factory=dict)

    def fresh(self, moment: datetime) -> list[bytes]:
        """The lists that may be relied on at this moment, as DER."""
        return [found.public_bytes(Encoding.DER) for found in self._lists() if is_fresh(found, moment)]

    def _lists(self) -> list[x509.CertificateRevocationList]:
        files = sorted(path for path in self.folder.glob("*") if path.suffix in ENDINGS)
        for path in files:
            changed = path.stat().st_mtime_ns
            if path not in self._read or self._read[path][0] != changed:
                self._read[path] = (changed, _parsed(path))
        return [found for path in files if (found := self._read[path][1]) is not None]


def is_fresh(found: x509.CertificateRevocationList, moment: datetime) -> bool:
    """May the list be relied on now? One without an end may not."""
    begins, ends = found.last_update_utc, found.next_update_utc
    return ends is not None and begins - SKEW <= moment < ends and moment - begins <= OLDEST


def _parsed(path: Path) -> x509.CertificateRevocationList | None:
    try:
        content = path.read_bytes()
        if content.startswith(b"-----BEGIN"):
            return x509.load_pem_x509_crl(content)
        return x509.load_der_x509_crl(content)
    except (OSError, ValueError):
        return None
