"""A recorded conversation with KOMBIT's platform, played back over httpx's mock transport: nothing leaves the machine.

It answers as the published clients of SF1601 show that it does, and keeps what it was told.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from adapters.digital_post.access import Access, Endpoints
from adapters.digital_post.sf1601 import KombiCarrier
from tests.adapters.digital_post.messages import REGION
from tests.fakes import SetClock

ENDPOINTS = Endpoints(tokens="https://tokens.example", platform="https://platform.example")
ISSUE, EXCHANGE = "/runtime/api/rest/wstrust/v1/issue", "/service/AccessTokenService_1/token"
LOOKUP, SEND = "/service/PostForespoerg_1/digitalpost", "/service/KombiPostAfsend_1/memos"
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass(slots=True)
class Platform:
    """The two services. An answer may be put in the place of the usual one, by path."""

    clock: SetClock = field(default_factory=SetClock)
    instead: dict[str, Answer] = field(default_factory=dict)
    heard: list[httpx.Request] = field(default_factory=list)
    lasts: timedelta = timedelta(hours=1)

    def carrier(self) -> KombiCarrier:
        """A carrier that speaks to this platform."""
        client = httpx.Client(transport=httpx.MockTransport(self._answer))
        return KombiCarrier(client, ENDPOINTS, Access(client, ENDPOINTS, REGION, "MIIC", self.clock), self.clock)

    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [request.url.path for request in self.heard]

    def last(self, path: str) -> httpx.Request:
        """The last request to this path."""
        return next(request for request in reversed(self.heard) if request.url.path == path)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        usual: dict[str, Answer] = {
            ISSUE: lambda _: httpx.Response(200, json={"RequestedSecurityToken": {"Assertion": "PHNhbWw+"}}),
            EXCHANGE: self._token,
            LOOKUP: lambda _: httpx.Response(200, json={"result": True}),
            SEND: lambda _: httpx.Response(200, content=b"<kombi_response/>"),
        }
        return (usual | self.instead)[request.url.path](request)

    def _token(self, _: httpx.Request) -> httpx.Response:
        number = self.paths().count(EXCHANGE)
        told = {
            "token_type": "Holder-of-key",
            "access_token": f"t{number}",
            "expires_in": int(self.lasts.total_seconds()),
        }
        return httpx.Response(200, json=told)
