"""By which id an act is known, whatever matter it belongs to."""

from uuid import UUID


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
