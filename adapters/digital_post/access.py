"""The way in to KOMBIT's services: a SAML token for one service, exchanged for an access token that lasts an hour.

Both calls go over a TLS connection with the organisation's own certificate, to which the token is bound (type
Holder-of-key; secure-mail guide §6). A token is kept until shortly before it ends, and asked for once at a time.
"""

import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import TryAgainLater, Undeliverable, Unreadable
from hub.ports.clock import Clock

EARLY = timedelta(minutes=5)  # a token is renewed while it still holds, for clocks that differ
LONGEST = timedelta(hours=24)  # a token that claims more is asked for anew sooner
WAIT = 30.0  # seconds for one answer
AGAIN = (401, 408, 429)  # 401: the token is at fault, not the message; the next try brings a new one
TOKEN_TYPE = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0"  # noqa: S105 - a name, no secret
ISSUE = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/Issue"
PUBLIC_KEY = "http://docs.oasis-open.org/ws-sx/ws-trust/200512/PublicKey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where the services are: the token service, and the platform that carries the rest. Addresses without a last /."""

    tokens: str
    platform: str

    def issue(self) -> str:
        """Where a SAML token is asked for."""
        return f"{self.tokens}/runtime/api/rest/wstrust/v1/issue"

    def exchange(self) -> str:
        """Where it is exchanged for an access token."""
        return f"{self.platform}/service/AccessTokenService_1/token"

    def registered(self) -> str:
        """PostForespoerg: is the receiver registered for Digital Post?"""
        return f"{self.platform}/service/PostForespoerg_1/digitalpost"

    def send(self) -> str:
        """KombiPostAfsend: where one message is handed in."""
        return f"{self.platform}/service/KombiPostAfsend_1/memos"


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    until: datetime


class Access:
    """Access tokens for one organisation, by service. Safe to share between threads.

    `certificate` is the organisation's, DER in base64 on one line; the client must present the same one.
    """

    def __init__(self, client: httpx.Client, endpoints: Endpoints, cvr: str, certificate: str, clock: Clock) -> None:
        self._client, self._endpoints, self._clock = client, endpoints, clock
        self._cvr, self._certificate = cvr, certificate
        self._held: dict[str, _Token] = {}
        self._lock = Lock()

    def token(self, service: str) -> str:
        """The value of the header `authorization` for a service, by its entity id."""
        with self._lock:
            held = self._held.get(service)
            if held is None or held.until - EARLY <= self._clock():
                held = self._held[service] = self._exchanged(self._issued(service))
            return held.value

    def forget(self, service: str) -> None:
        """A token that was refused is asked for anew next time."""
        with self._lock:
            self._held.pop(service, None)

    def _issued(self, service: str) -> str:
        asked = {
            "TokenType": TOKEN_TYPE,
            "RequestType": ISSUE,
            "KeyType": PUBLIC_KEY,
            "AnvenderKontekst": {"Cvr": self._cvr},
            "UseKey": self._certificate,
            "AppliesTo": {"EndpointReference": {"Address": service}},
            "OnBehalfOf": None,
        }
        answer = answered(lambda: self._client.post(self._endpoints.issue(), json=asked, timeout=WAIT), "token")
        return _text(field_of(answer, "RequestedSecurityToken", "token"), "Assertion", "token")

    def _exchanged(self, assertion: str) -> _Token:
        form = {"saml-token": assertion}
        response = answered(lambda: self._client.post(self._endpoints.exchange(), data=form, timeout=WAIT), "exchange")
        answer = _json(response, "exchange")
        lasts = _field(answer, "expires_in", "exchange")
        if type(lasts) is not int or lasts <= 0:
            raise TryAgainLater("sf1601-exchange-unreadable")
        value = f"{_text(answer, 'token_type', 'exchange')} {_text(answer, 'access_token', 'exchange')}"
        return _Token(value, self._clock().astimezone(UTC) + min(timedelta(seconds=lasts), LONGEST))


def connected(certificate: Path, key: Path) -> tuple[httpx.Client, str]:
    """A client that presents the organisation's certificate, and that certificate as `Access` wants it.

    TLS 1.2 or later, the server's name and chain checked; a redirect is an error. `Unreadable` names the file.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        own = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise Unreadable("a certificate and the private key that fits it, as PEM", field=certificate.name) from None
    return httpx.Client(verify=context, follow_redirects=False), b64encode(own.public_bytes(Encoding.DER)).decode()


def answered(call: Callable[[], httpx.Response], step: str) -> httpx.Response:
    """A 2xx answer; else `TryAgainLater` or `Undeliverable` with a code that names the step (guide §7, retries)."""
    try:
        response = call()
    except httpx.TimeoutException:
        raise TryAgainLater(f"sf1601-{step}-timeout") from None
    except (httpx.HTTPError, httpx.InvalidURL):  # the address and what was sent stay out of the message
        raise TryAgainLater(f"sf1601-{step}-unreachable") from None
    if response.is_success:
        return response
    code = f"sf1601-{step}-http-{response.status_code}"
    if response.status_code in AGAIN or response.status_code >= 500:
        raise TryAgainLater(code)
    raise Undeliverable(code)


def field_of(response: httpx.Response, name: str, step: str) -> Any:
    """A field of the JSON object in an answer; an answer without it is a service out of order, which may recover."""
    return _field(_json(response, step), name, step)


def _json(response: httpx.Response, step: str) -> Any:
    try:
        return response.json()
    except ValueError:
        raise TryAgainLater(f"sf1601-{step}-unreadable") from None


def _field(told: Any, name: str, step: str) -> Any:
    if not isinstance(told, dict) or name not in told:
        raise TryAgainLater(f"sf1601-{step}-unreadable")
    return told[name]


def _text(told: Any, name: str, step: str) -> str:
    value = _field(told, name, step)
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise TryAgainLater(f"sf1601-{step}-unreadable")
    return value
