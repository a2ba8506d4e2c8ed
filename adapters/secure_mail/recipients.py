"""To whom may be encrypted: the certificates that a directory entry approves, each checked at the moment of sealing.

Mailbox → CVR number → fingerprint stands in the reviewed directory; a certificate counts only when all three agree with
it (secure-mail guide §2 and §11). Two approved certificates are a rollover: the mail is encrypted to every one that is
valid.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from cryptography import x509

from adapters.secure_mail import certificates
from adapters.secure_mail.trust import ENCRYPT, Trust
from hub.errors import TryAgainLater, Undeliverable, Unsendable
from hub.observability import log
from hub.ports.directory import Address


class Recipients:
    """Certificates by directory entry. `known` holds them by fingerprint; `archive` may open everything."""

    def __init__(
        self, known: Mapping[str, x509.Certificate], trust: Trust, archive: Iterable[x509.Certificate] = ()
    ) -> None:
        self._known, self._trust, self._archive = known, trust, tuple(archive)

    def certificates(self, address: Address, moment: datetime) -> list[x509.Certificate]:
        """Those to encrypt to: at least one of the receiver's, then our archive's.

        `Undeliverable` with the first complaint when none is fit; `TryAgainLater` when one may be fit later.
        """
        self.refuse(address)
        fit, complaints = [], []
        for approved in address.certificates:
            try:
                fit.append(self._fit(approved, address, moment))
            except Undeliverable as complaint:
                complaints.append(complaint)
        if not fit:
            raise next((complaint for complaint in complaints if isinstance(complaint, TryAgainLater)), complaints[0])
        return [*fit, *self._fit_archive(moment)]

    def refuse(self, address: Address) -> None:
        """`Unsendable` when no certificate is approved for it, or none of those lies in the mail folder."""
        if not address.certificates:
            rule = "a unit for which a certificate is approved in the directory"
            raise Unsendable("recipient-has-no-certificate", rule, field="recipient")
        if not any(certificate in self._known for certificate in address.certificates):
            rule = "a unit whose approved certificate lies in TVAERSPOR_MAIL_DIR"
            raise Unsendable("recipient-certificate-missing", rule, field="recipient")

    def _fit(self, approved: str, address: Address, moment: datetime) -> x509.Certificate:
        certificate = self._known.get(approved)
        if certificate is None:
            raise Undeliverable("recipient-certificate-missing")
        if address.cvr is None or certificates.cvr_of(certificate) != address.cvr:
            raise Undeliverable("certificate-of-another-organisation")
        named = certificates.mailboxes_of(certificate)
        if named and address.mailbox not in named:
            raise Undeliverable("certificate-of-another-mailbox")
        warn = partial(log.warning, unit=str(address.unit))
        self._trust.require(certificate, ENCRYPT, moment, warn=warn)
        return certificate

    def _fit_archive(self, moment: datetime) -> list[x509.Certificate]:
        """Our own archive must be able to open what left; until it can, nothing leaves."""
        for certificate in self._archive:
            try:
                self._trust.require(certificate, ENCRYPT, moment)
            except TryAgainLater:
                raise
            except Undeliverable as unfit:
                raise TryAgainLater(f"archive-{unfit}") from None
        return list(self._archive)
