"""Sealed mail that comes in: what is believed, and everything that is not."""

import json
import random
from base64 import b64decode, encodebytes
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import cms  # type: ignore[import-untyped]  # it has no types
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given
from hypothesis import strategies as st

from adapters.secure_mail import signatures
from adapters.secure_mail.attachment import Attached, refuse_attachment, refuse_content
from adapters.secure_mail.cms import REFUSED, decrypt
from adapters.secure_mail.manifest import parse
from adapters.secure_mail.message import outlined
from adapters.secure_mail.opener import open_mail, refuse_unless
from adapters.secure_mail.sealer import encrypted, manifest, signable, signed
from adapters.secure_mail.trial_pki import Issued
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from tests.adapters.secure_mail.letters import FHIR, PDF, openssl, openssl_decrypts, read, to_town
from tests.adapters.secure_mail.pki import HOSPITAL, NOW, TOWN, opener, pki, sealing, signer, trust, write_lists

HEADERS = (
    b"From: familieambulatorium@sygehus-soenderjylland.example\r\nTo: familieafdeling@aabenraa.example\r\n"
    b"Subject: Sikker post [k7t2-9fqd-xm4w]\r\nMessage-ID: <x@sygehus-soenderjylland.example>\r\n"
)
COVER = b"--m\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSvar\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_lists(tmp_path)


def sent(folder: Path) -> bytes:
    return sealing(folder, pki().town).pack(to_town(), PDF, FHIR).body


def around(sealed: bytes, headers: bytes = HEADERS, kind: bytes = b"enveloped-data") -> bytes:
    """A mail around an envelope, made by somebody who is not us."""
    about = b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=" + kind + b"\r\n"
    return headers + about + b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(sealed)


def by_hand(clear: bytes, by: Issued | None = None) -> bytes:
    """These clear bytes, properly signed and encrypted."""
    proper = signed(clear, signer(by or pki().hospital), "=_signed")
    return around(encrypted(proper, [pki().town.certificate]))


def mixed(*parts: bytes) -> bytes:
    head = HEADERS + b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n'
    return head + b"".join(parts) + b"--m--\r\n"


def attached(name: str, media_type: str, content: bytes) -> bytes:
    head = f'--m\r\nContent-Type: {media_type}\r\nContent-Disposition: attachment; filename="{name}"\r\n'
    return head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(content) + b"\r\n"


def refusal(raw: bytes, folder: Path, by: Issued | None = None) -> str:
    with pytest.raises(Unreadable) as refused:
        read(raw, folder, by)
    return str(refused.value)


def payload(raw: bytes) -> bytes:
    return b64decode(raw.partition(b"\r\n\r\n")[2])


def test_what_was_sealed_is_opened_whole(folder: Path) -> None:
    opened = read(sent(folder), folder)
    assert opened.signed_by == HOSPITAL
    assert [document.content for document in opened.attached] == [PDF, opened.attached[1].content, FHIR]
    assert "Familieambulatoriet" in opened.cover


class TestTampering:
    """SM-6: the signature is verified after each decrypt and before anything is looked at; one refusal for all."""

    def test_any_changed_bit_is_refused_in_the_same_words(self, folder: Path) -> None:
        raw = sent(folder)
        envelope = bytearray(payload(raw))
        chance = random.Random(7)
        for at in [chance.randrange(len(envelope)) for _ in range(40)]:
            flipped = bytearray(envelope)
            flipped[at] ^= 1 << chance.randrange(8)
            assert refusal(around(bytes(flipped)), folder) == REFUSED

    def test_a_changed_block_decrypts_without_any_error_and_is_refused_for_its_signature(self, folder: Path) -> None:
        raw = sent(folder)
        envelope = bytearray(payload(raw))
        envelope[len(envelope) // 2] ^= 1
        assert decrypt(bytes(envelope), pki().town.certificate, pki().town.rsa)
        assert refusal(around(bytes(envelope)), folder) == REFUSED

    def test_nobody_elses_key_opens_it_and_nobody_learns_why(self, folder: Path) -> None:
        assert refusal(sent(folder), folder, pki().away) == REFUSED
        assert refusal(around(b"nothing"), folder) == REFUSED
        assert refusal(around(b""), folder) == REFUSED


class TestTheSignature:
    """SM-7: intact, valid and trusted, and the party's that was expected."""

    def test_changed_content_is_refused(self, folder: Path) -> None:
        content = signed(mixed(COVER), signer(pki().hospital), "=_signed")
        changed = content.replace(b"Svar", b"Svor")
        assert refusal(around(encrypted(changed, [pki().town.certificate])), folder) == REFUSED

    def test_a_valid_signature_of_another_organisation_is_refused(self, folder: Path) -> None:
        letter = to_town()
        letter = replace(letter, sender=replace(letter.sender, cvr="35209115"))
        raw = sealing(folder, pki().town, signs=pki().away).pack(letter, PDF, FHIR).body
        opened = open_mail(raw, [opener(pki().town)], trust(folder), NOW)
        assert opened.signed_by == "35209115"
        assert refusal(raw, folder) == "signed-by-another-organisation"

    @pytest.mark.parametrize("flaw", ["expired", "revoked", "impostor", "encrypt-only", "tls-only"])
    def test_a_signer_that_is_not_fit_is_refused(self, flaw: str, folder: Path) -> None:
        assert refusal(by_hand(mixed(COVER), pki().bad[flaw]), folder) == REFUSED

    @pytest.mark.parametrize("missing", ["intact", "valid", "trusted"])
    def test_one_of_the_three_is_not_enough(self, missing: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """pyHanko says each for itself (guide §4); here it says all but one."""
        real = signatures.async_validate_detached_cms

        async def all_but_one(*given: Any, **more: Any) -> SimpleNamespace:
            judged = await real(*given, **more)
            said = {"intact": judged.intact, "valid": judged.valid, "trusted": judged.trusted}
            assert all(said.values())
            return SimpleNamespace(signing_cert=judged.signing_cert, **(said | {missing: False}))

        raw = sent(folder)
        monkeypatch.setattr(signatures, "async_validate_detached_cms", all_but_one)
        assert refusal(raw, folder) == REFUSED

    @pytest.mark.parametrize(("how", "taken"), [("sha256", True), ("sha1", False), ("nodetach", False)])
    def test_a_signature_is_detached_and_by_sha_2(self, how: str, taken: bool, folder: Path) -> None:
        """OpenSSL signs: with SHA-256 it is believed, with SHA-1 or with a content of its own inside it is not."""
        clear, by = mixed(COVER), pki().hospital
        (folder / "by.crt").write_bytes(by.certificate_pem)
        (folder / "by.key").write_bytes(by.key_pem)
        words = ["-md", how] if how.startswith("sha") else ["-md", "sha256", "-nodetach"]
        files = ["-signer", str(folder / "by.crt"), "-inkey", str(folder / "by.key")]
        proof = openssl("cms", "-sign", "-binary", "-outform", "DER", *words, *files, given=clear)
        if taken:
            found = signatures.signer_of(clear, proof, trust(folder), NOW)
            assert found == by.certificate
        else:
            with pytest.raises(Unreadable, match=f"^{REFUSED}$"):
                signatures.signer_of(clear, proof, trust(folder), NOW)

    def test_a_signer_whose_revocation_is_unknown_waits(self, folder: Path) -> None:
        raw = sent(folder)
        (folder / "issuing.crl").unlink()
        with pytest.raises(TryAgainLater, match=r"^revocation-unknown$"):
            read(raw, folder)

    def test_a_second_signer_is_refused(self, folder: Path) -> None:
        clear = mixed(COVER)
        builder = pkcs7.PKCS7SignatureBuilder().set_data(clear)
        for holder in (pki().hospital, pki().away):
            builder = builder.add_signer(holder.certificate, holder.rsa, pkcs7.hashes.SHA256())
        proof = builder.sign(
            pkcs7.serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
        )
        one = signed(clear, signer(pki().hospital), "=_signed")
        head, _, tail = one.partition(b'filename="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n')
        both = head + b'filename="smime.p7s"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + encodebytes(proof)
        assert tail
        forged = both.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r") + b"\r\n--=_signed--\r\n"
        assert refusal(around(encrypted(forged, [pki().town.certificate])), folder) == REFUSED


class TestTheStructure:
    """Exactly enveloped → signed → mixed (guide §12, signature wrapping)."""

    def wrapped(self, change: Callable[[bytes], bytes], folder: Path) -> str:
        proper = signed(mixed(COVER), signer(pki().hospital), "=_signed")
        changed = change(proper)
        assert changed != proper
        return refusal(around(encrypted(changed, [pki().town.certificate])), folder)

    @pytest.mark.parametrize(
        "change",
        [
            lambda mail: mail.replace(b"multipart/signed", b"multipart/mixed"),
            lambda mail: mail.replace(b"--=_signed--", b"--=_signed\r\n\r\nunsigned\r\n--=_signed--"),
            lambda mail: mail.replace(b"\r\n\r\n--=_signed", b"\r\n\r\nread this\r\n--=_signed", 1),
            lambda mail: mail + b"and this",
            lambda mail: mail.replace(b"application/pkcs7-signature; name", b"text/plain; name"),
            lambda mail: b"Content-Type: text/plain\r\n\r\nnot signed at all\r\n",
            lambda mail: mail.partition(b"--=_signed\r\nContent-Type: application")[0],
        ],
    )
    def test_parts_around_what_is_signed_are_refused(self, change: Callable[[bytes], bytes], folder: Path) -> None:
        assert self.wrapped(change, folder) == REFUSED

    @pytest.mark.parametrize(
        "clear",
        [
            HEADERS + b"Content-Type: text/plain\r\n\r\nno mixed\r\n",
            mixed(b"--m\r\nContent-Type: text/html\r\n\r\n<img src=x>\r\n"),
            mixed(COVER, b"--m\r\nContent-Type: text/html\r\n\r\n<p>\r\n"),
            mixed(COVER, b"--m\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx\r\n"),
            mixed(COVER, b'--m\r\nContent-Type: multipart/mixed; boundary="n"\r\n\r\n--n\r\n\r\nx\r\n--n--\r\n'),
            mixed(b"read this first\r\n" + COVER),
            mixed(*[COVER] * 30),
            mixed(),
        ],
    )
    def test_what_is_signed_is_a_flat_list_that_begins_with_text(self, clear: bytes, folder: Path) -> None:
        assert refusal(by_hand(clear), folder) == "structure-not-allowed"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"Content-Type: text/plain\r\n\r\nin clear\r\n",
            HEADERS + b"Content-Type: multipart/signed; boundary=x\r\n\r\n--x\r\n\r\n--x--\r\n",
            around(b"x", kind=b"signed-data"),
            HEADERS + around(b"x"),
        ],
    )
    def test_what_is_no_envelope_is_refused(self, raw: bytes, folder: Path) -> None:
        assert refusal(raw, folder) == REFUSED


class TestTheManifest:
    """SM-14: there, right, and for us."""

    def test_an_altered_attachment_is_refused(self, folder: Path) -> None:
        clear = signable(outlined(to_town(), PDF, FHIR))
        other = encodebytes(FHIR.replace(b"message", b"another")).replace(b"\n", b"\r\n").rstrip()
        fhir = encodebytes(FHIR).replace(b"\n", b"\r\n").rstrip()
        assert fhir in clear
        raw = around(
            encrypted(signed(clear.replace(fhir, other), signer(pki().hospital), "=_s"), [pki().town.certificate]),
            HEADERS.replace(b"<x@", b"<0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d@"),
        )
        assert refusal(raw, folder) == "manifest-differs-from-attachments"

    def test_another_recipient_is_refused(self, folder: Path) -> None:
        """The surreptitious forwarding of guide §12: Aabenraa seals our signed content again, for Odense."""
        inside = openssl_decrypts(sent(folder), pki().town, folder)
        forwarded = around(
            encrypted(inside, [pki().away.certificate]),
            HEADERS.replace(b"<x@", b"<0b8f6c1e-90f5-4b0e-9d0c-6a6c8a1f2b3d@"),
        )
        opened = open_mail(forwarded, [opener(pki().away)], trust(folder), NOW)
        for mailbox, cvr in (("familieafdeling@odense.example", "35209115"), ("familieafdeling@odense.example", None)):
            with pytest.raises(Unreadable, match=r"^manifest-names-another-recipient$"):
                refuse_unless(opened, signed_by=HOSPITAL, mailbox=mailbox, cvr=cvr, moment=NOW)
        with pytest.raises(Unreadable, match=r"^manifest-names-another-recipient$"):
            refuse_unless(opened, signed_by=HOSPITAL, mailbox="familieafdeling@aabenraa.example", cvr="x", moment=NOW)

    @pytest.mark.parametrize("late", [timedelta(days=30), timedelta(days=400), -timedelta(minutes=6)])
    def test_a_time_that_is_over_or_not_come_is_refused(self, late: timedelta, folder: Path) -> None:
        opened = open_mail(sent(folder), [opener(pki().town)], trust(folder), NOW)
        with pytest.raises(Unreadable, match=r"^manifest-expired$"):
            refuse_unless(
                opened,
                signed_by=HOSPITAL,
                mailbox="familieafdeling@aabenraa.example",
                cvr=TOWN,
                moment=NOW + late,
            )

    def test_a_letter_without_one_is_refused(self, folder: Path) -> None:
        assert refusal(by_hand(mixed(COVER)), folder) == "manifest-missing"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"null",
            b"[]",
            b"{}",
            b"[" * 100_000,
            b'{"delivery_id": 1}',
            b"\xff",
            b" " * 70_000,
        ],
    )
    def test_what_is_not_one_is_refused(self, content: bytes) -> None:
        with pytest.raises(Undeliverable, match=r"^manifest-not-readable$"):
            parse(content)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("delivery_id", "17"),
            ("reference", ""),
            ("reference", 7),
            ("document_type", None),
            ("sender", {"mailbox": "a@b.example"}),
            ("recipient", None),
            ("created", "2026-11-21 10:00"),
            ("expires", "2026-11-21T10:00:00+01:00"),
            ("attachments", None),
            ("attachments", [{"name": "x"}]),
            ("attachments", [{"name": "x", "media_type": "y", "size": True, "sha256": "z"}]),
            ("legal_basis", 5),
            ("more", 1),
        ],
    )
    def test_a_field_of_another_shape_is_refused(self, field: str, value: object) -> None:
        told = json.loads(manifest(outlined(to_town(), PDF, FHIR)).as_bytes())
        assert parse(json.dumps(told).encode()) == manifest(outlined(to_town(), PDF, FHIR))
        with pytest.raises(Undeliverable, match=r"^manifest-not-readable$"):
            parse(json.dumps(told | {field: value}).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: familieambulatorium@", b"From: somebody@"),
        (b"To: familieafdeling@", b"To: sundhedspleje@"),
        (b"Message-ID: <", b"Message-ID: <f"),
    ],
)
def test_outer_headers_that_differ_from_the_signed_ones_are_refused(old: bytes, new: bytes, folder: Path) -> None:
    """SM-15: From, To and Message-ID."""
    raw = sent(folder)
    assert old in raw
    assert refusal(raw.replace(old, new, 1), folder) == "headers-differ-from-signed-ones"


NAMES_REFUSED = [
    "../../x.pdf",
    "svar-abcd.pdf.exe",
    "svar-abcd.pdf.json",
    "svar-\u202efdp.pdf",
    "Svar-abcd.pdf",
    "svar-abcd",
    "svar abcd.pdf",
    "svar-" + "a" * 80 + ".pdf",
    "svar-abcd.html",
    "svar-abcd.zip",
    "C:svar.pdf",
    "svar-abcd.pdf\r\nX: y",
    "",
    ".pdf",
    "svar-æ.pdf",
]


class TestAttachments:
    """SM-13: names follow the pattern, out and in."""

    @pytest.mark.parametrize("name", NAMES_REFUSED)
    def test_a_name_beside_the_pattern_is_refused(self, name: str) -> None:
        with pytest.raises(Undeliverable, match=r"^attachment-name-not-allowed$"):
            refuse_attachment(Attached(name, "application/pdf", PDF))

    @pytest.mark.parametrize("name", ["../../svar.pdf", "svar-abcd.pdf.exe", "svar-abcd.docm"])
    def test_a_mail_that_brings_one_is_refused(self, name: str, folder: Path) -> None:
        raw = by_hand(mixed(COVER, attached(name, "application/pdf", PDF)))
        assert refusal(raw, folder) == "attachment-name-not-allowed"

    @pytest.mark.parametrize(
        ("name", "media_type"),
        [
            ("svar-abcd.pdf", "application/octet-stream"),
            ("svar-abcd.json", "application/pdf"),
            ("svar-abcd.xml", "text/xml"),
        ],
    )
    def test_name_and_type_agree(self, name: str, media_type: str) -> None:
        with pytest.raises(Undeliverable, match=r"^attachment-type-not-allowed$"):
            refuse_attachment(Attached(name, media_type, PDF))

    @pytest.mark.parametrize(
        ("ending", "content"),
        [
            ("pdf", b"MZ\x90"),
            ("pdf", b""),
            ("json", b"[]"),
            ("json", b"{"),
            ("json", b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}"),
            ("xml", b"<a><b></a>"),
            ("xml", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
            ("xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
            ("xml", b"<a>&x;</a>"),
        ],
    )
    def test_content_that_would_harm_a_reader_is_refused(self, ending: str, content: bytes, folder: Path) -> None:
        kind = {"pdf": "application/pdf", "json": "application/fhir+json", "xml": "application/xml"}[ending]
        with pytest.raises(Undeliverable, match=r"^attachment-content-not-allowed$"):
            refuse_content(Attached(f"svar-abcd.{ending}", kind, content))
        raw = by_hand(mixed(COVER, attached(f"svar-abcd.{ending}", kind, content)))
        assert refusal(raw, folder) == "attachment-content-not-allowed"

    @pytest.mark.parametrize(
        ("ending", "content"), [("json", b' {"a": ["]", "\\"["]}'), ("xml", b"<a b='1'>\xc3\xa6</a>"), ("pdf", PDF)]
    )
    def test_sound_content_is_taken(self, ending: str, content: bytes) -> None:
        refuse_content(Attached(f"svar-abcd.{ending}", "application/x", content))

    @given(st.text(max_size=90))
    def test_no_name_gets_past_that_could_leave_a_folder(self, name: str) -> None:
        try:
            refuse_attachment(Attached(name, "application/pdf", PDF))
        except Undeliverable:
            return
        assert Path(name).name == name
        assert name.isascii()


class TestOtherGateways:
    """SM-37: what OpenSSL seals with GCM and OAEP is opened, what is too weak is refused in the same words."""

    OAEP = ("-keyopt", "rsa_padding_mode:oaep")
    WAYS = (
        ("-aes-256-cbc", "-recip", "{c}"),
        ("-aes-256-gcm", "-recip", "{c}"),
        ("-aes-128-gcm", "-recip", "{c}", *OAEP),
        ("-aes-256-cbc", "-recip", "{c}", *OAEP, "-keyopt", "rsa_oaep_md:sha256"),
        ("-aes-256-cbc", "-recip", "{c}", *OAEP, "-keyopt", "rsa_oaep_md:sha256", "-keyopt", "rsa_mgf1_md:sha1"),
        ("-aes-256-cbc", "-recip", "{c}", *OAEP, "-keyopt", "rsa_oaep_md:sha1", "-keyopt", "rsa_mgf1_md:sha512"),
        ("-aes-256-cbc", "-keyid", "-recip", "{c}"),
        ("-aes-256-cbc", "-stream", "-recip", "{c}"),
    )

    def sealed(self, folder: Path, way: tuple[str, ...]) -> bytes:
        certificate, clear = folder / "c.crt", folder / "clear"
        certificate.write_bytes(pki().town.certificate_pem)
        clear.write_bytes(signed(mixed(COVER), signer(pki().hospital), "=_signed"))
        words = [word.format(c=certificate) for word in way]
        return openssl("cms", "-encrypt", "-binary", "-in", str(clear), "-outform", "DER", *words)

    @pytest.mark.parametrize("way", WAYS, ids=lambda way: " ".join(way[:2]))
    def test_it_is_opened_and_verified(self, way: tuple[str, ...], folder: Path) -> None:
        kind = b"authEnveloped-data" if "gcm" in way[0] else b"enveloped-data"
        raw = around(self.sealed(folder, way), kind=kind)
        opened = open_mail(raw, [opener(pki().away), opener(pki().town)], trust(folder), NOW)
        assert (opened.signed_by, opened.cover.strip(), opened.manifest) == (HOSPITAL, "Svar", None)

    def test_attributes_beside_a_gcm_content_are_bound_to_it(self, folder: Path) -> None:
        """RFC 5083 §2.2: authenticated as a SET OF. OpenSSL writes none, so they are put in by hand."""
        info = cms.ContentInfo.load(self.sealed(folder, self.WAYS[1]))
        key, content = pki().town.rsa, info["content"]
        secret = key.decrypt(content["recipient_infos"][0].chosen["encrypted_key"].native, padding.PKCS1v15())
        bound = cms.CMSAttributes([{"type": "content_type", "values": ["data"]}])
        sealed = content["auth_encrypted_content_info"]
        nonce = sealed["content_encryption_algorithm"]["parameters"].native["0"]
        written = AESGCM(secret).encrypt(nonce, b"clear", bound.dump())
        sealed["encrypted_content"], content["mac"] = written[:-16], written[-16:]
        content["auth_attrs"] = bound
        assert decrypt(info.dump(force=True), pki().town.certificate, key) == b"clear"
        content["auth_attrs"] = cms.CMSAttributes([{"type": "content_type", "values": ["signed_data"]}])
        with pytest.raises(Unreadable, match=REFUSED):
            decrypt(info.dump(force=True), pki().town.certificate, key)

    @pytest.mark.parametrize(
        ("says", "instead"),
        [
            (bytes.fromhex("060960864801650304012a"), bytes.fromhex("0609608648016503040102")),
            (b"udstedende-CA 1", b"udstedende-CA 2"),
        ],
        ids=["AES-128 for AES-256", "another issuer's serial number"],
    )
    def test_an_envelope_is_what_it_says(self, says: bytes, instead: bytes, folder: Path) -> None:
        sealed = self.sealed(folder, self.WAYS[0])
        assert sealed.count(says) == 1
        assert decrypt(sealed, pki().town.certificate, pki().town.rsa)
        with pytest.raises(Unreadable, match=REFUSED):
            decrypt(sealed.replace(says, instead), pki().town.certificate, pki().town.rsa)

    def test_the_older_name_of_the_media_type_is_taken(self, folder: Path) -> None:
        raw = around(self.sealed(folder, self.WAYS[0])).replace(b"application/pkcs7-mime", b"application/x-pkcs7-mime")
        assert open_mail(raw, [opener(pki().town)], trust(folder), NOW).signed_by == HOSPITAL

    def test_a_weak_cipher_is_refused(self, folder: Path) -> None:
        assert refusal(around(self.sealed(folder, ("-des3", "-recip", "{c}"))), folder) == REFUSED

    def test_a_changed_bit_under_gcm_does_not_decrypt(self, folder: Path) -> None:
        sealed = bytearray(self.sealed(folder, self.WAYS[1]))
        sealed[len(sealed) // 2] ^= 1
        with pytest.raises(Unreadable, match=REFUSED):
            decrypt(bytes(sealed), pki().town.certificate, pki().town.rsa)

    def test_the_librarys_own_reader_agrees(self, folder: Path) -> None:
        envelope = payload(sent(folder))
        theirs = pkcs7.pkcs7_decrypt_der(envelope, pki().town.certificate, pki().town.rsa, [])
        assert decrypt(envelope, pki().town.certificate, pki().town.rsa) == theirs


def test_no_noise_gets_further_than_the_one_refusal(tmp_path: Path) -> None:
    folder = write_lists(tmp_path)

    @given(st.binary(max_size=300))
    def noise(raw: bytes) -> None:
        for mail in (raw, around(raw), HEADERS + raw):
            assert refusal(mail, folder) == REFUSED

    noise()
