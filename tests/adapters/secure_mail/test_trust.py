"""Certificates before use: what is refused, what waits, and what a directory entry binds (guide §11)."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from adapters.secure_mail import certificates
from adapters.secure_mail.certificates import fingerprint
from adapters.secure_mail.recipients import Recipients
from adapters.secure_mail.revocation import RevocationLists, is_fresh
from adapters.secure_mail.trial_pki import Issued
from adapters.secure_mail.trust import ENCRYPT, SIGN, Trust
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.observability import log
from hub.ports.directory import Address
from tests.adapters.documents.letters import FAMILY_UNIT
from tests.adapters.secure_mail.pki import NOW, TOWN, approved, known, pki, trust, write_lists

ENTRY = replace(FAMILY_UNIT, cvr=TOWN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_lists(tmp_path)


def choose(folder: Path, address: Address, *leafs: Issued, archive: tuple[Issued, ...] = ()) -> list[x509.Certificate]:
    recipients = Recipients(
        known(*(leaf.certificate for leaf in leafs)), trust(folder), [holder.certificate for holder in archive]
    )
    return recipients.certificates(address, NOW)


def refused(folder: Path, address: Address, *leafs: Issued, **options: tuple[Issued, ...]) -> Undeliverable:
    with pytest.raises(Undeliverable) as stopped:
        choose(folder, address, *leafs, **options)
    return stopped.value


def test_a_chain_signed_with_rsassa_pss_is_accepted(folder: Path) -> None:
    """SM-8: all three levels, as OCES3 has them."""
    for holder in (pki().authority.root, pki().authority.issuing, pki().town):
        assert holder.certificate.signature_algorithm_oid.dotted_string == "1.2.840.113549.1.1.10"
    assert choose(folder, approved(ENTRY, pki().town), pki().town) == [pki().town.certificate]


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ("expired", "certificate-expired"),
        ("not-yet-valid", "certificate-not-yet-valid"),
        ("revoked", "certificate-revoked"),
        ("sign-only", "certificate-not-for-encryption"),
        ("tls-only", "certificate-not-for-mail"),
        ("elliptic", "certificate-key-too-weak"),
        ("impostor", "certificate-not-trusted"),
        ("other-cvr", "certificate-of-another-organisation"),
        ("no-cvr", "certificate-of-another-organisation"),
        ("other-mailbox", "certificate-of-another-mailbox"),
    ],
)
def test_a_certificate_that_is_not_fit_is_refused(flaw: str, code: str, folder: Path) -> None:
    """SM-4: nothing is encrypted to it, whatever the directory approved."""
    leaf = pki().bad[flaw]
    stopped = refused(folder, approved(ENTRY, leaf), leaf)
    assert str(stopped) == code
    assert not isinstance(stopped, TryAgainLater)


def test_another_municipalitys_certificate_is_refused_although_it_is_sound(folder: Path) -> None:
    """SM-4: approved by mistake for the wrong entry; the CVR number stops it."""
    assert str(refused(folder, approved(ENTRY, pki().away), pki().away)) == "certificate-of-another-organisation"
    unknown = replace(approved(ENTRY, pki().town), cvr=None)
    assert str(refused(folder, unknown, pki().town)) == "certificate-of-another-organisation"


def test_only_an_approved_fingerprint_counts(folder: Path) -> None:
    assert str(refused(folder, ENTRY, pki().town)) == "recipient-has-no-certificate"
    assert str(refused(folder, approved(ENTRY, pki().town_next), pki().town)) == "recipient-certificate-missing"


def test_a_rollover_encrypts_to_every_certificate_that_is_valid(folder: Path) -> None:
    leafs = (pki().bad["expired"], pki().town_next, pki().town)
    assert choose(folder, approved(ENTRY, *leafs), *leafs) == [leaf.certificate for leaf in leafs[1:]]


def test_an_archive_that_could_not_open_it_holds_everything(folder: Path) -> None:
    address = approved(ENTRY, pki().town)
    both = choose(folder, address, pki().town, archive=(pki().archive,))
    assert both == [pki().town.certificate, pki().archive.certificate]
    stopped = refused(folder, address, pki().town, archive=(pki().bad["expired"],))
    assert isinstance(stopped, TryAgainLater)
    assert str(stopped) == "archive-certificate-expired"


class TestTheRoot:
    """SM-9: pinned by SHA-256, never by name; a test root is refused in production."""

    def test_an_impostor_with_the_same_names_is_not_trusted(self, folder: Path) -> None:
        authority, impostor = pki().authority, pki().impostor
        assert authority.root.certificate.subject == impostor.root.certificate.subject
        assert authority.issuing.certificate.subject == impostor.issuing.certificate.subject
        leaf = pki().bad["impostor"].certificate
        everything = known(impostor.root.certificate, impostor.issuing.certificate)
        for number, found in enumerate(impostor.revocation_lists(NOW)):
            (folder / f"impostor-{number}.crl").write_bytes(found)
        pin = fingerprint(authority.root.certificate)
        trusted = Trust.pinned([pin], everything, RevocationLists(folder), production=False)
        with pytest.raises(Undeliverable, match=r"^certificate-not-trusted$"):
            trusted.require(leaf, ENCRYPT, NOW)

    def test_a_root_for_tests_is_refused_in_production(self, folder: Path) -> None:
        with pytest.raises(Unreadable, match="refused in production"):
            trust(folder, production=True)

    def test_a_pin_without_its_certificate_is_refused(self, folder: Path) -> None:
        for pins in ([], ["00" * 32]):
            with pytest.raises(Unreadable, match="root"):
                Trust.pinned(pins, known(), RevocationLists(folder), production=False)

    def test_a_pin_may_be_written_with_colons(self, folder: Path) -> None:
        pin = fingerprint(pki().authority.root.certificate).upper()
        written = ":".join(pin[at : at + 2] for at in range(0, 64, 2))
        trusted = Trust.pinned([written], known(), RevocationLists(folder), production=False)
        trusted.require(pki().town.certificate, ENCRYPT, NOW)


def stale(folder: Path) -> None:
    write_lists(folder, NOW - timedelta(hours=25), lasts=timedelta(days=7))


def ended(folder: Path) -> None:
    write_lists(folder, NOW - timedelta(hours=3), lasts=timedelta(hours=2))


def missing(folder: Path) -> None:
    (folder / "issuing.crl").unlink()


def unreadable(folder: Path) -> None:
    (folder / "issuing.crl").write_bytes(b"-----BEGIN X509 CRL-----\nnothing\n")


def of_tomorrow(folder: Path) -> None:
    write_lists(folder, NOW + timedelta(hours=12))


def forged(folder: Path) -> None:
    _, issuing = pki().authority.revocation_lists(NOW, forged_by=pki().impostor.issuing)
    (folder / "issuing.crl").write_bytes(issuing)


class TestRevocation:
    """SM-10: known and fresh, or the letter waits; never sent without."""

    @pytest.mark.parametrize("spoil", [stale, ended, missing, unreadable, of_tomorrow, forged])
    def test_an_answer_that_cannot_be_relied_on_holds_the_letter(
        self, spoil: Callable[[Path], None], folder: Path
    ) -> None:
        spoil(folder)
        stopped = refused(folder, approved(ENTRY, pki().town), pki().town)
        assert isinstance(stopped, TryAgainLater)
        assert str(stopped) == "revocation-unknown"

    @pytest.mark.parametrize(
        ("begins", "ends", "fresh"),
        [
            (timedelta(), timedelta(hours=1), True),
            (timedelta(hours=-24), timedelta(seconds=1), True),
            (timedelta(hours=-24, seconds=-1), timedelta(hours=1), False),
            (timedelta(hours=-1), timedelta(), False),
            (timedelta(minutes=5), timedelta(hours=1), True),
            (timedelta(minutes=5, seconds=1), timedelta(hours=1), False),
        ],
    )
    def test_a_list_counts_from_its_beginning_for_a_day_and_not_beyond_its_end(
        self, begins: timedelta, ends: timedelta, fresh: bool
    ) -> None:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        dated = x509.CertificateRevocationListBuilder(name, NOW + begins, NOW + ends)
        assert is_fresh(dated.sign(pki().town.rsa, hashes.SHA256()), NOW) is fresh

    def test_nothing_is_fetched(self, folder: Path) -> None:
        assert not trust(folder).context(NOW).fetching_allowed

    def test_a_list_that_came_meanwhile_is_read(self, folder: Path) -> None:
        trusted = trust(folder)
        stale(folder)
        with pytest.raises(TryAgainLater):
            trusted.require(pki().town.certificate, ENCRYPT, NOW)
        write_lists(folder)
        os.utime(folder / "issuing.crl", ns=(1, 1))
        os.utime(folder / "root.crl", ns=(1, 1))
        trusted.require(pki().town.certificate, ENCRYPT, NOW)

    def test_a_certificate_revoked_meanwhile_is_refused(self, folder: Path) -> None:
        trusted = trust(folder)
        trusted.require(pki().town.certificate, ENCRYPT, NOW)
        _, issuing = pki().authority.revocation_lists(NOW, [pki().town])
        (folder / "newer.crl").write_bytes(issuing)
        (folder / "issuing.crl").unlink()
        with pytest.raises(Undeliverable, match=r"^certificate-revoked$"):
            trusted.require(pki().town.certificate, ENCRYPT, NOW)


def test_a_certificate_near_its_end_is_warned_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(log, "warning", lambda event, **about: warned.append((event, about)), raising=False)
    leaf = pki().bad["ends-soon"]
    assert choose(folder, approved(ENTRY, leaf), leaf) == [leaf.certificate]
    assert warned == [("certificate-ends-soon", {"unit": "kommune/familieafdeling@aabenraa"})]


def test_a_certificate_may_sign_only_if_it_says_so(folder: Path) -> None:
    trust(folder).require(pki().hospital.certificate, SIGN, NOW)
    with pytest.raises(Undeliverable, match=r"^certificate-not-for-signing$"):
        trust(folder).require(pki().bad["encrypt-only"].certificate, SIGN, NOW)


def test_checks_may_run_in_a_thread_that_has_a_loop_elsewhere(folder: Path) -> None:
    async def beside_a_loop() -> None:
        await asyncio.to_thread(trust(folder).require, pki().town.certificate, ENCRYPT, NOW)

    asyncio.run(beside_a_loop())


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n"])
def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "aabenraa.crt").write_bytes(content)
    with pytest.raises(Unreadable, match=r"^aabenraa\.crt: expected an X\.509 certificate"):
        certificates.read_all(tmp_path)


def test_files_may_be_pem_or_der_and_hold_several(tmp_path: Path) -> None:
    (tmp_path / "two.pem").write_bytes(pki().town.certificate_pem + pki().away.certificate_pem)
    (tmp_path / "one.der").write_bytes(pki().hospital.certificate.public_bytes(Encoding.DER))
    assert set(certificates.read_all(tmp_path)) == {
        fingerprint(holder.certificate) for holder in (pki().town, pki().away, pki().hospital)
    }
