"""Where she lives, as bodies state it: a municipality of the directory, or elsewhere.

What the directory does not hold is recorded all the same (case C11), but as such: a key that is misspelt must not
become a municipality that nobody can write to.
"""

from hub.api.dependencies import RequestContext
from hub.api.fields import Body, SomeLine
from hub.api.schemas.codes import Place
from hub.domain.course.events import Home
from hub.errors import Unreadable
from hub.vocabulary.information import Elsewhere


class ElsewhereBody(Body):
    """Where she lives outside the directory; `name` is the municipality, or the country where it is known."""

    where: Place
    name: SomeLine = ""


def home(context: RequestContext, municipality: str | None, elsewhere: ElsewhereBody | None) -> Home | None:
    """Her home as the domain knows it; None when none is stated, `Unreadable` for one the directory should name."""
    if elsewhere is not None:
        if municipality is not None:
            raise Unreadable("either municipality or elsewhere", field="elsewhere")
        return _elsewhere(context, elsewhere)
    if municipality is not None and municipality not in context.served.municipalities:
        rule = "the key of a municipality in the directory (GET /v1/units lists them); for any other place, elsewhere"
        raise Unreadable(rule, field="municipality")
    return municipality


def _elsewhere(context: RequestContext, body: ElsewhereBody) -> Elsewhere:
    name = " ".join(body.name.split())
    if (body.where is Place.MUNICIPALITY) != bool(name) and body.where is not Place.ABROAD:
        raise Unreadable("the name of the municipality, and none for an unknown address", field="elsewhere.name")
    if body.where is Place.MUNICIPALITY and name.casefold() in _entered(context):
        rule = "this municipality is in the directory: its key in municipality (GET /v1/units lists them)"
        raise Unreadable(rule, field="elsewhere.name")
    return Elsewhere(body.where.value, name)


def _entered(context: RequestContext) -> frozenset[str]:
    """The municipalities of the directory by every name that they may be called."""
    entries = [entry for entry in context.services.directory.all() if entry.unit.kind == "kommune"]
    names = {name.casefold() for entry in entries for name in (entry.unit.organisation, entry.organisation_name)}
    return frozenset(names | {name.removesuffix(" kommune") for name in names})
