"""One system client: a token for one unit, and the two verbs of the hub API."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from hub.demo.failure import PATIENCE, must


@dataclass(frozen=True, slots=True)
class HubReply:
    """What the hub answered."""

    status: int
    body: dict[str, Any]

    @property
    def id(self) -> str:
        """The id of what was recorded."""
        return str(self.body["id"])

    @property
    def decision(self) -> dict[str, Any]:
        """The law's answer; empty for an act the law is not asked about."""
        found: dict[str, Any] = self.body.get("decision", {}) if self.status == httpx.codes.CREATED else {}
        return found


@dataclass(frozen=True, slots=True)
class Client:
    """A case system that speaks for one unit. `called` is what the narration calls it."""

    called: str
    unit: str
    door: httpx.Client

    @classmethod
    def with_token(cls, called: str, unit: str, url: str, token: str) -> "Client":
        """A client of the hub at this address."""
        headers = {"Authorization": f"Bearer {token}"}
        return cls(called, unit, httpx.Client(base_url=url, headers=headers, timeout=PATIENCE))

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> HubReply:
        """Post under a new Idempotency-Key, or under one that was used before."""
        answer = self.door.post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})
        return HubReply(answer.status_code, answer.json())

    def get(self, path: str, **query: str) -> HubReply:
        """Ask, and ask again while the hub says that its answer is being brought up to date."""
        until = time.monotonic() + PATIENCE
        while (answer := self.door.get(path, params=query or None)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            must(time.monotonic() < until, f"{path} is never up to date")
            time.sleep(0.1)
        return HubReply(answer.status_code, answer.json())

    def close(self) -> None:
        """Let the connections go."""
        self.door.close()
