"""Opens a CMS envelope: EnvelopedData in AES-CBC, and AuthEnvelopedData in AES-GCM, as other gateways send them.

`cryptography` reads neither GCM nor OAEP envelopes, so this is a small reader of its own: structures by asn1crypto,
every primitive by `cryptography` (RFC 5652, RFC 5083, RFC 5084, RFC 8017). What cannot be opened says one thing only,
whatever the reason, so that a sender of forged mail learns nothing from the answer; and nothing that came out may be
believed before its signature was verified: CBC alone notices no change.
"""

from typing import Any

from asn1crypto import cms, core  # type: ignore[import-untyped]  # it has no types
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

from hub.errors import Unreadable

REFUSED = "mail-cannot-be-opened"
KEY_LENGTHS = {"aes128": 16, "aes192": 24, "aes256": 32}
TAG = 16
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,  # only inside OAEP, where no collision helps anybody; it is that scheme's default
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class _GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto is untyped
    """RFC 5084 §3.2; asn1crypto does not know it."""

    _fields = [("nonce", core.OctetString), ("length", core.Integer, {"default": 12})]  # noqa: RUF012 - asn1crypto's way


def decrypt(envelope: bytes, certificate: x509.Certificate, key: RSAPrivateKey) -> bytes:
    """What was encrypted to this certificate; `Unreadable` that tells nothing for anything else."""
    try:
        return _decrypted(envelope, certificate, key)
    except (ValueError, TypeError, KeyError, InvalidTag):  # asn1crypto and cryptography complain in these
        raise Unreadable(REFUSED) from None


def _decrypted(envelope: bytes, certificate: x509.Certificate, key: RSAPrivateKey) -> bytes:
    info = cms.ContentInfo.load(envelope, strict=True)
    if info["content_type"].native not in ("enveloped_data", "authenticated_enveloped_data"):
        raise ValueError
    content = info["content"]
    sealed = content["encrypted_content_info" if "encrypted_content_info" in content else "auth_encrypted_content_info"]
    cipher, _, mode = sealed["content_encryption_algorithm"]["algorithm"].native.partition("_")
    secret = _content_key(content["recipient_infos"], certificate, key)
    if len(secret) != KEY_LENGTHS[cipher]:
        raise ValueError
    return {"cbc": _cbc, "gcm": _gcm}[mode](content, sealed, secret)


def _content_key(recipients: Any, certificate: x509.Certificate, key: RSAPrivateKey) -> bytes:
    for recipient in recipients:
        if recipient.name == "ktri" and _is_for(recipient.chosen["rid"], certificate):
            transport = recipient.chosen["key_encryption_algorithm"]
            return key.decrypt(recipient.chosen["encrypted_key"].native, _padding(transport))
    raise ValueError


def _is_for(recipient: Any, certificate: x509.Certificate) -> bool:
    """By issuer and serial number, or by the identifier of the key (RFC 5652 §6.2.1)."""
    if recipient.name == "issuer_and_serial_number":
        same_issuer: bool = recipient.chosen["issuer"].dump() == certificate.issuer.public_bytes()
        return same_issuer and recipient.chosen["serial_number"].native == certificate.serial_number
    named = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return bool(recipient.chosen.native == named.digest)


def _padding(transport: Any) -> padding.AsymmetricPadding:
    algorithm = transport["algorithm"].native
    if algorithm == "rsaes_pkcs1v15":
        return padding.PKCS1v15()
    if algorithm != "rsaes_oaep":
        raise ValueError
    parameters = transport["parameters"]
    mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    chosen = parameters["hash_algorithm"]["algorithm"].native
    return padding.OAEP(mgf=padding.MGF1(_HASHES[mask]()), algorithm=_HASHES[chosen](), label=None)


def _cbc(_: Any, sealed: Any, secret: bytes) -> bytes:
    vector = sealed["content_encryption_algorithm"]["parameters"].native
    opener = Cipher(algorithms.AES(secret), modes.CBC(vector)).decryptor()
    unpadder = PKCS7(128).unpadder()
    encrypted = bytes(sealed["encrypted_content"])  # in one piece or, as BER may have it, in many
    clear = unpadder.update(opener.update(encrypted) + opener.finalize())
    return clear + unpadder.finalize()


def _gcm(content: Any, sealed: Any, secret: bytes) -> bytes:
    parameters = _GcmParameters.load(sealed["content_encryption_algorithm"]["parameters"].dump())
    tag, attributes = content["mac"].native, content["auth_attrs"]
    if len(tag) != TAG or parameters["length"].native != TAG:
        raise ValueError
    bound = attributes.untag().dump() if len(attributes) else b""  # RFC 5083 §2.2: as a SET OF, not under its tag
    encrypted = bytes(sealed["encrypted_content"])
    return AESGCM(secret).decrypt(parameters["nonce"].native, encrypted + tag, bound)
