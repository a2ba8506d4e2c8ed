"""The certificates of the tests: one authority a run, and every kind of bad one beside it (secure-mail guide §14)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from adapters.secure_mail.certificates import fingerprint
from adapters.secure_mail.opener import Opener
from adapters.secure_mail.recipients import Recipients
from adapters.secure_mail.revocation import RevocationLists
from adapters.secure_mail.sealer import SealingPacker
from adapters.secure_mail.signer import Signer
from adapters.secure_mail.trial_pki import Issued, TrialAuthority, Wanted
from adapters.secure_mail.trust import Trust
from hub.ports.directory import Address

NOW = datetime.now(UTC).replace(microsecond=0)
HOSPITAL, TOWN, AWAY = "29190909", "29189854", "35209115"  # Region Syddanmark, Aabenraa, Odense: public numbers
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pki:
    """Everybody's certificates. Keys take part of a second each, so they are made once a run and shared by leafs."""

    authority: TrialAuthority
    impostor: TrialAuthority
    hospital: Issued
    town: Issued
    town_next: Issued
    away: Issued
    archive: Issued
    bad: dict[str, Issued] = field(default_factory=dict)


@cache
def pki() -> Pki:
    """The run's certificates."""
    authority = TrialAuthority(NOW - timedelta(hours=2))
    impostor = TrialAuthority(NOW - timedelta(hours=2))  # the same names, other keys
    wanted = Wanted(cvr=TOWN, name="Aabenraa Kommune")
    town = authority.issue(wanted)
    key = town.key
    bad = {
        "expired": authority.issue(replace(wanted, begins=-3 * DAY, lasts=DAY, key=key)),
        "not-yet-valid": authority.issue(replace(wanted, begins=2 * DAY, key=key)),
        "revoked": authority.issue(replace(wanted, key=key)),
        "sign-only": authority.issue(replace(wanted, opens=False, key=key)),
        "encrypt-only": authority.issue(replace(wanted, signs=False, key=key)),
        "tls-only": authority.issue(replace(wanted, uses=(ExtendedKeyUsageOID.SERVER_AUTH,), key=key)),
        "other-cvr": authority.issue(replace(wanted, cvr=AWAY, key=key)),
        "no-cvr": authority.issue(replace(wanted, cvr=None, key=key)),
        "other-mailbox": authority.issue(replace(wanted, mailbox="sundhedspleje@aabenraa.example", key=key)),
        "impostor": impostor.issue(replace(wanted, key=key)),
        "elliptic": authority.issue(replace(wanted, key=ec.generate_private_key(ec.SECP256R1()))),
        "ends-soon": authority.issue(replace(wanted, lasts=10 * DAY, key=key)),
    }
    return Pki(
        authority=authority,
        impostor=impostor,
        hospital=authority.issue(Wanted(cvr=HOSPITAL, name="Region Syddanmark")),
        town=town,
        town_next=authority.issue(wanted),
        away=authority.issue(Wanted(cvr=AWAY, name="Odense Kommune")),
        archive=authority.issue(Wanted(cvr=HOSPITAL, name="Region Syddanmark arkiv")),
        bad=bad,
    )


def known(*certificates: x509.Certificate) -> dict[str, x509.Certificate]:
    """Certificates by fingerprint, the authority's own among them."""
    all_of_them = (pki().authority.root.certificate, pki().authority.issuing.certificate, *certificates)
    return {fingerprint(certificate): certificate for certificate in all_of_them}


def write_lists(folder: Path, now: datetime = NOW, *, revoked: tuple[Issued, ...] = (), **how: Any) -> Path:
    """Fresh revocation lists of the authority; one leaf is revoked, and these."""
    root, issuing = pki().authority.revocation_lists(now, [pki().bad["revoked"], *revoked], **how)
    (folder / "root.crl").write_bytes(root)
    (folder / "issuing.crl").write_bytes(issuing)
    return folder


def trust(folder: Path, *, pins: tuple[x509.Certificate, ...] = (), production: bool = False) -> Trust:
    """Trust in the authority alone, by the lists in this folder."""
    roots = pins or (pki().authority.root.certificate,)
    everything = known(*roots)
    return Trust.pinned(map(fingerprint, roots), everything, RevocationLists(folder), production=production)


def signer(issued: Issued) -> Signer:
    """A leaf as a signer."""
    return Signer(issued.rsa, issued.certificate, (pki().authority.issuing.certificate,))


def opener(issued: Issued) -> Opener:
    """A leaf as a reader."""
    return Opener(issued.certificate, issued.rsa)


def sealing(
    folder: Path,
    *leafs: Issued,
    archive: tuple[Issued, ...] = (),
    signs: Issued | None = None,
    moment: datetime = NOW,
    **options: Any,
) -> SealingPacker:
    """A packer that signs for the hospital, and knows these receivers' certificates."""
    trusted = trust(folder)
    certificates = known(*(leaf.certificate for leaf in leafs))
    recipients = Recipients(certificates, trusted, [holder.certificate for holder in archive])
    signers = [signer(signs or pki().hospital)]
    return SealingPacker(signers, recipients, trusted, lambda: moment, **options)


def approved(address: Address, *leafs: Issued) -> Address:
    """The address, with these certificates approved."""
    return replace(address, certificates=tuple(fingerprint(leaf.certificate) for leaf in leafs))
