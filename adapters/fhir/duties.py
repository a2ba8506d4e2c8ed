"""Duties that acts have left, as Tasks: who owes what to whom by when, and whether it was done.

Who may follow which duty says `Obligation.is_known_to`.
"""

from collections.abc import Iterator

from adapters.fhir import systems
from adapters.fhir.births import minute
from adapters.fhir.course import woman
from adapters.fhir.datatypes import Annotation, CodeableConcept, Coding, Period, Reference
from adapters.fhir.dossier import Dossier, Ledger, Seen
from adapters.fhir.keys import duty_key
from adapters.fhir.narrative import LANGUAGE, legal, narrative, said
from adapters.fhir.parties import organization
from adapters.fhir.resources import Task, TaskRestriction
from hub.domain.duty import DutyFulfilled, Obligation, Owed
from hub.law.explain import duty_in_words


def owed_now(ledger: Ledger, dossier: Dossier, seen: Seen, before: Owed, after: Owed, about: Reference | None) -> None:
    """What is owed after one more event: a duty that arose, was fulfilled or fell away is a new version of its Task.

    `about` is the resource of the act, if the event is one.
    """
    for obligation in _changed(before, after):
        if obligation.is_known_to(dossier.unit):
            ledger.put(seen, _task(ledger, dossier, seen, obligation, about))


def _changed(before: Owed, after: Owed) -> Iterator[Obligation]:
    return (obligation for key, obligation in after.items() if before.get(key) != obligation)


def _task(ledger: Ledger, dossier: Dossier, seen: Seen, obligation: Obligation, about: Reference | None) -> Task:
    key = duty_key(obligation.act, obligation.duty)
    known = ledger.get(f"Task/{key}")
    focus = known.focus if isinstance(known, Task) else about
    done, words = obligation.fulfilled_at, duty_in_words(obligation.duty).da
    owner, requester = (
        organization(dossier.address(obligation.owed_by)),
        organization(dossier.address(obligation.owed_to)),
    )
    remark = said(seen.event.words) if isinstance(seen.event, DutyFulfilled) else None
    lines = [("Pligt", words), ("Påhviler", owner.display or ""), ("Over for", requester.display or "")]
    lines += [("Senest", obligation.due.isoformat())] if obligation.due else []
    lines += [("Opfyldt", done.isoformat(sep=" ", timespec="minutes"))] if done else []
    lines += [("Bortfaldet, borgeren er død", minute(obligation.lapsed_at))] if obligation.lapsed_at else []
    lines += [("Bemærkning", remark)] if remark else []
    return Task(
        id=key,
        language=LANGUAGE,
        text=narrative("Pligt", lines),
        status="completed" if done else "cancelled" if obligation.lapsed_at else "requested",
        intent="order",
        code=CodeableConcept(coding=(Coding(system=systems.DUTY, code=obligation.duty.value),), text=legal(words)),
        focus=focus or Reference(reference=f"EpisodeOfCare/{dossier.case}"),
        for_=woman(dossier.case),
        execution_period=Period(end=done) if done else None,
        authored_on=obligation.since,
        requester=requester,
        owner=owner,
        note=(Annotation(time=done, text=remark),) if remark else (),
        restriction=TaskRestriction(period=Period(end=obligation.due)) if obligation.due else None,
    )
