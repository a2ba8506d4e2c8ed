"""The one gate of the HTTP doors: who calls, and for which unit of the directory.

The acting unit is read from the token and never from the body. What a unit may then be shown of a case is not decided
here: hub.domain.audience does.
"""

from dataclasses import replace

from hub.access.tokens import Unauthorised, verify_token
from hub.errors import NotPermitted
from hub.ports.clock import Clock
from hub.ports.directory import Directory, entry_on, predecessors
from hub.vocabulary.actors import Actor
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day


class Gate:
    """Names who calls, by the hub's own clock."""

    def __init__(self, key: bytes, directory: Directory, clock: Clock) -> None:
        self._key, self._directory, self._clock = key, directory, clock

    def actor(self, authorization: str) -> Actor:
        """Who calls, by the header Authorization ("" where there was none).

        `Unauthorised` without a valid bearer token, `NotPermitted` for a unit that the directory does not hold, or for
        which another stands today: its tokens stop on that day, and its successor's clients have tokens of their own.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorised("a bearer token is required (RFC 6750)")
        caller = verify_token(self._key, token.strip(), self._clock())
        if self._directory.find(caller.unit) is None:
            raise NotPermitted("the token's unit is not in the directory")
        today = local_day(self._clock())
        heir = entry_on(self._directory, caller.unit, today)
        if heir is None or heir.unit != caller.unit:
            raise NotPermitted(f"the token's unit has a successor; a token of {heir.unit if heir else 'it'} is needed")
        return Actor(caller.client, caller.unit, formerly=predecessors(self._directory, caller.unit, today))


def acting(actor: Actor, body_unit: Unit | None, person: str | None, role: str | None) -> Actor:
    """The actor with the person and role that the body names; a body that names another unit is not permitted."""
    if body_unit is not None and body_unit != actor.unit:
        raise NotPermitted("the body names another acting unit than the token")
    return replace(actor, person=person, role=role)
