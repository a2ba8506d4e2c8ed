"""Whom to believe: every check of secure-mail guide §11 before anything is encrypted to a certificate or read from its
owner.

A root is pinned by SHA-256, never by name: an impostor may carry the same names. Revocation must be known and fresh;
when it is not, the answer is "later", never "yes". Chains are built and validated by pyhanko-certvalidator (RFC 5280),
which takes RSASSA-PSS; nothing is fetched.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509 as asn1  # type: ignore[import-untyped]  # it has no types
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    InvalidCertificateError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    StaleRevinfoError,
)

from adapters.secure_mail import certificates
from adapters.secure_mail.revocation import RevocationLists
from hub.errors import TryAgainLater, Undeliverable, Unreadable

SHORTEST_KEY, SHORTEST_OWN_KEY = 2048, 3072  # bits of RSA
WARN_BEFORE_END = timedelta(days=14)
WEAK = {"md2", "md5", "sha1"}
Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Use:
    """What a certificate is asked for."""

    name: str
    key_usage: str
    permits: Callable[[x509.Certificate], bool]


ENCRYPT = Use("encryption", "key_encipherment", certificates.may_encrypt_to)
SIGN = Use("signing", "digital_signature", certificates.may_sign)


class Trust:
    """The pinned roots, the issuing certificates beneath them, and the revocation lists."""

    def __init__(
        self,
        roots: Iterable[x509.Certificate],
        issuing: Iterable[x509.Certificate],
        lists: RevocationLists,
    ) -> None:
        self._roots, self._issuing = [_asn1(root) for root in roots], [_asn1(issuer) for issuer in issuing]
        self._lists = lists

    @classmethod
    def pinned(
        cls,
        pins: Iterable[str],
        known: Mapping[str, x509.Certificate],
        lists: RevocationLists,
        *,
        production: bool,
    ) -> "Trust":
        """The roots with these fingerprints among the certificates known; `Unreadable` for one that may not be."""
        roots = [_pinned(pin, known, production=production) for pin in pins]
        if not roots:
            raise Unreadable("at least one pinned root", field="roots")
        return cls(roots, known.values(), lists)

    def require(
        self,
        certificate: x509.Certificate,
        use: Use,
        moment: datetime,
        *,
        others: Iterable[asn1.Certificate] = (),
        warn: Warn | None = None,
    ) -> None:
        """Return if the certificate may be used so at this moment; `others` may stand between it and a root.

        `Undeliverable` with a code when it may not; `TryAgainLater` when its revocation cannot be known now.
        """
        if not certificates.is_valid_at(certificate, moment):
            expired = moment > certificate.not_valid_after_utc
            raise Undeliverable("certificate-expired" if expired else "certificate-not-yet-valid")
        if not use.permits(certificate):
            raise Undeliverable(f"certificate-not-for-{use.name}")
        if not certificates.is_for_mail(certificate):
            raise Undeliverable("certificate-not-for-mail")
        if certificates.rsa_bits(certificate) < SHORTEST_KEY:
            raise Undeliverable("certificate-key-too-weak")
        _in_a_loop_of_its_own(self._validate(certificate, use, self.context(moment, others)))
        if warn is not None:
            _warn(certificate, moment, warn)

    def context(self, moment: datetime, others: Iterable[asn1.Certificate] = ()) -> ValidationContext:
        """What pyhanko needs to judge a signature by the same rules."""
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=[*self._issuing, *others],
            moment=moment,
            allow_fetching=False,
            crls=self._lists.fresh(moment),
            revocation_mode="require",
            weak_hash_algos=WEAK,
            time_tolerance=timedelta(0),
        )

    @staticmethod
    async def _validate(certificate: x509.Certificate, use: Use, context: ValidationContext) -> None:
        validator = CertificateValidator(_asn1(certificate), validation_context=context)
        try:
            await validator.async_validate_usage({use.key_usage})  # type: ignore[no-untyped-call]  # it has no types
        except RevokedError:
            raise Undeliverable("certificate-revoked") from None
        except (InsufficientRevinfoError, StaleRevinfoError):
            raise TryAgainLater("revocation-unknown") from None
        except (PathBuildingError, PathValidationError, InvalidCertificateError):
            raise Undeliverable("certificate-not-trusted") from None


def _pinned(pin: str, known: Mapping[str, x509.Certificate], *, production: bool) -> x509.Certificate:
    root = known.get(pin.replace(":", "").lower())
    if root is None:
        raise Unreadable("the SHA-256 of a root whose certificate lies in the folder", field="roots")
    if production and certificates.is_for_tests(root):
        raise Unreadable("a root for tests is refused in production", field="roots")
    return root


def _warn(certificate: x509.Certificate, moment: datetime, warn: Warn) -> None:
    if certificate.not_valid_after_utc - moment < WARN_BEFORE_END:
        warn("certificate-ends-soon")
    if certificates.rsa_bits(certificate) < SHORTEST_OWN_KEY:
        warn("certificate-key-short")


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


def _in_a_loop_of_its_own(work: Coroutine[Any, Any, None]) -> None:
    """Callers are plain threads; nothing here waits for anything."""
    with asyncio.Runner() as runner:
        runner.run(work)
