"""What holds for a case whatever is asked of it, by whomever, dated whenever."""

from collections.abc import Iterable
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.case import Case, CaseCommand, CaseEvent, decide, evolve, fold
from hub.domain.consent import ConsentConfirmed, ConsentDeclined, ConsentGiven, ConsentWithdrawn
from hub.domain.disclosure import DisclosureRefused
from hub.domain.duty import obligations
from hub.domain.ruling import Ruling, ruling_of
from hub.errors import Contradiction, NotFound, NotPermitted, Unreadable
from hub.law.hjemmel import Reason
from hub.store.serialisation.codec import EnvelopeJson, EventAndMeta
from hub.store.serialisation.events import NAMES
from hub.vocabulary.organisations import Unit
from tests.domain.acts import (
    CONSENT,
    PURPOSE,
    a_case,
    consent_given,
    consent_withdrawn,
    give_consent,
    known_as,
    open_case,
    terms,
)
from tests.domain.anything import commands, consenting, plain, relying
from tests.people import CLINIC, FAMILIES, MONDAY, WEDNESDAY
from tests.recorded import META

EXAMPLES = settings(max_examples=150)
JSON = EnvelopeJson(NAMES)
BEGINNING: tuple[CaseEvent, ...] = (a_case(), consent_given(MONDAY))
STORIES = st.lists(st.one_of(plain, commands, consenting, plain), min_size=6, max_size=20)


def played(story: Iterable[CaseCommand], beginning: tuple[CaseEvent, ...] = BEGINNING) -> list[CaseEvent]:
    """The events that these commands leave; what a command cannot add is an error of the hub's own."""
    events = list(beginning)
    for command in story:
        try:
            events += decide(fold(events), command)
        except (Contradiction, NotFound, NotPermitted, Unreadable):
            continue
    return events


def relied_on(event: CaseEvent) -> tuple[str, ...]:
    """The consents that an act was carried by."""
    ruling = getattr(event, "ruling", None)
    return ruling.decision.consents if isinstance(ruling, Ruling) and ruling.permits else ()


@EXAMPLES
@given(STORIES)
def test_nothing_that_relies_on_a_consent_is_stored_after_its_withdrawal(story: list[CaseCommand]) -> None:
    withdrawn: set[str] = set()
    for event in played(story):
        assert withdrawn.isdisjoint(relied_on(event))
        if isinstance(event, ConsentWithdrawn):
            withdrawn.add(str(event.consent))


@EXAMPLES
@given(STORIES)
def test_nothing_relies_on_a_consent_that_only_others_vouch_for(story: list[CaseCommand]) -> None:
    """C24: a consent carries a discloser that registered it or has confirmed it, and nobody else."""
    vouched: dict[str, set[Unit]] = {}
    for event in played(story, (a_case(), consent_given(MONDAY, by=FAMILIES))):
        if isinstance(event, ConsentGiven | ConsentConfirmed):
            vouched.setdefault(str(event.consent), set()).add(event.by)
        ruling = ruling_of(event)
        if ruling is not None:
            by = getattr(event, "by", None)
            assert all(by in vouched[consent] for consent in relied_on(event))


@EXAMPLES
@given(st.lists(relying, min_size=1, max_size=8))
def test_after_a_withdrawal_no_moment_brings_the_consent_back(story: list[CaseCommand]) -> None:
    """Nothing else was consented to, so whatever rests on consent is refused, whichever moment it claims."""
    events = played(story, (*BEGINNING, consent_withdrawn(WEDNESDAY)))[3:]
    assert [event for event in events if relied_on(event)] == []
    no_longer = [event for event in events if isinstance(event, DisclosureRefused) and asks_what_she_allowed(event)]
    assert {event.ruling.decision.reason for event in no_longer} <= {
        Reason.CONSENT_WITHDRAWN,
        Reason.CONSENT_NOT_YET_GIVEN,
    }


@EXAMPLES
@given(st.lists(relying, min_size=1, max_size=8))
def test_after_a_no_to_the_same_no_moment_brings_the_consent_back(story: list[CaseCommand]) -> None:
    """Asked again on Wednesday for what she had consented to, she said no."""
    said_no = ConsentDeclined(known_as("asked again"), WEDNESDAY, CLINIC, terms())
    assert [event for event in played(story, (*BEGINNING, said_no)) if relied_on(event)] == []


def asks_what_she_allowed(event: DisclosureRefused) -> bool:
    """Within the terms of her consent, but for the withdrawal and the year."""
    facts = event.ruling.facts
    return (
        facts.basis_invoked == "SUL-43-1"
        and facts.act == "videregivelse"
        and (facts.discloser, facts.recipient, facts.purpose) == (CLINIC, FAMILIES, PURPOSE)
        and facts.subject.role == "gravid"
        and any(consent.id == str(CONSENT) for consent in facts.consents)
        and not {"rusmiddel", "fremmoede"}.isdisjoint(facts.categories)
    )


@EXAMPLES
@given(STORIES)
def test_replaying_a_stream_gives_the_same_case(story: list[CaseCommand]) -> None:
    """The state that commands were judged on, kept in memory, and the one read back from stored bytes."""
    case: Case | None = None
    stored: list[tuple[str, bytes]] = []
    for command in (open_case(), give_consent(MONDAY), *story):
        try:
            events = decide(case, command)
        except (Contradiction, NotFound, NotPermitted, Unreadable):
            continue
        for event in events:
            case = evolve(case, event)
            stored.append((NAMES.of(type(event)).newest, JSON.encode(EventAndMeta(META, event))))
    read_back = [cast(CaseEvent, JSON.open(name, body).event) for name, body in stored]
    assert case is not None
    assert fold(read_back) == case
    assert obligations(read_back) == tuple(case.owed.values())


@EXAMPLES
@given(STORIES)
def test_deciding_the_same_twice_gives_the_same(story: list[CaseCommand]) -> None:
    assert played(story) == played(story)


@EXAMPLES
@given(STORIES)
def test_what_the_law_refused_or_withheld_is_never_in_the_words(story: list[CaseCommand]) -> None:
    for event in played(story):
        ruling = getattr(event, "ruling", None)
        if isinstance(ruling, Ruling):
            passes = {item.category for item in getattr(event, "items", ()) if not isinstance(item, str)}
            assert passes <= set(ruling.decision.passes)
            assert ruling.permits or not passes
