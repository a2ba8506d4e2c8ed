"""Token → who calls, and the one gate that every door passes.

A token (JWT, RFC 7519, HS256 under a local key) names a client, exactly one unit, and when it ends. Until the access
issue brings clients' own keys, the hub's operator makes them: `tvaerspor clients token`.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import jwt
from fastapi import Request

from hub.errors import HubError, NotPermitted, Unreadable
from hub.ports.clock import Clock
from hub.ports.directory import Directory
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit

ALGORITHM = "HS256"
AUDIENCE = "tvaerspor"
LONGEST = 4096  # characters of a token; ours have some 400
_CLAIMS = ["client", "unit", "exp", "aud"]
_CLIENT = re.compile(r"[!-~]([ -~]{0,98}[!-~])?")


class Unauthorised(HubError):
    """No token, or none that this hub made and that is still valid. The message never repeats the token."""


def make_token(key: bytes, client: str, unit: Unit, now: datetime, lasts: timedelta) -> str:
    """A token for one client and one unit; `Unreadable` for a client no token may name."""
    if not _CLIENT.fullmatch(client):
        raise Unreadable("1 to 100 visible ASCII characters, spaces inside", field="client")
    claims = {"client": client, "unit": str(unit), "aud": AUDIENCE, "iat": now, "exp": now + lasts}
    return jwt.encode(claims, key, algorithm=ALGORITHM)


class Gate:
    """Reads tokens. The clock is the hub's, so that a demo in another year has tokens of that year."""

    def __init__(self, key: bytes, directory: Directory, clock: Clock) -> None:
        self._key, self._directory, self._clock = key, directory, clock

    def actor(self, request: Request) -> Actor:
        """Who calls; `Unauthorised` or `NotPermitted` otherwise."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorised("a bearer token is required (RFC 6750)")
        claims = self._claims(token.strip())
        client, unit = claims["client"], claims["unit"]
        if not isinstance(client, str) or not _CLIENT.fullmatch(client) or not isinstance(unit, str):
            raise Unauthorised("the token names no client, or not exactly one unit")
        try:
            acting = Unit.parse(unit)
        except Unreadable as complaint:
            raise Unauthorised(f"the token's unit: {complaint.rule}") from None
        if self._directory.find(acting) is None:
            raise NotPermitted("the token's unit is not in the directory")
        return Actor(client, acting)

    def _claims(self, token: str) -> dict[str, Any]:
        foreign = Unauthorised("the token is not one of this hub's, or lacks client, unit, aud or exp")
        if len(token) > LONGEST:
            raise foreign
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.InvalidTokenError, ValueError, RecursionError):  # the header is JSON that nobody has vouched for
            raise foreign from None
        ends, begins, now = claims["exp"], claims.get("nbf", 0), self._clock().timestamp()
        if type(ends) is not int or ends <= now:  # NaN is later than nothing and never earlier
            raise Unauthorised("the token has expired")
        if type(begins) is not int or begins > now:
            raise Unauthorised("the token is not valid yet")
        return claims


def acting(actor: Actor, body_unit: Unit | None, person: str | None, role: str | None) -> Actor:
    """The actor with the person and role that the body names; a body that names another unit is not permitted."""
    if body_unit is not None and body_unit != actor.unit:
        raise NotPermitted("the body names another acting unit than the token")
    return replace(actor, person=person, role=role)
