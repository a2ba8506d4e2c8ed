"""What the hub carried out of the house: mails as they left, and their letters, under names a person can read."""

from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from hub.demo.failure import must


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that left: its name in the results, its subject, and the two forms of the letter."""

    name: str
    subject: str
    pdf: bytes
    fhir: str


@dataclass(slots=True)
class Mailroom:
    """Looks into the hub's outbox folder, and lays what is new into the results."""

    outbox: Path
    out: Path
    mails: list[Mail] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def collect(self, recipient: str) -> Mail:
        """The one mail that has come since the last look."""
        fresh = [file for file in sorted(self.outbox.glob("*.eml")) if file not in self._seen]
        must(len(fresh) == 1, f"one new mail in the outbox expected, {len(fresh)} found")
        self._seen.update(fresh)
        mail = self._opened(fresh[0].read_bytes(), recipient)
        self.mails.append(mail)
        return mail

    def is_empty(self) -> bool:
        """Has nothing left the house since the last look?"""
        return set(self.outbox.glob("*.eml")) == self._seen

    def _opened(self, raw: bytes, recipient: str) -> Mail:
        message = BytesParser(EmailMessage, policy=policy.SMTP).parsebytes(raw)
        attached = {part.get_content_type(): part for part in message.iter_attachments()}
        pdf, fhir = attached["application/pdf"], attached["application/fhir+json"]
        kind = str(pdf.get_filename()).partition("-")[0]
        name = f"{len(self.mails) + 1:02}-{kind}-{short(recipient)}"
        mail = Mail(name, str(message["Subject"]), _bytes(pdf), _bytes(fhir).decode())
        must(mail.pdf.startswith(b"%PDF-"), f"{name}: the letter is a PDF")
        (self.out / "mail" / f"{name}.eml").write_bytes(raw)
        (self.out / "letters" / f"{name}.pdf").write_bytes(mail.pdf)
        return mail


def short(unit: str) -> str:
    """A name for files: `familieafdeling-aabenraa`; the story has one hospital, so its units go by their own name."""
    kind, _, name = unit.partition("/")
    return name.partition("@")[0] if kind == "hospital" else name.replace("@", "-")


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content
