"""`tvaerspor clients …`: who may call."""

from datetime import timedelta

from hub.api.access import make_token
from hub.bootstrap import House
from hub.commands import known


def token(house: House, client: str, unit: str, lasts: timedelta) -> str:
    """A token for a unit of the directory."""
    acting = known.unit("--unit", unit, house.directory)
    return make_token(house.keys.token_key(), client, acting, house.clock(), lasts)
