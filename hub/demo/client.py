"""One system client: a token for one unit, and the two verbs of the hub API."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx


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
        return cls(called, unit, httpx.Client(base_url=url, headers=headers, timeout=30))

    def post(self, path: str, body: dict[str, Any], key: str | None = None) -> HubReply:
        """Post under a new Idempotency-Key, or under one that was used before."""
        answer = self.door.post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})
        return HubReply(answer.status_code, answer.json())

    def get(self, path: str, **query: str) -> HubReply:
        """Ask."""
        answer = self.door.get(path, params=query or None)
        return HubReply(answer.status_code, answer.json())

    def close(self) -> None:
        """Let the connections go."""
        self.door.close()
