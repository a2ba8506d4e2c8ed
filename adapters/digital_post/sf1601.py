"""The carrier over KOMBIT SF1601, *Afsend post*: ask whether the receiver is registered, then hand in one message.

`Digital Post` is the only way a message leaves by: the platform's automatic choice can fall back to paper, a downgrade
that nobody decided (secure-mail guide §6, §12). A receiver who is not registered is a person's decision. An answer 2xx
means that the platform has the message; that it arrived is said by its business receipt (receipts.py).
"""

from typing import Literal

import httpx
from lxml import etree

from adapters.digital_post.access import WAIT, Access, Endpoints, answered, field_of
from adapters.digital_post.memo import zulu
from adapters.digital_post.xml import at, named, parse, written
from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.ports.carrier import Parcel
from hub.ports.clock import Clock

Way = Literal["Digital Post"]
DIGITAL_POST: Way = "Digital Post"
ASKING = "http://entityid.kombit.dk/service/postforespoerg/1"
SENDING = "http://entityid.kombit.dk/service/kombipostafsend/1"


class KombiCarrier:
    """The Carrier port. The same parcel again is the same request under the same transaction id."""

    name = "sf1601"

    def __init__(self, client: httpx.Client, endpoints: Endpoints, access: Access, clock: Clock) -> None:
        self._client, self._endpoints, self._access, self._clock = client, endpoints, access, clock

    def carry(self, parcel: Parcel) -> None:
        """Return once the platform has taken it. Nothing is sent to a receiver who is not registered."""
        body = kombi_request(parcel)
        if not self._is_registered(parcel):
            raise Undeliverable("recipient-not-registered")
        headers = {**self._headers(parcel, SENDING), "content-type": "application/xml"}
        send = self._client.build_request("POST", self._endpoints.send(), headers=headers, content=body, timeout=WAIT)
        self._call(SENDING, "send", send)

    def _is_registered(self, parcel: Parcel) -> bool:
        url, headers = self._endpoints.registered(), self._headers(parcel, ASKING)
        asked = {"cvrNumber": parcel.recipient}
        lookup = self._client.build_request("GET", url, params=asked, headers=headers, timeout=WAIT)
        return field_of(self._call(ASKING, "lookup", lookup), "result", "lookup") is True

    def _headers(self, parcel: Parcel, service: str) -> dict[str, str]:
        """The message's own id is the transaction's, so that every retry repeats it."""
        return {
            "authorization": self._access.token(service),
            "x-transaktionsid": str(parcel.delivery),
            "x-transaktionstid": zulu(self._clock()),
        }

    def _call(self, service: str, step: str, request: httpx.Request) -> httpx.Response:
        try:
            return answered(lambda: self._client.send(request), step)
        except TryAgainLater as failure:
            if str(failure).endswith("-http-401"):
                self._access.forget(service)
            raise


def kombi_request(parcel: Parcel) -> bytes:
    """The envelope around the parcel's MeMo; `Undeliverable` unless the MeMo is the parcel's own, to its receiver."""
    try:
        message = parse(parcel.body)
    except Unreadable:
        raise Undeliverable("parcel-is-no-memo") from None
    if message.tag != named("memo:Message"):
        raise Undeliverable("parcel-is-no-memo")
    header = "memo:MessageHeader"
    told = (at(message, f"{header}/memo:messageUUID"), at(message, f"{header}/memo:Recipient/memo:recipientID"))
    if told != (str(parcel.delivery), parcel.recipient):
        raise Undeliverable("parcel-differs-from-memo")
    envelope = etree.Element("kombi_request")
    etree.SubElement(envelope, "KombiValgKode").text = DIGITAL_POST
    envelope.append(message)
    return written(envelope)
