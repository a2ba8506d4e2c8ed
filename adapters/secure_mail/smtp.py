"""The carrier that hands mail to a relay: SMTP with TLS that is required, never tried.

A server that offers no STARTTLS, has another name than it was called by, shows a certificate from elsewhere or speaks
less than TLS 1.2 gets not one byte of a mail: there is no path without TLS in this module (secure-mail guide §8 and
§12). One mail, one receiver, one connection. A delivery status notification is asked for where the server offers it
(RFC 3461), with the letter's opaque reference as envelope id.
"""

import asyncio
import re
import ssl
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import UUID

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.ports.carrier import Parcel

SUBMISSION = 587
STEP, WHOLE = 60.0, 240.0  # seconds; done or given up long before another worker may try (hub.delivery.dispatcher)
REMEMBERED = 10_000  # deliveries that this process remembers to have handed over
_ADDRESS = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[a-z0-9.-]{1,190}")
_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_PIECE, _TAKES = 256 * 1024, 0.001  # bytes written at a time; seconds between two looks whether they are gone
_LONGEST_HEAD = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Relay:
    """The server that takes our mail. `authorities` is the file of certificate authorities it is trusted by."""

    host: str
    port: int = SUBMISSION
    authorities: Path | None = None
    user: str | None = None
    password: str | None = None
    return_path: str | None = None
    step: float = STEP
    whole: float = WHOLE


class SmtpCarrier:
    """The Carrier port. Safe to share between threads; a parcel handed over once by this process is not sent again."""

    name = "smtp"

    def __init__(self, relay: Relay) -> None:
        self._relay, self._context = relay, tls_context(relay.authorities)
        self._carried: OrderedDict[UUID, bytes] = OrderedDict()
        self._lock = Lock()

    def carry(self, parcel: Parcel) -> None:
        """Return once the relay has said 250 to the mail; that is not delivery (guide §7).

        `TryAgainLater` for 4xx, and whatever is wrong with connection or TLS; `Undeliverable` for 5xx and for a parcel
        that is not fit to be sent. Codes: `smtp-<reply>`, `smtp-unreachable`, `smtp-timeout`, `tls-…`, `parcel-…`.
        """
        refuse_unfit(parcel)
        if self._was_carried(parcel):
            return
        try:
            asyncio.run(self._hand_over(parcel))
        except (SMTPException, OSError) as error:
            raise _later(error) from None
        self._remember(parcel)

    async def _hand_over(self, parcel: Parcel) -> None:
        relay = self._relay
        async with asyncio.timeout(relay.whole):
            smtp = SMTP(
                hostname=relay.host,
                port=relay.port,
                local_hostname=parcel.sender.partition("@")[2],  # else the machine's own, from a name server
                timeout=relay.step,
                use_tls=False,
                start_tls=True,  # not the default: None would go on in clear text when the server offers no STARTTLS
                tls_context=self._context,
            )
            line: asyncio.BaseTransport | None = None
            try:
                await _connected(smtp)
                line = smtp.transport  # aiosmtplib forgets it when a server says 421
                await smtp.ehlo()  # what a server said before TLS counts for nothing (RFC 3207 §4.2)
                if relay.user is not None:
                    await smtp.login(relay.user, relay.password or "")
                await self._send(smtp, parcel)
                with suppress(SMTPException, OSError):  # the mail is theirs now, however they say goodbye
                    await smtp.execute_command(b"QUIT")
            finally:
                await _hung_up(smtp, line)

    async def _send(self, smtp: SMTP, parcel: Parcel) -> None:
        notifies = smtp.supports_extension("dsn")
        size = [f"SIZE={len(parcel.body)}"] if smtp.supports_extension("size") else []
        envelope = ["RET=HDRS", f"ENVID={parcel.reference}"] if notifies and parcel.reference else []
        notify = ["NOTIFY=SUCCESS,FAILURE,DELAY"] if notifies else []
        try:
            await smtp.mail(self._relay.return_path or parcel.sender, options=[*size, *envelope])
            await smtp.rcpt(parcel.recipient, options=notify)
            await _expect(354, await smtp.execute_command(b"DATA"))
            await _written(smtp, parcel.body)
            await _expect(250, await smtp.execute_command(b"."))
        except SMTPResponseException as answer:
            if 500 <= answer.code < 600:  # to this mail; before it, a server that is set up wrongly may be mended
                raise Undeliverable(f"smtp-{answer.code}") from None
            raise

    def _was_carried(self, parcel: Parcel) -> bool:
        with self._lock:
            earlier = self._carried.get(parcel.delivery)
        if earlier is not None and earlier != sha256(parcel.body).digest():
            raise Undeliverable("delivery-carried-with-other-bytes")
        return earlier is not None

    def _remember(self, parcel: Parcel) -> None:
        with self._lock:
            self._carried[parcel.delivery] = sha256(parcel.body).digest()
            while len(self._carried) > REMEMBERED:
                self._carried.popitem(last=False)


def tls_context(authorities: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later, host name checked, trusted by this file alone if there is one, else by the machine's store."""
    try:
        context = ssl.create_default_context(cafile=None if authorities is None else str(authorities))
    except (OSError, ssl.SSLError):
        raise Unreadable(
            "a file of certificate authorities, PEM", field=authorities.name if authorities else ""
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def refuse_unfit(parcel: Parcel) -> None:
    """`Undeliverable` unless the parcel has one receiver, who is also its To, and nothing a server could take for an
    end.
    """
    for address in (parcel.sender, parcel.recipient):
        if not address.isascii() or not _ADDRESS.fullmatch(address.encode()):
            raise Undeliverable("parcel-address-not-allowed")
    if not re.fullmatch(r"[A-Za-z0-9-]*", parcel.reference):
        raise Undeliverable("parcel-reference-not-allowed")
    head = parcel.body[: parcel.body.find(b"\r\n\r\n", 0, _LONGEST_HEAD) + 2].lower()
    if [line for line in head.split(b"\r\n") if line.startswith((b"to:", b"cc:", b"bcc:"))] != [
        b"to: " + parcel.recipient.lower().encode()
    ]:
        raise Undeliverable("parcel-names-another-recipient")
    if _LONE.search(parcel.body) or not parcel.body.endswith(b"\r\n"):
        raise Undeliverable("parcel-line-ends-not-allowed")
    if not parcel.body.isascii() or b"\0" in parcel.body:
        raise Undeliverable("parcel-not-ascii")


async def _connected(smtp: SMTP) -> None:
    """Connected, greeted, and under TLS; whatever goes wrong between greeting and TLS is TLS's."""
    try:
        await smtp.connect()
    except (SMTPException, OSError) as error:
        found = _later(error)
        greeted = not isinstance(error, SMTPConnectError)
        raise TryAgainLater("tls-failed") if greeted and str(found) == "smtp-unreachable" else found from None


async def _expect(code: int, answer: SMTPResponse) -> None:
    if answer.code != code:
        raise SMTPResponseException(answer.code, "")  # what a server says may repeat an address


async def _written(smtp: SMTP, body: bytes) -> None:
    """The mail in pieces, as fast as the relay takes them: `SMTP.data` would copy 50 MB four times over."""
    if body.startswith(b".") or b"\r\n." in body:  # RFC 5321 §4.5.2; base64 has no dots
        body = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
    view, line = memoryview(body), smtp.transport
    for start in range(0, len(view), _PIECE):
        if not isinstance(line, asyncio.WriteTransport) or line.is_closing():
            raise SMTPServerDisconnected("while the mail was written")
        line.write(view[start : start + _PIECE])
        while line.get_write_buffer_size() > _PIECE and not line.is_closing():
            await asyncio.sleep(_TAKES)


async def _hung_up(smtp: SMTP, line: asyncio.BaseTransport | None) -> None:
    """Let the socket go at once: what had to be said was said, and a loop that ends waits for nobody."""
    if isinstance(line, asyncio.WriteTransport):
        line.abort()
    for _ in range(3):  # the loop's turns until a socket that was let go is closed
        await asyncio.sleep(0)
    smtp.close()


def _later(error: Exception) -> TryAgainLater:
    """The code for what went wrong before the relay took the mail; aiosmtplib wraps what went wrong beneath it."""
    if isinstance(error, SMTPResponseException):
        return TryAgainLater(f"smtp-{error.code}")
    if isinstance(error, TimeoutError):
        return TryAgainLater("smtp-timeout")
    if type(error) is SMTPException and "STARTTLS" in str(error):
        return TryAgainLater("tls-not-offered")
    beneath = list(_beneath(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in beneath):
        return TryAgainLater("tls-not-trusted")
    if any(isinstance(cause, ssl.SSLError) for cause in beneath):
        return TryAgainLater("tls-failed")
    return TryAgainLater("smtp-unreachable" if isinstance(error, OSError) else "smtp-failed")


def _beneath(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
