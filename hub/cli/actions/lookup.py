"""Names of the call that somebody must know: units, provisions, cases. One that nobody knows is answered with the
nearest that somebody does, never with an empty list.
"""

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

from hub.cli.actions.arguments import read
from hub.errors import NotFound, Unreadable
from hub.law import catalogue
from hub.ports.directory import Directory, entry_on
from hub.vocabulary.organisations import Unit

_MOST = 3
_ALIKE = 0.7  # of 1: one letter in a short id, one word in a unit


def unit(option: str, text: str, directory: Directory) -> Unit:
    """A unit that stands in the directory."""
    found = read(option, text, Unit.parse)
    if directory.find(found) is None:
        raise no_unit(option, found, directory)
    return found


def acting_unit(option: str, text: str, directory: Directory, on: date) -> Unit:
    """A unit that acts on this day: none that another stands for."""
    found = unit(option, text, directory)
    heir = entry_on(directory, found, on)
    if heir is not None and heir.unit != found:
        raise Unreadable(f"a unit that acts today: {heir.unit} stands for this one", field=option)
    return found


def no_unit(option: str, asked: Unit, directory: Directory) -> NotFound:
    """What to say of a unit that stands nowhere."""
    nearest = _nearest(str(asked), (str(address.unit) for address in directory.all()))
    return NotFound(f"{option}: no such unit in the directory{nearest}; `tvaerspor units` lists them")


def basis(option: str, text: str) -> str:
    """The id of a provision of the law catalogue."""
    if catalogue.find(text) is None:
        nearest = _nearest(text.upper(), (entry.id for entry in catalogue.bases()))
        raise NotFound(f"{option}: no provision by that id{nearest}; `tvaerspor law list` shows them all")
    return text


def no_case(option: str) -> NotFound:
    """What to say of a case that the record does not hold."""
    return NotFound(f"{option}: no case by that id; `tvaerspor replay --citizen-file` finds a case by CPR number")


def _nearest(asked: str, known: Iterable[str]) -> str:
    """The known names that look most like it; what was asked is not repeated, for it may be anything."""
    likeness = sorted((-SequenceMatcher(None, name, asked).ratio(), name) for name in known)
    near = [name for like, name in likeness[:_MOST] if -like >= _ALIKE]
    return f" (did you mean {' or '.join(near)}?)" if near else ""
