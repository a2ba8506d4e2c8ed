"""The sending organisations' own keys: read once, checked against their certificates, kept (loading takes 150 ms)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7

from adapters.secure_mail import certificates
from adapters.secure_mail.trust import SHORTEST_OWN_KEY
from hub.errors import Unreadable


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key, its certificate, and the issuing certificates that go along; never the root."""

    key: RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def __post_init__(self) -> None:
        if self.key.public_key() != self.certificate.public_key():  # `cryptography` signs with a mismatch silently
            raise Unreadable("the private key does not fit the certificate", field="signer")
        if self.key.key_size < SHORTEST_OWN_KEY:
            raise Unreadable(f"an own key has at least {SHORTEST_OWN_KEY} bits", field="signer")

    @property
    def cvr(self) -> str | None:
        """The organisation that it signs for."""
        return certificates.cvr_of(self.certificate)

    def sign(self, content: bytes) -> bytes:
        """A detached CMS signature with SHA-256 over exactly these bytes, as DER."""
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(self.certificate, self.key, SHA256())
        for issuing in self.chain:
            builder = builder.add_certificate(issuing)
        return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature])

    def __repr__(self) -> str:
        return f"Signer({certificates.fingerprint(self.certificate)})"


def read_signers(folder: Path, known: Mapping[str, x509.Certificate]) -> tuple[Signer, ...]:
    """Every `<name>.key` with its `<name>.crt` in a folder; `Unreadable` names a file that is missing or does not fit.

    Issuing certificates are those that follow the leaf in `<name>.crt`, else those known by name.
    """
    return tuple(_read(path, known) for path in sorted(folder.glob("*.key")))


def _read(path: Path, known: Mapping[str, x509.Certificate]) -> Signer:
    leaf, *chain = certificates.read(path.with_suffix(".crt"))
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise Unreadable("expected an unencrypted PEM private key", field=path.name) from None
    if not isinstance(key, RSAPrivateKey):
        raise Unreadable("expected an RSA key", field=path.name)
    try:
        return Signer(key, leaf, tuple(_without_roots(chain or _issuers(leaf, known.values()))))
    except Unreadable as complaint:
        raise Unreadable(complaint.rule, field=path.name) from None


def _issuers(leaf: x509.Certificate, known: Iterable[x509.Certificate]) -> Iterable[x509.Certificate]:
    return [certificate for certificate in known if certificate.subject == leaf.issuer]


def _without_roots(chain: Iterable[x509.Certificate]) -> Iterable[x509.Certificate]:
    return (certificate for certificate in chain if certificate.subject != certificate.issuer)
