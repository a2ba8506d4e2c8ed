"""Who signed these bytes, and may that be believed: pyHanko judges the signature, `Trust` its certificate.

pyHanko's own traps (secure-mail guide §4): for a changed content it says `valid` but not `intact`, for a foreign signer
both but not `trusted`. All three are demanded here, and exactly one signer, with SHA-2.
"""

import asyncio
from datetime import datetime
from typing import Any

from asn1crypto import cms  # type: ignore[import-untyped]  # it has no types
from cryptography import x509
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints

from adapters.secure_mail.cms import REFUSED
from adapters.secure_mail.trust import SIGN, Trust
from hub.errors import TryAgainLater, Undeliverable, Unreadable

DIGESTS = {"sha256", "sha384", "sha512"}
_USAGE = KeyUsageConstraints(key_usage={"digital_signature"})


def signer_of(content: bytes, signature: bytes, trust: Trust, moment: datetime) -> x509.Certificate:
    """The certificate whose key signed exactly these bytes, and which is trusted at this moment.

    `Unreadable` that tells nothing when there is none; `TryAgainLater` when its revocation cannot be known now.
    """
    try:
        signed = _signed_data(signature)
        status = _status(content, signed, trust, moment)
        certificate = x509.load_der_x509_certificate(status.signing_cert.dump())
        _require(certificate, signed, trust, moment)
    except (ValueError, TypeError, KeyError, CMSStructuralError, SignatureValidationError):
        raise Unreadable(REFUSED) from None
    if not (status.intact and status.valid and status.trusted):
        raise Unreadable(REFUSED)
    return certificate


def _signed_data(signature: bytes) -> Any:
    info = cms.ContentInfo.load(signature, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError
    signed = info["content"]
    signers = signed["signer_infos"]
    if len(signers) != 1 or signers[0]["digest_algorithm"]["algorithm"].native not in DIGESTS:
        raise ValueError
    if signed["encap_content_info"]["content"].native is not None:  # detached: there is one content, and we hold it
        raise ValueError
    return signed


def _status(content: bytes, signed: Any, trust: Trust, moment: datetime) -> Any:
    judged = async_validate_detached_cms(
        content, signed, signer_validation_context=trust.context(moment), key_usage_settings=_USAGE
    )
    with asyncio.Runner() as runner:
        return runner.run(judged)


def _require(certificate: x509.Certificate, signed: Any, trust: Trust, moment: datetime) -> None:
    """The same checks as before encrypting, with the issuing certificates that came along."""
    others = [entry.chosen for entry in signed["certificates"] if entry.name == "certificate"]
    try:
        trust.require(certificate, SIGN, moment, others=others)
    except TryAgainLater:
        raise
    except Undeliverable:
        raise Unreadable(REFUSED) from None
