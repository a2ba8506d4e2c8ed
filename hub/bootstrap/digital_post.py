"""Digital Post wired: settings → what packs, what carries, and what listens.

Without access to KOMBIT's platform the messages go to the outbox folder, as `.xml`, where a gateway may collect them;
they are not sealed, so that folder must be guarded like the journal.
"""

from adapters.digital_post.access import Access, Endpoints, connected
from adapters.digital_post.packer import MemoPacker
from adapters.digital_post.receipts import CHANNEL, PostReceipts
from adapters.digital_post.schema import Schemas
from adapters.digital_post.sf1601 import KombiCarrier
from adapters.secure_mail.folder import FolderCarrier
from hub.delivery.channels import Channel
from hub.errors import Unreadable
from hub.ports.carrier import Carrier
from hub.ports.clock import Clock
from hub.ports.receipts import Receipts
from hub.settings import PREFIX, Settings

__all__ = ["CHANNEL", "channel_of", "receipts_of"]


def channel_of(settings: Settings, clock: Clock) -> Channel:
    """How letters leave to whoever prefers Digital Post."""
    return Channel(MemoPacker(_schemas(settings), limit=settings.digital_post.limit), _carrier(settings, clock))


def receipts_of(settings: Settings) -> Receipts | None:
    """Where business receipts are laid, if anywhere."""
    return None if settings.digital_post.receipts_dir is None else PostReceipts(settings.digital_post.receipts_dir)


def _schemas(settings: Settings) -> Schemas | None:
    if settings.digital_post.schemas is None:
        return None
    try:
        return Schemas.read(settings.digital_post.schemas)
    except Unreadable as complaint:
        raise Unreadable(str(complaint), field=f"{PREFIX}MEMO_SCHEMAS") from None


def _carrier(settings: Settings, clock: Clock) -> Carrier:
    certificate, key = settings.digital_post.sf1601_certificate_file, settings.digital_post.sf1601_key_file
    if certificate is None or key is None:
        return FolderCarrier(settings.outbox, name="memo-folder", ending="xml")
    try:
        client, own = connected(certificate, key)
    except Unreadable as complaint:
        raise Unreadable(str(complaint), field=f"{PREFIX}SF1601_CERTIFICATE_FILE") from None
    endpoints = Endpoints(tokens=settings.digital_post.sf1601_tokens_url, platform=settings.digital_post.sf1601_url)
    return KombiCarrier(
        client, endpoints, Access(client, endpoints, settings.digital_post.sf1601_cvr, own, clock), clock
    )
