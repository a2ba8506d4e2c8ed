"""`tvaerspor clients …`: who may call."""

from datetime import timedelta

from hub.api.access import make_token
from hub.bootstrap import House
from hub.commands.reading import read
from hub.errors import NotFound
from hub.vocabulary.organisations import Unit


def token(house: House, client: str, unit: str, lasts: timedelta) -> str:
    """A token for a unit of the directory."""
    acting = read("--unit", unit, Unit.parse)
    if house.directory.find(acting) is None:
        raise NotFound("--unit: no such unit in the directory")
    return make_token(house.keys.token_key(), client, acting, house.clock(), lasts)
