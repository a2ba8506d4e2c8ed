"""What ends the demo: the hub answered something else than the story says it must."""

from hub.errors import HubError

PATIENCE = 300.0  # seconds until what the story waits for counts as what never comes; a busy machine may take minutes


class StoryDiffers(HubError):
    """Names the step, what was expected and what came. The persons of the story are invented."""


def must(holds: bool, what: str) -> None:
    """Go on only if this holds."""
    if not holds:
        raise StoryDiffers(what)
