"""Ids of resources: stable, opaque, and made from the hub's own.

What a case is known by is named after the case (`Patient`, `EpisodeOfCare`, `CareTeam`), what an act brings forth after
the act: an id is unique within its type (FHIR R4 §2.20.1.1). Where that is not enough a suffix says which: the mark of
the event, or the duty. So every id begins with the UUID that the hub finds it by.
"""

import re
from uuid import UUID

from hub.domain.request.events import ClarificationAsked, ClarificationGiven
from hub.law.hjemmel import DutyCode
from hub.ports.letter import Letter

DOCUMENT = "document-"
_KEY = re.compile(r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(\.[a-z0-9-]{1,27})?")


def act_key(letter: Letter) -> str:
    """The id of everything an act brings forth. A clarification is known by what it clarifies, so it has a suffix."""
    return marked(letter.act, letter.mark) if clarifies(letter) else str(letter.act)


def clarifies(letter: Letter) -> bool:
    """Is this a question about a request for information, or the answer to one?"""
    return isinstance(letter.event, ClarificationAsked | ClarificationGiven)


def marked(key: UUID, mark: str) -> str:
    """The id of what one event brought forth: the same for every unit that may see it (hub.domain.identity)."""
    return f"{key}.{mark}"


def document_key(act: UUID, number: int) -> str:
    """The id of a document that an act brings along, counted from 1 in the order of its items."""
    return f"{act}.{DOCUMENT}{number}"


def document_number(key: str) -> int | None:
    """Which document an id means; None for what is no document's id."""
    _, _, suffix = key.partition(f".{DOCUMENT}")
    return int(suffix) if re.fullmatch(r"[1-9][0-9]{0,3}", suffix) else None


def duty_key(act: UUID, duty: DutyCode) -> str:
    """The id of a duty that an act left."""
    return f"{act}.{duty.value.lower().replace('_', '-')}"


def found_by(key: str) -> UUID | None:
    """The UUID of the case or act behind an id; None for what is no id of this hub."""
    written = _KEY.fullmatch(key)
    return UUID(written[1]) if written else None
