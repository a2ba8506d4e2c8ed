"""Where the woman lived when an act was recorded: a letter to the municipality she has left since does not go there.

The recipient is the municipality decided when the act was recorded; it is checked again before anything leaves
(secure-mail guide §12, "wrong recipient"), whether or not the directory holds the place that she has moved to.
"""

from collections.abc import Iterable

from hub.domain.course.events import Home, MovedElsewhere, MunicipalityChanged
from hub.vocabulary.organisations import Unit

MUNICIPALITY = "kommune"


def moved_away(recipient: Unit, before: Iterable[object]) -> bool:
    """Was the recipient's municipality hers by these events of her case, so that one that is not hers now was left?"""
    home: Home | None = None
    for event in before:
        if isinstance(event, MunicipalityChanged | MovedElsewhere):
            home = event.to
    return recipient.kind == MUNICIPALITY and home == recipient.organisation
