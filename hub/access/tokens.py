"""Tokens: who calls, for which one unit, until when (JWT, RFC 7519, HS256 under a local key).

Until clients bring keys of their own, the hub's operator makes tokens: `tvaerspor clients token`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from hub.errors import HubError, Unreadable
from hub.vocabulary.organisations import Unit

ALGORITHM = "HS256"
AUDIENCE = "tvaerspor"
LONGEST = 4096  # characters of a token; ours have some 400
_REQUIRED = ["client", "unit", "exp", "aud"]
_CLIENT = re.compile(r"[!-~]([ -~]{0,98}[!-~])?")


class Unauthorised(HubError):
    """No token, or none that this hub made and that is still valid. The message never repeats the token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token speaks for: one client and exactly one unit, which the directory need not know."""

    client: str
    unit: Unit


def make_token(key: bytes, client: str, unit: Unit, now: datetime, lasts: timedelta) -> str:
    """A token for one client and one unit; `Unreadable` for a client no token may name."""
    if not _CLIENT.fullmatch(client):
        raise Unreadable("1 to 100 visible ASCII characters, spaces inside", field="client")
    claims = {"client": client, "unit": str(unit), "aud": AUDIENCE, "iat": now, "exp": now + lasts}
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def verify_token(key: bytes, token: str, now: datetime) -> Caller:
    """Whom this token speaks for now; `Unauthorised` if it was not made under this key, or is not valid now."""
    claims = _claims(key, token)
    ends, begins, moment = claims["exp"], claims.get("nbf", 0), now.timestamp()
    if type(ends) is not int or ends <= moment:  # NaN is later than nothing and never earlier
        raise Unauthorised("the token has expired")
    if type(begins) is not int or begins > moment:
        raise Unauthorised("the token is not valid yet")
    client, unit = claims["client"], claims["unit"]
    if not isinstance(client, str) or not _CLIENT.fullmatch(client) or not isinstance(unit, str):
        raise Unauthorised("the token names no client, or not exactly one unit")
    try:
        return Caller(client, Unit.parse(unit))
    except Unreadable as complaint:
        raise Unauthorised(f"the token's unit: {complaint.rule}") from None


def _claims(key: bytes, token: str) -> dict[str, Any]:
    """The times are judged by the caller's clock, not by the library's: a demo in another year has tokens of it."""
    foreign = Unauthorised("the token is not one of this hub's, or lacks client, unit, aud or exp")
    if len(token) > LONGEST:
        raise foreign
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.InvalidTokenError, ValueError, RecursionError):  # the header is JSON that nobody has vouched for
        raise foreign from None
    return claims
