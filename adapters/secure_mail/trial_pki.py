"""An authority for the demo and the tests, made anew each time: root, issuing authority, leafs, revocation lists.

Laid out like OCES3 (secure-mail guide §2 and §14): signed with RSASSA-PSS at every level, the organisation's CVR number
in `organizationIdentifier`. Its root says `OU=Test - Tværspor`, and production refuses such a root.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

ROOT_BITS, LEAF_BITS = 4096, 3072
MARK = "Test - Tværspor"
PSS = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
LASTS = timedelta(days=3 * 365)
Names = Sequence[tuple[ObjectIdentifier, str]]
Key = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Key

    @property
    def certificate_pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key, unencrypted: it opens nothing but what a demo or a test made."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def rsa(self) -> RSAPrivateKey:
        """The private key of a leaf that signs and opens mail."""
        assert isinstance(self.key, RSAPrivateKey)
        return self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a leaf is to be; the defaults make a sound one."""

    cvr: str | None
    name: str
    signs: bool = True
    opens: bool = True
    uses: tuple[ObjectIdentifier, ...] = ()
    mailbox: str | None = None
    host: str | None = None
    begins: timedelta = -timedelta(hours=1)
    lasts: timedelta = LASTS
    key: Key | None = None


class TrialAuthority:
    """Two authorities with keys of their own. `now` is when everything begins."""

    def __init__(self, now: datetime, *, name: str = "Tværspor prøve") -> None:
        self._now = now
        top, below = _authority(f"{name} rod-CA"), _authority(f"{name} udstedende-CA 1")
        root_key, issuing_key = _key(ROOT_BITS), _key(LEAF_BITS)
        self.root = Issued(_signed(self._draft(top, root_key, top), _is_authority(1), root_key, root_key), root_key)
        issuing = self._draft(below, issuing_key, top)
        self.issuing = Issued(_signed(issuing, _is_authority(0), issuing_key, root_key), issuing_key)

    def issue(self, wanted: Wanted) -> Issued:
        """A leaf below the issuing authority."""
        key, authority = wanted.key or _key(LEAF_BITS), self.issuing
        begins = self._now + wanted.begins
        draft = self._draft(_subject(wanted), key, authority.certificate.subject, begins, begins + wanted.lasts)
        return Issued(_signed(draft, _is_leaf(wanted), key, authority.rsa), key)

    def revocation_lists(
        self,
        now: datetime,
        revoked: Iterable[Issued] = (),
        *,
        lasts: timedelta = timedelta(hours=24),
        forged_by: Issued | None = None,
    ) -> tuple[bytes, bytes]:
        """The root's list and the issuing authority's, PEM. `forged_by` signs them with a key that is not theirs."""
        return (
            self._list(self.root, now, (), lasts, forged_by),
            self._list(self.issuing, now, revoked, lasts, forged_by),
        )

    def _draft(
        self,
        subject: x509.Name,
        key: Key,
        issuer: x509.Name,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> x509.CertificateBuilder:
        begins = begins or self._now - timedelta(days=1)
        return (
            x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends or begins + 2 * LASTS)
        )

    @staticmethod
    def _list(
        authority: Issued, now: datetime, revoked: Iterable[Issued], lasts: timedelta, forged_by: Issued | None
    ) -> bytes:
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=authority.certificate.subject, last_update=now, next_update=now + lasts
        ).add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        builder = builder.add_extension(_issuer_key(authority.rsa), critical=False)
        for holder in revoked:
            entry = x509.RevokedCertificateBuilder(holder.certificate.serial_number, now - timedelta(minutes=1))
            builder = builder.add_revoked_certificate(entry.build())
        signer = (forged_by or authority).rsa
        return builder.sign(signer, SHA256(), rsa_padding=PSS).public_bytes(Encoding.PEM)


def _key(bits: int) -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _authority(name: str) -> x509.Name:
    return _named(
        (
            (NameOID.COUNTRY_NAME, "DK"),
            (NameOID.ORGANIZATION_NAME, "Tværspor (opfundet)"),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            (NameOID.COMMON_NAME, name),
        )
    )


def _subject(wanted: Wanted) -> x509.Name:
    """As OCES3 names an organisation (guide §2)."""
    cvr = ((NameOID.ORGANIZATION_IDENTIFIER, f"NTRDK-{wanted.cvr}"),) if wanted.cvr else ()
    return _named(
        (
            (NameOID.COUNTRY_NAME, "DK"),
            *cvr,
            (NameOID.ORGANIZATION_NAME, wanted.name[:64]),
            (NameOID.SERIAL_NUMBER, f"UI:DK-O:G:{uuid4()}"),
            (NameOID.COMMON_NAME, wanted.name[:64]),
        )
    )


def _named(names: Names) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in names])


def _is_authority(depth: int) -> list[tuple[x509.ExtensionType, bool]]:
    usage = _usage(key_cert_sign=True, crl_sign=True)
    return [(x509.BasicConstraints(ca=True, path_length=depth), True), (usage, True)]


def _is_leaf(wanted: Wanted) -> list[tuple[x509.ExtensionType, bool]]:
    usage = _usage(digital_signature=wanted.signs, key_encipherment=wanted.opens)
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage, True),
    ]
    if wanted.uses:
        extensions.append((x509.ExtendedKeyUsage(wanted.uses), False))
    names: list[x509.GeneralName] = [x509.RFC822Name(wanted.mailbox)] if wanted.mailbox else []
    names += [x509.DNSName(wanted.host)] if wanted.host else []
    if names:
        extensions.append((x509.SubjectAlternativeName(names), False))
    return extensions


_usage = partial(
    x509.KeyUsage,
    **dict.fromkeys(
        (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    ),
)


def _signed(
    draft: x509.CertificateBuilder, says: Iterable[tuple[x509.ExtensionType, bool]], key: Key, signer: RSAPrivateKey
) -> x509.Certificate:
    for extension, critical in says:
        draft = draft.add_extension(extension, critical=critical)
    draft = draft.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return draft.add_extension(_issuer_key(signer), critical=False).sign(signer, SHA256(), rsa_padding=PSS)


def _issuer_key(signer: RSAPrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
