"""A page of the inbox as a FHIR searchset, spliced from the stored bytes: nothing is parsed or built anew."""

from collections.abc import Iterable, Iterator

import msgspec

from projections.fhir_inbox.page import InboxMessage, InboxPage


def spliced(page: InboxPage, *, base: str, self_url: str, onward_url: str, outcome: bytes | None = None) -> bytes:
    """The opened page as the answer to a pull.

    `onward_url` carries the page's cursor. It stands under `next` while there is more, and otherwise under the
    extension relation type `urn:tvaerspor:resume` (RFC 8288 §2.1.2): that is where to ask again later. `outcome` is an
    OperationOutcome about the pull itself (FHIR R4 §3.1.1.4.19).
    """
    relation = b"next" if page.more else b"urn:tvaerspor:resume"
    head = (
        b'{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":%b},{"relation":"%b","url":%b}]'
        % (_quoted(self_url), relation, _quoted(onward_url))
    )
    entries = [*_entries(page.messages, base)]
    if outcome is not None:
        entries.append(b'{"resource":%b,"search":{"mode":"outcome"}}' % outcome)
    return b"".join((head, b',"entry":[', b",".join(entries), b"]}")) if entries else head + b"}"


def _entries(messages: Iterable[InboxMessage], base: str) -> Iterator[bytes]:
    prefix = _quoted(f"{base}/Bundle/")[:-1]
    for message in messages:
        yield b'{"fullUrl":%b%b","resource":%b,"search":{"mode":"match"}}' % (
            prefix,
            str(message.id).encode(),
            message.bundle,
        )


def _quoted(text: str) -> bytes:
    return msgspec.json.encode(text)
