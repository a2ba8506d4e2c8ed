"""`tvaerspor letter …`: paper for people, printed to a file that nobody else may read."""

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from hub.bootstrap.services import Services
from hub.cli.actions import lookup
from hub.cli.actions.arguments import read
from hub.documents import papers
from hub.documents.account import access_report
from hub.domain.case import Case
from hub.errors import Contradiction, NotFound, Unreadable
from hub.store import Recorded
from hub.vocabulary.period import local_day

ACT = "the id of an act of this case"
DAY = "a day, such as 2025-04-07"
UNTOLD = (
    "The record does not say that she has been told of {count} of the acts in this account. See databeskyttelsesloven "
    "§ 22 before you hand it over: what she is not told yet may have to wait."
)


def consent_form(
    services: Services,
    number: str,
    unit: str,
    others: Sequence[str],
    case: str | None,
    categories: Sequence[str],
    purpose: str | None,
    meeting: str | None,
) -> bytes:
    """Form 4.0, 4.1 or 4.2; with a case, her name as the unit stated it, else room to write it."""
    owner = lookup.unit("--unit", unit, services.directory)
    form = papers.consent_form(
        number,
        owner,
        [lookup.unit("--to", other, services.directory) for other in others],
        services.directory,
        local_day(services.clock()),
        citizen=None if case is None else _living(_case(services, case)[1]).course.citizen_by(owner),
        categories=tuple(categories) or papers.CATEGORIES,
        purpose=purpose,
        meeting_on=None if meeting is None else read("--meeting", meeting, date.fromisoformat, DAY),
    )
    return services.printer.consent_form(form)


def account(services: Services, case: str, say: Callable[[str], None]) -> bytes:
    """What was shared about her, for herself; says when she may not have been told of all of it yet."""
    events, standing = _case(services, case)
    told = access_report(events, _living(standing), services.directory, local_day(services.clock()))
    if told.untold:
        say(UNTOLD.format(count=told.untold))
    return services.printer.account(told.account)


def reminder(services: Services, case: str, act: str) -> bytes:
    """That something is missing after an act of this case."""
    events, standing = _case(services, case)
    return services.printer.reminder(
        papers.reminder(events, standing, read("--act", act, UUID, ACT), services.directory, services.clock())
    )


def write(out: Path, pdf: bytes) -> None:
    """A new file with mode 0600; one that is there is left alone, since it may be another woman's."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Unreadable("a file that is not there yet", field="--out") from None
    except OSError:
        raise Unreadable("a file that can be written", field="--out") from None
    with os.fdopen(handle, "wb") as file:
        file.write(pdf)


def _living(case: Case) -> Case:
    """Paper that is hers to sign or to read is not made out to a woman who has died (case C14)."""
    if case.course.deaths:
        raise Contradiction("she has died: nothing is addressed to her", code="citizen-died", field="--case")
    return case


def _case(services: Services, text: str) -> tuple[tuple[Recorded, ...], Case]:
    case = read("--case", text, UUID)
    try:
        cases = services.command_handler.cases
        return cases.history(case), cases.load(case)[1]
    except NotFound:
        raise lookup.no_case("--case") from None
