"""From a folder and a few settings to a packer, a carrier and a place to listen. What does not fit stops the start.

In the folder lie:

- `signers/<name>.key` and `<name>.crt`: our organisations' keys, each with its certificate, the issuing ones after it
- `certificates/*.crt`: receivers' certificates, issuing authorities, roots; trusted as directory and pinned roots say
- `revocation/*.crl`: fetched by the operator's job at least once a day
- `archive.crt`: if it is there, everything is encrypted to it as well
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

from adapters.secure_mail import certificates
from adapters.secure_mail.mailbox import ImapMailbox, Mailbox, Maildir
from adapters.secure_mail.message import LIMIT, MailPacker
from adapters.secure_mail.opener import Opener
from adapters.secure_mail.receipts import MailReceipts
from adapters.secure_mail.recipients import Recipients
from adapters.secure_mail.revocation import RevocationLists
from adapters.secure_mail.sealer import SealingPacker
from adapters.secure_mail.signer import Signer, read_signers
from adapters.secure_mail.smtp import tls_context
from adapters.secure_mail.trust import Trust
from hub.errors import Unreadable
from hub.ports.carrier import Packer
from hub.ports.clock import Clock
from hub.ports.receipts import Receipts

SIGNERS, CERTIFICATES, REVOCATION, ARCHIVE = "signers", "certificates", "revocation", "archive.crt"


@dataclass(frozen=True, slots=True)
class SecureMailFactory:
    """Keys, certificates and lists of one folder, and the roots they are judged by."""

    signers: tuple[Signer, ...]
    recipients: Recipients
    trust: Trust
    clock: Clock

    @classmethod
    def opened(cls, folder: Path, roots: tuple[str, ...], clock: Clock, *, production: bool) -> "SecureMailFactory":
        """The room in this folder; `Unreadable` names what is missing, does not fit, or is for tests only."""
        known = certificates.read_all(folder / CERTIFICATES)
        trust = Trust.pinned(roots, known, RevocationLists(folder / REVOCATION), production=production)
        signers = read_signers(folder / SIGNERS, known)
        if not signers:
            raise Unreadable("at least one <name>.key with its <name>.crt", field=SIGNERS)
        archive = list(certificates.read(folder / ARCHIVE)) if (folder / ARCHIVE).is_file() else []
        return cls(signers, Recipients(known, trust, archive), trust, clock)

    def packer(self, limit: int = LIMIT, domains: tuple[str, ...] = ()) -> Packer:
        """What seals letters."""
        allowed = frozenset(domains) or None
        return SealingPacker(self.signers, self.recipients, self.trust, self.clock, limit=limit, domains=allowed)

    def receipts(self, mailbox: Mailbox) -> Receipts:
        """What hears of them; answers are sealed to our own certificates."""
        openers = [Opener(signer.certificate, signer.key) for signer in self.signers]
        return MailReceipts(mailbox, openers, self.trust, self.clock)


def unsealed_packer(limit: int = LIMIT) -> Packer:
    """For a folder that is guarded like the journal, where no keys are set up."""
    return MailPacker(limit)


def maildir(folder: Path) -> Mailbox:
    """A Maildir that is there; a folder that is misspelt would be silent for ever."""
    if not (folder / "new").is_dir():
        raise Unreadable("a Maildir, with a folder `new` in it", field="receipts")
    return Maildir(folder)


def imap(host: str, port: int, user: str, password: str, authorities: Path | None) -> Mailbox:
    """A mailbox over IMAP with TLS, checked as strictly as the relay."""
    context: ssl.SSLContext = tls_context(authorities)
    return ImapMailbox(host=host, port=port, user=user, password=password, context=context)
