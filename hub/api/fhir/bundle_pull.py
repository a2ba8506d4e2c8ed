"""The pull of message bundles for the calling unit.

A unit pulls what was lawfully sent to it and nothing else; a consent that was withdrawn meanwhile stops a letter here
as it does at the carrier. The page a client has come back for is proof that it got the page before: only then is a
letter that stood on it counted as received.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import TypeAdapter, ValidationError

from adapters.fhir.outcome import INCOMPLETE
from hub.api.fhir.route import MEDIA, Fhir, FhirContext, FhirRoute
from hub.api.fhir.splice import spliced
from hub.api.fields import Moment
from hub.errors import EvidenceBroken, Unreadable
from projections import outbox
from projections.fhir_inbox import page as inbox
from projections.fhir_inbox.page import Cursor, InboxMessage, InboxPage
from projections.outbox import OutboxEntry

router = APIRouter(prefix="/fhir", route_class=FhirRoute, tags=["fhir"])
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_SOURCE = "FHIR R4 §3.1.1.4.7"
Since = Annotated[str | None, Query(alias="_lastUpdated", pattern="^g[et]", examples=["ge2025-03-10T10:00:00Z"])]
Count = Annotated[int, Query(alias="_count", ge=1, le=100)]
Onward = Annotated[str | None, Query(max_length=8_000, description="from the `next` link of the page before")]
Sort = Annotated[str | None, Query(alias="_sort", pattern="^_lastUpdated$")]
Format = Annotated[str | None, Query(alias="_format", description="json", examples=["json"])]
PARAMETERS = (
    ("_lastUpdated", "date", "ge or gt and a moment with zone; answers ascend"),
    ("_count", "number", "1 to 100"),
)
_KNOWN = frozenset({"_lastUpdated", "_count", "cursor", "_sort"})
DOOR = "GET /fhir/Bundle"
LOOKED_AT = 100  # letters at a time, to see whether one of them may leave


@router.get("/Bundle", summary="Message bundles sent to the calling unit, oldest first")
def pull_bundles(
    context: Fhir,
    last_updated: Since = None,
    count: Count = 30,
    cursor: Onward = None,
    sort: Sort = None,
    format_: Format = None,
) -> Response:
    """Ascending `_lastUpdated`. Keep the last link: it leads on when there is more, now or later.

    A unit that takes over from another begins anew, for that one's letters are its own from that day on.
    """
    _ = sort, format_
    asked = context.known(_KNOWN)
    for name in _KNOWN:
        asked.one(name)
    services, unit = context.services, context.unit
    context.up_to_date()
    seal = context.inbox_cursors
    formerly = context.actor.formerly
    after = None if cursor is None else seal.open(unit, cursor, formerly)
    with context.record.engine.connect() as connection:
        passed = [] if after is None else outbox.passed(connection, unit, after.passed, formerly)
    _received(context, passed)
    page, is_whole = _given(context, *_leaving(context, _since(last_updated), after, count))
    base = f"{services.settings.server.public_url}/fhir"
    self_url = f"{base}/Bundle?{context.query}".rstrip("?")
    onward = f"{base}/Bundle?_count={count}&cursor={seal.close(unit, page.cursor, formerly)}"
    outcome = None if is_whole else INCOMPLETE
    body = spliced(page, base=base, self_url=self_url, onward_url=onward, outcome=outcome)
    return Response(body, media_type=MEDIA, headers={"Cache-Control": "no-store"})


def _leaving(
    context: FhirContext, since: datetime | None, after: Cursor | None, count: int
) -> tuple[InboxPage, list[InboxMessage]]:
    """The next letters that may leave, which leave with this; one that may not has no room on the page.

    And those of a case that the record no longer proves: they are set aside, and the cursor comes back for them.
    """
    leaving, damaged = list[InboxMessage](), list[InboxMessage]()
    while True:
        with context.record.engine.connect() as connection:
            left, formerly = count - len(leaving), context.actor.formerly
            page = inbox.pull(connection, context.unit, since=since, after=after, count=left, formerly=formerly)
        for message in page.messages:
            try:
                if context.services.dispatcher.hand_over(message.delivery):
                    leaving.append(message)
            except EvidenceBroken:
                damaged.append(message)
        if len(leaving) == count or not page.more:
            cursor = page.cursor.passing_by(message.place for message in damaged)
            more = page.more and _more_leave(context, page.cursor)
            return replace(page, messages=tuple(leaving), cursor=cursor, more=more), damaged
        after = page.cursor


def _more_leave(context: FhirContext, after: Cursor) -> bool:
    """Does a letter follow that may leave? One that may not is not to be seen, not even by there being another page."""
    dispatcher = context.services.dispatcher
    while True:
        with context.record.engine.connect() as connection:
            page = inbox.pull(connection, context.unit, after=after, count=LOOKED_AT)
        if any(dispatcher.may_be_given(message.delivery) for message in page.messages):
            return True
        if not page.more:
            return False
        after = page.cursor


def _given(context: FhirContext, page: InboxPage, damaged: list[InboxMessage]) -> tuple[InboxPage, bool]:
    """The page, opened, and whether it is whole; a look-up on each case says which letters were given."""
    page = inbox.opened(page, context.record.case_seal().open)
    given = page.messages
    cases = dict.fromkeys(row.case for row in given)
    shown = {case: _named(row for row in given if row.case == case) for case in cases}
    context.reads.record_all(context.actor, DOOR, context.purpose or "pull", shown)
    return page, not damaged and not page.cursor.gaps


def _named(messages: Iterable[InboxMessage]) -> list[str]:
    """Act and delivery of each letter: one act may be spoken of in several letters."""
    return [name for message in messages for name in (str(message.act), str(message.delivery))]


def _received(context: FhirContext, passed: Iterable[OutboxEntry]) -> None:
    """Of the letters behind the cursor, those that were given to this unit have arrived."""
    units = context.actor.units
    for entry in passed:
        looks = (look for look in context.reads.look_ups(entry.case) if look.by in units and look.door == DOOR)
        with suppress(EvidenceBroken):  # its case is damaged: the proof is taken when it is whole again
            if any(str(entry.delivery) in look.what for look in looks):
                context.services.dispatcher.received(entry, "pulled")


def _since(text: str | None) -> datetime | None:
    """`gt` gives what came later, `ge` what came then or later."""
    if text is None:
        return None
    try:
        moment = _MOMENT.validate_python(text[2:].replace(" ", "+"))  # a `+` that was not escaped
    except ValidationError:
        raise Unreadable("ge or gt and a moment with zone", field="_lastUpdated", source=_SOURCE) from None
    return moment - timedelta(microseconds=1) if text.startswith("ge") else moment
