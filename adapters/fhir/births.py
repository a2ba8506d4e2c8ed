"""The children and the pregnancy's end on the EpisodeOfCare, as one unit has stated them.

Every live birth stands as the extension born-at, every stillbirth as stillborn-at. A child is no resource and its
CPR number stands nowhere here: it is a subject of its own, and its journal is not this case.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from adapters.fhir import systems
from adapters.fhir.datatypes import Extension
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.narrative import added
from adapters.fhir.resources import EpisodeOfCare
from hub.domain.course.amendments import BirthCorrected, BirthTakenBack, ChildIdentified, PregnancyEndTakenBack
from hub.domain.course.births import BirthEvent, Births
from hub.domain.course.events import BirthRegistered, PregnancyEnded

STATED = frozenset({systems.BORN_AT, systems.STILLBORN_AT, systems.ENDED_AT})


def born(ledger: Ledger, dossier: Dossier, seen: Seen, stated: Births, event: BirthEvent) -> None:
    """What the unit has stated, after this event, is put on the case."""
    episode = ledger.get(f"EpisodeOfCare/{dossier.case}")
    if isinstance(episode, EpisodeOfCare) and episode.text is not None:
        others = (extension for extension in episode.extension if extension.url not in STATED)
        text = episode.text
        for label, words in _lines(event):
            text = added(text, label, words)
        ledger.put(seen, replace(episode, extension=(*others, *_marks(stated)), text=text))


def _marks(stated: Births) -> Iterator[Extension]:
    for child in stated.children.values():
        url = systems.STILLBORN_AT if child.stillborn else systems.BORN_AT
        yield Extension(url=url, value_date_time=child.born_at)
    if stated.ended_at is not None:
        yield Extension(url=systems.ENDED_AT, value_date_time=stated.ended_at)


def _lines(event: BirthEvent) -> Iterator[tuple[str, str]]:
    """The narrative is a chronicle: what was said before stays in it."""
    match event:
        case BirthRegistered(children=children):
            for label, stillborn in (("Født", False), ("Dødfødt", True)):
                moments = [minute(child.born_at) for child in children if child.stillborn is stillborn]
                if moments:
                    yield label, ", ".join(moments)
        case PregnancyEnded(at=at):
            yield "Graviditeten endte", minute(at)
        case ChildIdentified(child=number, at=at):
            yield f"Barn {number} har fået CPR-nummer", minute(at)
        case BirthCorrected(child=number, born_at=born_at, stillborn=stillborn):
            yield f"Rettet, barn {number}", f"{'dødfødt' if stillborn else 'født'} {minute(born_at)}"
        case BirthTakenBack(child=number, at=at):
            yield f"Taget tilbage, barn {number}", minute(at)
        case PregnancyEndTakenBack(at=at):
            yield "Taget tilbage, at graviditeten endte", minute(at)


def minute(moment: datetime) -> str:
    """A moment as people read it."""
    return moment.isoformat(sep=" ", timespec="minutes")
