"""By which id an act is known, whatever matter it belongs to."""

from uuid import UUID, uuid5


def act_id(command: UUID, case: UUID) -> UUID:
    """The id of what a command makes on a case: the same every time it comes, and never that of another case's."""
    return uuid5(command, str(case))


def mark_of(command: UUID, case: UUID) -> str:
    """Tells two acts apart that are known by one id: the same for everybody, and nothing can be read from it."""
    return act_id(command, case).hex[:12]


def act_of(event: object) -> UUID | None:
    """The id by which an act is known: the disclosure, referral, concern, request, answer, receipt or plan it is."""
    for name in (
        "correction",
        "answer",
        "receipt",
        "feedback",
        "disclosure",
        "concern",
        "referral",
        "request",
        "plan",
        "about",
    ):
        key = getattr(event, name, None)
        if isinstance(key, UUID):
            return key
    return None


def thread_of(event: object) -> UUID | None:
    """The request or concern that an act belongs to, which it opens or answers; None for an act that stands alone."""
    keys = (getattr(event, name, None) for name in ("request", "concern"))
    return next((key for key in keys if isinstance(key, UUID)), None)
