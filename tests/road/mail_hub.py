"""A hub whose letters leave sealed over real SMTP, whose receipts lie in a Maildir; a municipality that reads them."""

from base64 import encodebytes
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from adapters.secure_mail.mailbox import Maildir
from adapters.secure_mail.manifest import LASTS, MEDIA_TYPE, Manifest, Party, name_of
from adapters.secure_mail.opener import Opened, open_mail, refuse_unless
from adapters.secure_mail.receipts import MailReceipts
from adapters.secure_mail.sealer import encrypted, signed
from adapters.secure_mail.smtp import Relay, SmtpCarrier
from adapters.secure_mail.trial_pki import Issued
from hub.delivery.channels import Channels
from hub.delivery.dispatcher import Dispatcher
from hub.delivery.receipts import ReceiptHandler
from hub.documents.letters import Letters
from hub.domain.delivery import Delivery, evolve
from hub.ports.carrier import Carrier, Parcel
from hub.ports.directory import Address
from hub.vocabulary.organisations import Unit
from projections import outbox
from projections.follow import Follower
from projections.outbox import Outbox, OutboxEntry
from tests.adapters.secure_mail.mailserver import HOST, trusted_by
from tests.adapters.secure_mail.pki import (
    HOSPITAL,
    NOW,
    TOWN,
    approved,
    opener,
    pki,
    sealing,
    signer,
    trust,
    write_lists,
)
from tests.domain.acts import disclose, give_consent, report_concern
from tests.fakes import PlainForms, SmallDirectory
from tests.office import Office
from tests.people import CLINIC, FAMILIES

LIMIT = 40 * 1024 * 1024
MAILBOX = f"{FAMILIES.unit}@{FAMILIES.organisation}.example"  # of the familieafdeling


class PdfForms(PlainForms):
    """As plain as can be, in forms that a mail takes."""

    def render(self, letter: object, fhir: bytes) -> bytes:
        """Something that begins like a PDF."""
        return b"%PDF-1.7\n" + PlainForms.render(self, letter, fhir)  # type: ignore[arg-type]  # a Letter, as always

    def message(self, letter: object) -> bytes:
        """Something that begins like a bundle."""
        return b'{"resourceType":"Bundle"}'


@dataclass
class Agreed(SmallDirectory):
    """The units of tests.people, with CVR numbers and approved certificates for the two that write to each other."""

    approving: bool = True
    mailbox: str | None = None  # where the familieafdeling is said to be found instead
    channel: str | None = None
    town: Issued = field(default_factory=lambda: pki().town)  # whose certificate is approved for the municipality
    united: bool = False  # the familieafdeling belongs to the hospital, and has its key

    def find(self, unit: Unit) -> Address | None:
        """The unit's entry."""
        found = SmallDirectory.find(self, unit)
        if found is None:
            return None
        cvr = {"sygehus-soenderjylland": HOSPITAL, "aabenraa": TOWN}.get(unit.organisation)
        cvr = HOSPITAL if self.united else cvr
        leaf = {HOSPITAL: pki().hospital, TOWN: self.town}.get(cvr or "")
        mailbox = self.mailbox if self.mailbox and unit == FAMILIES else found.mailbox
        found = replace(found, cvr=cvr, mailbox=mailbox, channel=self.channel)
        return approved(found, leaf) if leaf and self.approving else found


@dataclass
class MailHub:
    """Dispatcher, receipt handler and outbox on an office's record."""

    office: Office
    folder: Path
    port: int = 0
    carrier: Carrier | None = None
    directory: Agreed = field(default_factory=Agreed)
    dispatcher: Dispatcher = field(init=False)
    hearing: ReceiptHandler = field(init=False)
    follower: Follower = field(init=False)

    def __post_init__(self) -> None:
        for name in ("crl", "tmp", "new", "cur"):
            (self.folder / name).mkdir(exist_ok=True)
        write_lists(self.folder / "crl")
        record = self.office.record
        letters = Letters(record, self.directory, self.office.hub.cases.course_at)
        plain = PdfForms()
        authorities = trusted_by(self.folder)
        relay = Relay(host=HOST, port=self.port, authorities=authorities, return_path="kvittering@hub.example")
        channels = Channels(
            renderer=plain,
            translator=plain,
            packer=sealing(self.folder / "crl", pki().town, pki().town_next, pki().hospital, limit=LIMIT),
            carrier=self.carrier or SmtpCarrier(relay),
        )
        self.dispatcher = Dispatcher(record, letters, channels, self.office.clock, self.office.hub.cases.load)
        receipts = MailReceipts(Maildir(self.folder), [opener(pki().hospital)], trust(self.folder / "crl"), lambda: NOW)
        self.hearing = ReceiptHandler(record, self.dispatcher, self.directory, receipts, self.office.clock)
        self.follower = Follower(record, Outbox())

    def told(self) -> UUID:
        """A case on which the clinic has told the familieafdeling something."""
        case = self.office.open().case
        self.office.act(case, lambda key: give_consent(self.office.clock(), key))
        self.office.act(case, lambda key: disclose(self.office.clock(), disclosure=key))
        return case

    def worried(self) -> UUID:
        """A case on which the clinic has reported its concern."""
        case = self.office.open().case
        self.office.act(case, lambda _: report_concern(self.office.clock()))
        return case

    def turn(self) -> int:
        """One step for each letter that waits, and for each of which nothing is heard."""
        self.follower.catch_up()
        with self.office.record.engine.connect() as connection:
            due, silent = outbox.waiting(connection), outbox.unheard_of(connection, self.office.clock())
        return self.dispatcher.work(due) + self.dispatcher.escalate(silent)

    def empty(self) -> None:
        """Until nothing moves."""
        while self.turn():
            pass

    def listen(self) -> int:
        """Take in what came back."""
        self.follower.catch_up()
        return self.hearing.listen()

    def comes_back(self, raw: bytes | str, name: str = "1.host") -> None:
        """A mail arrives, and is taken in."""
        (self.folder / "new" / name).write_bytes(raw.encode() if isinstance(raw, str) else raw)
        self.listen()

    def shown(self, case: UUID) -> list[OutboxEntry]:
        """What the clinic is shown of its letters, oldest first."""
        self.follower.catch_up()
        with self.office.record.engine.connect() as connection:
            return outbox.deliveries_of(connection, CLINIC, case=case)[::-1]

    def letter(self, case: UUID) -> tuple[Delivery, list[object]]:
        """The letter of this case as it stands, and its events."""
        rows = self.office.record.stream(self.shown(case)[0].delivery)
        state: Delivery | None = None
        for row in rows:
            state = evolve(state, row.event)  # type: ignore[arg-type]  # a delivery's stream holds nothing else
        assert state is not None
        return state, [row.event for row in rows]


@dataclass
class Municipality:
    """Aabenraa's end: opens, verifies, and does a repeated mail once (guide §7, duplicate rule)."""

    folder: Path
    key: Issued = field(default_factory=lambda: pki().town)
    taken: dict[UUID, str] = field(default_factory=dict)

    def takes(self, raw: bytes, at: datetime = NOW) -> Opened:
        """A mail that comes at this time, once; the same id with other content is refused."""
        opened = open_mail(raw, [opener(self.key)], trust(self.folder / "crl"), NOW)
        manifest = opened.manifest
        assert manifest is not None
        refuse_unless(opened, signed_by=HOSPITAL, mailbox=MAILBOX, cvr=TOWN, moment=at)
        known = self.taken.setdefault(manifest.delivery_id, opened.content_sha256)
        assert known == opened.content_sha256, "same id, other content: refuse and alarm"
        return opened

    def answers(self, reference: str, number: int = 1) -> Parcel:
        """Its signed answer to a letter, sealed to the hospital, as a mail on its way to the hub."""
        told = Manifest(
            delivery_id=uuid4(),
            reference=f"answer-{number:04d}",
            document_type="svar",
            sender=Party(mailbox=MAILBOX, cvr=TOWN),
            recipient=Party(mailbox=f"{CLINIC.unit}@{CLINIC.organisation}.example", cvr=HOSPITAL),
            created=NOW,
            expires=NOW + LASTS,
            attachments=(),
            in_reply_to=reference,
        )
        head = f"From: {MAILBOX}\nTo: kvittering@hub.example\nSubject: SV [{reference}]\n"
        head += f"Message-ID: <{reference}.{number}@aabenraa.example>\n"
        clear = head + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n"
        clear += "--m\nContent-Type: text/plain\n\nModtaget\n"
        clear += (
            f'--m\nContent-Type: {MEDIA_TYPE}\nContent-Disposition: attachment; filename="{name_of(told.reference)}"\n'
        )
        clear += "Content-Transfer-Encoding: base64\n\n" + encodebytes(told.as_bytes()).decode() + "--m--\n"
        sealed = encrypted(signed(_on_the_wire(clear), signer(self.key), "=_s"), [pki().hospital.certificate])
        about = "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
        body = head + about + "Content-Transfer-Encoding: base64\n\n" + encodebytes(sealed).decode()
        return Parcel(delivery=uuid4(), sender=MAILBOX, recipient="kvittering@hub.example", body=_on_the_wire(body))


def _on_the_wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()
