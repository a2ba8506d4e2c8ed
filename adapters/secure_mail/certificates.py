"""What a certificate says of itself: whose it is, what it may be used for, how long. No trust is decided here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.errors import Unreadable

ENDINGS = (".crt", ".pem", ".cer", ".der")
FOR_MAIL = frozenset({ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE})
_CVR = "NTRDK-"  # ETSI EN 319 412-1 §5.1.4: national trade register of Denmark, then the CVR number


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 over the certificate, in hexadecimal digits: what a directory entry approves, what pins a root."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def cvr_of(certificate: x509.Certificate) -> str | None:
    """The CVR number of the organisation it was issued to, if it names exactly one."""
    named = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    if len(named) != 1 or not str(named[0].value).startswith(_CVR):
        return None
    return str(named[0].value).removeprefix(_CVR)


def mailboxes_of(certificate: x509.Certificate) -> list[str]:
    """The mail addresses that stand in it, if any do."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [name.lower() for name in names.get_values_for_type(x509.RFC822Name)]


def may_encrypt_to(certificate: x509.Certificate) -> bool:
    """Does its key usage let a key be transported to it?"""
    usage = _key_usage(certificate)
    return usage is not None and usage.key_encipherment


def may_sign(certificate: x509.Certificate) -> bool:
    """Does its key usage let it sign a mail?"""
    usage = _key_usage(certificate)
    return usage is not None and usage.digital_signature


def is_for_mail(certificate: x509.Certificate) -> bool:
    """Not when it says what it is for, and mail is not among it: a TLS server's certificate, say (guide §2, SM-4)."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return not FOR_MAIL.isdisjoint(uses)


def is_for_tests(certificate: x509.Certificate) -> bool:
    """Does it name itself a test certificate, as the state's own test chain does (`OU=Test - cti`, guide §2)?"""
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(str(unit.value).lower().startswith("test") for unit in units)


def rsa_bits(certificate: x509.Certificate) -> int:
    """The length of its RSA key; 0 when it has another kind of key."""
    key = certificate.public_key()
    return key.key_size if isinstance(key, RSAPublicKey) else 0


def is_valid_at(certificate: x509.Certificate, moment: datetime) -> bool:
    """Is the moment inside its validity?"""
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def read_all(folder: Path) -> Mapping[str, x509.Certificate]:
    """Every certificate in the files of a folder, by fingerprint; `Unreadable` names a file that holds none."""
    files = sorted(path for path in folder.glob("*") if path.suffix in ENDINGS) if folder.is_dir() else []
    return {fingerprint(certificate): certificate for path in files for certificate in read(path)}


def read(path: Path) -> Iterable[x509.Certificate]:
    """The certificates of one file, PEM or DER, in its order."""
    try:
        content = path.read_bytes()
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except (OSError, ValueError):
        raise Unreadable("expected an X.509 certificate, PEM or DER", field=path.name) from None


def _key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
