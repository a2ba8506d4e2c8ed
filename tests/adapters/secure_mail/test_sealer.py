"""The sealed mail, layer by layer, judged by OpenSSL and by reading its structures."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import cms

from adapters.secure_mail import manifest as manifests
from adapters.secure_mail.certificates import fingerprint
from adapters.secure_mail.message import document_type, outlined
from adapters.secure_mail.sealer import signable
from adapters.secure_mail.signer import Signer, read_signers
from adapters.secure_mail.trial_pki import Issued
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.ports.carrier import Parcel
from hub.ports.letter import Letter
from tests.adapters.documents.letters import EVERY
from tests.adapters.secure_mail.letters import FHIR, PDF, openssl, openssl_decrypts, read, to_town
from tests.adapters.secure_mail.pki import HOSPITAL, TOWN, known, pki, sealing, write_lists

LISTED = {"Sikker post", "Sikker post: anmodning", "Sikker post: svar", "Sikker post: kvittering"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_lists(tmp_path)


def pack(letter: Letter, folder: Path, *leafs: Issued, archive: tuple[Issued, ...] = ()) -> Parcel:
    return sealing(folder, *(leafs or (pki().town,)), archive=archive).pack(letter, PDF, FHIR)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def envelope(raw: bytes) -> cms.EnvelopedData:
    payload = parsed(raw).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return cms.ContentInfo.load(payload, strict=True)["content"]


def test_openssl_opens_and_verifies_the_very_bytes_that_were_signed(folder: Path) -> None:
    """SM-1: sign, then encrypt, in the structure of guide §4."""
    letter = to_town()
    raw = pack(letter, folder).body
    outer = parsed(raw)
    assert {name: outer[name] for name in ("MIME-Version", "Auto-Submitted", "Content-Transfer-Encoding")} == {
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "Content-Transfer-Encoding": "base64",
    }
    assert outer["Content-Type"] == 'application/pkcs7-mime; smime-type="enveloped-data"; name="smime.p7m"'
    assert outer["Content-Disposition"] == 'attachment; filename="smime.p7m"'

    signed = openssl_decrypts(raw, pki().town, folder)
    inner = parsed(signed)
    assert inner.get_content_type() == "multipart/signed"
    assert dict(inner["Content-Type"].params) | {"boundary": ""} == {
        "protocol": "application/pkcs7-signature",
        "micalg": "sha-256",
        "boundary": "",
    }
    mixed, proof = inner.iter_parts()
    assert [part.get_content_type() for part in mixed.walk()] == [
        *("multipart/mixed", "text/plain", "application/json", "application/pdf", "application/pdf"),
        "application/fhir+json",
    ]
    assert proof.get_content_type() == "application/pkcs7-signature"
    assert proof["Content-Type"].params["name"] == "smime.p7s"

    (folder / "signed.eml").write_bytes(signed)
    (folder / "root.crt").write_bytes(pki().authority.root.certificate_pem)
    words = ("cms", "-verify", "-in", str(folder / "signed.eml"), "-CAfile", str(folder / "root.crt"))
    assert openssl(*words) == signable(outlined(letter, PDF, FHIR))


def test_the_algorithms_are_said_out_loud(folder: Path) -> None:
    """SM-2: AES-256-CBC and SHA-256, read from the CMS itself; the library's default would be AES-128."""
    raw = pack(to_town(), folder).body
    sealed = envelope(raw)["encrypted_content_info"]["content_encryption_algorithm"]
    assert sealed["algorithm"].dotted == "2.16.840.1.101.3.4.1.42"
    proof = list(parsed(openssl_decrypts(raw, pki().town, folder)).iter_parts())[1].get_payload(decode=True)
    signed = cms.ContentInfo.load(proof)["content"]
    (signer,) = signed["signer_infos"]
    assert signer["digest_algorithm"]["algorithm"].dotted == "2.16.840.1.101.3.4.2.1"
    assert signed["encap_content_info"]["content"].native is None
    sent = {fingerprint_of(certificate) for certificate in signed["certificates"]}
    assert sent == {fingerprint(pki().hospital.certificate), fingerprint(pki().authority.issuing.certificate)}


def fingerprint_of(choice: cms.CertificateChoices) -> str:
    return sha256(choice.chosen.dump()).hexdigest()


def test_every_receiver_opens_it_alone_and_nobody_else(folder: Path) -> None:
    """SM-3: both certificates of a rollover and the archive's; three keys, the same bytes."""
    two = (pki().town, pki().town_next)
    raw = pack(to_town(*two), folder, *two, archive=(pki().archive,)).body
    opened = {openssl_decrypts(raw, receiver, folder) for receiver in (*two, pki().archive)}
    assert len(opened) == 1
    assert len(envelope(raw)["recipient_infos"]) == 3
    with pytest.raises(AssertionError):
        openssl_decrypts(raw, pki().away, folder)


@pytest.mark.parametrize("kind", EVERY)
def test_what_a_relay_reads_is_from_the_closed_list(kind: str, folder: Path) -> None:
    """SM-11: the outer subject, over all document types; the inner one is the same."""
    letter = to_town(make=EVERY[kind])
    if letter.sender.mailbox == letter.recipient.mailbox or letter.recipient.mailbox is None:
        pytest.fail("a letter has two ends")
    raw = pack(letter, folder).body
    outer = parsed(raw)
    assert outer["Subject"].removesuffix(f" [{letter.reference}]") in LISTED
    assert set(outer.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        *("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"),
    }
    readable = raw[: raw.index(b"\r\n\r\n")].lower()
    assert not [word for word in (b"underretning", b"kirsten", b"291182", b"henvisning") if word in readable]


def test_the_manifest_names_the_receiver_and_every_attachment(folder: Path) -> None:
    """SM-14: delivery, both ends, its time, and a hash each."""
    letter = to_town()
    opened = read(pack(letter, folder).body, folder)
    told = opened.manifest
    assert told is not None
    assert (told.delivery_id, told.reference) == (letter.message_id, letter.reference)
    assert told.document_type == document_type(letter.event)
    assert told.sender == manifests.Party(mailbox=str(letter.sender.mailbox), cvr=HOSPITAL)
    assert told.recipient == manifests.Party(mailbox=str(letter.recipient.mailbox), cvr=TOWN)
    assert told.legal_basis == getattr(letter.event, "ruling").decision.basis  # noqa: B009 - not every event has one
    assert [(attachment.name, attachment.sha256, attachment.size) for attachment in told.attachments] == [
        (document.name, sha256(document.content).hexdigest(), len(document.content)) for document in opened.attached
    ]
    assert opened.attached[0].content == PDF
    assert opened.attached[-1].content == FHIR


def test_protected_headers_are_the_outer_ones(folder: Path) -> None:
    """SM-15: From, To, Subject, Date and Message-ID stand inside what is signed as well."""
    raw = pack(to_town(), folder).body
    outer, opened = parsed(raw), read(raw, folder)
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        assert str(parsed(name.encode() + b": " + opened.headers[name].encode() + b"\r\n\r\n")[name]) == outer[name]
    assert 'hp="cipher"' in opened.headers["Content-Type"]


def test_no_part_is_html_and_nothing_points_outside(folder: Path) -> None:
    """SM-16: text, PDF and JSON only."""
    signed = openssl_decrypts(pack(to_town(), folder).body, pki().town, folder)
    parts = list(parsed(signed).walk())
    assert {part.get_content_maintype() for part in parts} == {"multipart", "text", "application"}
    assert "text/html" not in {part.get_content_type() for part in parts}
    cover = next(part for part in parts if part.get_content_type() == "text/plain").get_content()
    assert "://" not in cover


@pytest.mark.parametrize("kind", EVERY)
def test_the_same_letter_has_the_same_content_under_another_seal(kind: str, folder: Path) -> None:
    """SM-35: the hash of the clear signed content can be made again; the ciphertext cannot."""
    letter = to_town(make=EVERY[kind])
    first, second = pack(letter, folder), pack(letter, folder)
    assert first.content_sha256 == second.content_sha256 == sha256(signable(outlined(letter, PDF, FHIR))).hexdigest()
    assert first.body != second.body


def test_a_payload_above_the_limit_is_refused_before_anything_is_built(folder: Path) -> None:
    """SM-36: by the sum of the attachments."""
    packer = sealing(folder, pki().town, limit=100_000)
    letter = to_town()
    with pytest.raises(Undeliverable, match=r"^mail-too-large$"):
        packer.pack(letter, PDF + bytes(100_000), FHIR)


def test_every_line_is_crlf_and_base64_is_in_lines_of_76(folder: Path) -> None:
    """SMTP smuggling needs a lone CR or LF, or a line that is a dot; there is none (guide §12)."""
    raw = pack(to_town(), folder).body
    lines = raw.split(b"\r\n")
    assert not [line for line in lines if b"\r" in line or b"\n" in line or line.startswith(b".")]
    body = lines[lines.index(b"") + 1 :]
    assert {len(line) for line in body[:-2]} == {76}
    assert body[-1] == b""
    assert raw.isascii()


class TestTheSigner:
    """SM-5: the signer's key fits its certificate, or the hub does not start."""

    def test_a_key_of_another_certificate_is_refused(self) -> None:
        with pytest.raises(Unreadable, match="does not fit"):
            Signer(pki().town.rsa, pki().hospital.certificate)

    def test_files_are_read_in_pairs(self, tmp_path: Path) -> None:
        (tmp_path / "region.crt").write_bytes(pki().hospital.certificate_pem)
        (tmp_path / "region.key").write_bytes(pki().hospital.key_pem)
        (signer,) = read_signers(tmp_path, known())
        assert signer.cvr == HOSPITAL
        assert [fingerprint(certificate) for certificate in signer.chain] == [
            fingerprint(pki().authority.issuing.certificate)
        ]

    @pytest.mark.parametrize("wrong", [b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"])
    def test_a_file_that_holds_no_key_is_named(self, tmp_path: Path, wrong: bytes) -> None:
        (tmp_path / "region.crt").write_bytes(pki().hospital.certificate_pem)
        (tmp_path / "region.key").write_bytes(wrong)
        with pytest.raises(Unreadable, match=r"^region\.key: expected an unencrypted PEM private key"):
            read_signers(tmp_path, {})

    def test_a_pair_that_does_not_fit_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "region.crt").write_bytes(pki().hospital.certificate_pem)
        (tmp_path / "region.key").write_bytes(pki().town.key_pem)
        with pytest.raises(Unreadable, match=r"^region\.key: the private key does not fit"):
            read_signers(tmp_path, {})

    def test_nobody_signs_for_another_organisation(self, folder: Path) -> None:
        packer = sealing(folder, pki().town, signs=pki().away)
        with pytest.raises(Undeliverable, match=r"^sender-has-no-signing-key$"):
            packer.pack(to_town(), PDF, FHIR)

    def test_a_domain_that_is_not_ours_sends_nothing(self, folder: Path) -> None:
        packer = sealing(folder, pki().town, domains=frozenset({"hospital.example"}))
        with pytest.raises(Undeliverable, match=r"^sender-domain-not-ours$"):
            packer.pack(to_town(), PDF, FHIR)

    @pytest.mark.parametrize(("flaw", "code"), [("expired", "expired"), ("encrypt-only", "not-for-signing")])
    def test_an_own_certificate_that_is_not_fit_holds_the_letter(self, folder: Path, flaw: str, code: str) -> None:
        letter = to_town()
        letter = replace(letter, sender=replace(letter.sender, cvr=TOWN))
        with pytest.raises(TryAgainLater, match=f"^own-certificate-{code}$"):
            sealing(folder, pki().town, signs=pki().bad[flaw]).pack(letter, PDF, FHIR)
