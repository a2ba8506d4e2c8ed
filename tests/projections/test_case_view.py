"""The case as one unit knows it: every event it may be shown, and no word it neither said nor was told."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.application.visibility import shown
from hub.domain.addressed import Addressed
from hub.domain.audience import audience, is_author
from hub.domain.case import CaseCommand, CaseEvent, evolve
from hub.domain.consent import ConsentConfirmed, ConsentDeclined
from hub.domain.course.amendments import BirthCorrected, BirthTakenBack, ChildIdentified, PregnancyEndTakenBack
from hub.domain.course.death import CitizenDied, DeathTakenBack
from hub.domain.course.events import (
    BirthRegistered,
    CareLevelAssigned,
    CaseKeyDestroyed,
    CaseReopened,
    Child,
    ContactPersonAssigned,
    CoordinatorAppointed,
    DueDateSet,
    MovedElsewhere,
    MunicipalityChanged,
    PartyLeft,
    PregnancyEnded,
)
from hub.domain.delivery import DeliveryCompleted, DeliveryFailed
from hub.domain.disclosure import CitizenInformed
from hub.domain.referral import (
    FirstContactMade,
    NoShowReported,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclined,
)
from hub.domain.request.events import ClarificationAsked, ClarificationGiven, RequestItemDeclined
from hub.domain.ruling import Ruling
from hub.domain.succession import UnitSucceeded
from hub.store import Shredded
from hub.vocabulary.information import Attachment, Elsewhere, Item
from hub.vocabulary.organisations import Unit
from projections.case_view.view import View, view
from tests.domain.acts import (
    ANSWER,
    CLEAN,
    CONCERN,
    CONSENT,
    DISCLOSURE,
    REFERRAL,
    REQUEST,
    a_case,
    closed,
    concern_assessed,
    concern_reported,
    consent_fact,
    consent_given,
    consent_withdrawn,
    facts,
    feedback_given,
    information_requested,
    joined,
    known_as,
    made,
    opened,
    receipt_given,
    referral_sent,
    refused,
    request_answered,
    terms,
)
from tests.domain.anything import commands, consenting, plain
from tests.domain.test_disclosure import CORRECTED
from tests.domain.test_properties import played
from tests.people import (
    BRITA,
    CLINIC,
    DAUGHTER_CPR,
    DAY,
    DOCTOR,
    FAMILIES,
    FRIDAY,
    KIRSTEN,
    MONDAY,
    NURSES,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
)
from tests.recorded import as_recorded, delivered

BY: dict[str, Any] = {"at": TUESDAY, "by": CLINIC}
TOLD = made(facts(TUESDAY, consent_fact(MONDAY)))
HER = {
    "cpr": KIRSTEN.cpr.digits,
    "replacement_number": None,
    "foreign_number": None,
    "birth_date": None,
    "name": KIRSTEN.name,
    "address": KIRSTEN.address,
    "protected": False,
}
LETTER: dict[str, Any] = {
    "delivery": known_as("letter"),
    "act": DISCLOSURE,
    "sender": CLINIC,
    "recipient": FAMILIES,
    "at": WEDNESDAY,
}


def seen_by(unit: Unit, *events: object, on: Any = FRIDAY, letters_leave: bool = True) -> View:
    """What this unit knows after these events, when each letter leaves at once, or none does."""
    return view(shown(as_recorded(delivered(events) if letters_leave else events), unit).events, unit, on)


def rows(matter: str, unit: Unit, *events: object, on: Any = FRIDAY) -> list[dict[str, Any]]:
    """The rows of one matter."""
    return list(seen_by(unit, *events, on=on).rows.get(matter, {}).values())


class TestFrame:
    """What the unit itself stated of the woman and the course."""

    def test_the_opening_unit_sees_what_it_stated(self) -> None:
        seen = seen_by(CLINIC, *opened(municipality="aabenraa"))
        assert seen.frame == {"status": "open", "citizen": HER, "municipality": "aabenraa"}
        assert seen.parties == {str(CLINIC): {"unit": str(CLINIC), "joined_at": MONDAY}}

    @pytest.mark.parametrize(
        ("event", "field", "value"),
        [
            (CareLevelAssigned(level=3, **BY), "care_level", 3),
            (DueDateSet(due_date=date(2024, 6, 20), **BY), "due_date", date(2024, 6, 20)),
            (CoordinatorAppointed(person="Test", **BY), "coordinator", "Test"),
            (ContactPersonAssigned(person="Test", **BY), "contact_person", "Test"),
            (MunicipalityChanged(to="odense", **BY), "municipality", "odense"),
            (PregnancyEnded(**BY), "pregnancy_ended_at", TUESDAY),
            (closed(), "status", "closed"),
            (
                BirthRegistered(children=(Child(TUESDAY, DAUGHTER_CPR), Child(TUESDAY)), **BY),
                "children",
                [
                    {"child": 1, "born_at": TUESDAY, "cpr": DAUGHTER_CPR.digits, "stillborn": False},
                    {"child": 2, "born_at": TUESDAY, "cpr": None, "stillborn": False},
                ],
            ),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_each_statement_is_its_units_own(self, event: CaseEvent, field: str, value: object) -> None:
        assert seen_by(CLINIC, a_case(), event).frame[field] == value
        assert field not in seen_by(NURSES, a_case(), joined(NURSES), event).frame

    def test_a_successor_has_its_own_word_first_and_its_predecessors_else(self) -> None:
        theirs: dict[str, Any] = {"at": TUESDAY, "by": NURSES}
        history = (
            *opened(by=NURSES, municipality="aabenraa"),
            joined(CLINIC, citizen=BRITA),
            MunicipalityChanged(to="odense", **BY),
            BirthRegistered(children=(Child(MONDAY),), **BY),
            BirthRegistered(children=(Child(TUESDAY),), **theirs),
            CareLevelAssigned(level=2, **theirs),
            closed(by=NURSES),
        )
        event = UnitSucceeded(
            unit=NURSES, successor=CLINIC, since=WEDNESDAY.date(), carried=(2, 3, 7, 8, 9), at=WEDNESDAY
        )
        frame = seen_by(CLINIC, *history, event).frame
        assert (frame["municipality"], frame["care_level"], frame["status"]) == ("odense", 2, "open")
        assert frame["citizen"]["name"] == BRITA.name
        assert [(row["child"], row["born_at"]) for row in frame["children"]] == [(1, MONDAY), (2, TUESDAY)]
        assert seen_by(CLINIC, *history, closed(), event).frame["status"] == "closed"

    def test_that_she_has_died_is_each_units_own_to_know(self) -> None:
        died, back = CitizenDied(died_on=TUESDAY.date(), **BY), DeathTakenBack(reason="", **BY)
        assert seen_by(CLINIC, *opened(), died).frame["died_on"] == TUESDAY.date()
        assert seen_by(CLINIC, *opened(), died, back).frame["died_on"] is None
        assert "died_on" not in seen_by(NURSES, *opened(), joined(NURSES), died).frame

    def test_where_she_lives_is_what_was_said_last(self) -> None:
        gone = MovedElsewhere(to=Elsewhere("abroad", "Sverige"), left="aabenraa", **BY)
        history = (*opened(municipality="aabenraa"), gone)
        frame = seen_by(CLINIC, *history).frame
        assert (frame["municipality"], frame["elsewhere"]) == (None, {"where": "abroad", "name": "Sverige"})
        back = seen_by(CLINIC, *history, MunicipalityChanged(to="aabenraa", **BY)).frame
        assert back["municipality"] == "aabenraa"
        assert "elsewhere" not in back
        assert "elsewhere" not in seen_by(NURSES, *history, joined(NURSES)).frame

    def test_children_add_up_and_are_put_right_each_by_its_number(self) -> None:
        first, second = (BirthRegistered(children=(child,), **BY) for child in (Child(TUESDAY), Child(MONDAY)))
        more = (
            ChildIdentified(child=1, cpr=DAUGHTER_CPR, **BY),
            BirthTakenBack(child=2, reason="", **BY),
            BirthRegistered(children=(Child(TUESDAY, stillborn=True),), **BY),
            BirthCorrected(child=1, born_at=MONDAY, cpr=DAUGHTER_CPR, stillborn=False, reason="", **BY),
            PregnancyEnded(**BY),
            PregnancyEndTakenBack(reason="", **BY),
        )
        frame = seen_by(CLINIC, *opened(), first, second, *more).frame
        assert frame["children"] == [
            {"child": 1, "born_at": MONDAY, "cpr": DAUGHTER_CPR.digits, "stillborn": False},
            {"child": 3, "born_at": TUESDAY, "cpr": None, "stillborn": True},
        ]
        assert frame["pregnancy_ended_at"] is None
        assert "children" not in seen_by(NURSES, *opened(), joined(NURSES), first, second, *more).frame

    def test_a_case_is_reopened(self) -> None:
        assert seen_by(CLINIC, a_case(), closed(), CaseReopened(reason="", **BY)).frame["status"] == "open"

    def test_a_unit_that_joined_sees_what_it_stated_itself(self) -> None:
        seen = seen_by(NURSES, a_case(), joined(NURSES, citizen=BRITA))
        assert seen.frame == {
            "status": "open",
            "citizen": HER | {"cpr": BRITA.cpr.digits, "name": BRITA.name, "address": BRITA.address},
        }
        assert list(seen.parties) == [str(NURSES)]

    def test_whom_a_unit_named_it_sees_until_it_says_otherwise(self) -> None:
        named = (*opened(), joined(NURSES, by=CLINIC))
        assert list(seen_by(CLINIC, *named).parties) == [str(CLINIC), str(NURSES)]
        left = PartyLeft(unit=NURSES, **BY)
        assert list(seen_by(CLINIC, *named, left).parties) == [str(CLINIC)]
        assert seen_by(NURSES, *named) == View()

    def test_a_unit_that_was_told_knows_whom_the_letter_named_and_not_where_she_lives(self) -> None:
        seen = seen_by(FAMILIES, a_case(), consent_given(MONDAY), TOLD)
        assert seen.frame == {"citizen": HER | {"address": None}}

    def test_it_knows_her_by_the_senders_words(self) -> None:
        other = referral_sent(TUESDAY, by=DOCTOR, recipient=NURSES)
        seen = seen_by(NURSES, a_case(), joined(DOCTOR, citizen=BRITA), other)
        assert seen.frame["citizen"]["name"] == BRITA.name

    def test_an_erased_case_is_nobodys(self) -> None:
        erased = (Shredded("case-opened.v1"), CaseKeyDestroyed(at=TUESDAY, reason=""))
        assert seen_by(CLINIC, *erased) == View()


class TestConsents:
    """Shown to whoever registered it and whoever may rely on it."""

    def test_one_that_stands(self) -> None:
        (row,) = rows("consents", CLINIC, a_case(), consent_given(MONDAY))
        assert row == {
            "given_at": MONDAY,
            "status": "in-force",
            "lapses_on": date(2025, 3, 4),
            "registered_by": str(CLINIC),
            "received_by": str(CLINIC),
            "confirmed_at": None,
            "form": "written",
            "given_by": "gravid",
            "direction": "videregive",
            "disclosers": [str(CLINIC)],
            "recipients": [str(FAMILIES)],
            "categories": ["rusmiddel", "fremmoede"],
            "purposes": ["stoette_i_graviditeten"],
            "subjects": ["gravid"],
            "excludes": [],
            "journalised": True,
            "withdrawn_at": None,
        }

    def test_one_that_has_lapsed(self) -> None:
        history = (a_case(), consent_given(MONDAY))
        for days, status in ((364, "in-force"), (365, "lapsed")):
            assert rows("consents", CLINIC, *history, on=MONDAY + DAY * days)[0]["status"] == status

    def test_one_that_was_withdrawn(self) -> None:
        history = (a_case(), joined(NURSES), consent_given(MONDAY, by=NURSES), consent_withdrawn(TUESDAY))
        for unit in (CLINIC, NURSES):
            (row,) = rows("consents", unit, *history)
            assert (row["status"], row["withdrawn_at"]) == ("withdrawn", TUESDAY)
            assert (row["registered_by"], row["withdrawn_by"]) == (str(NURSES), str(CLINIC))

    def test_one_that_another_unit_registered_until_it_is_confirmed(self) -> None:
        """C24: who registered it stands there, and that it carries this unit only from its own word on."""
        history = (a_case(), joined(NURSES), consent_given(MONDAY, by=NURSES))
        (row,) = rows("consents", CLINIC, *history)
        assert (row["status"], row["registered_by"], row["confirmed_at"]) == ("unconfirmed", str(NURSES), None)
        confirmed = ConsentConfirmed(CONSENT, TUESDAY, CLINIC)
        (row,) = rows("consents", CLINIC, *history, confirmed)
        assert (row["status"], row["confirmed_at"]) == ("in-force", TUESDAY)
        (theirs,) = rows("consents", NURSES, *history, confirmed)
        assert (theirs["status"], theirs["confirmed_at"]) == ("in-force", None)
        (lapsed,) = rows("consents", CLINIC, *history, confirmed, on=MONDAY + DAY * 365)
        assert lapsed["status"] == "lapsed"

    def test_a_no(self) -> None:
        (row,) = rows("consents", CLINIC, a_case(), ConsentDeclined(CONSENT, MONDAY, CLINIC, terms()))
        assert (row["status"], row["declined_at"]) == ("declined", MONDAY)
        assert row["registered_by"] == str(CLINIC)

    def test_whom_it_allows_to_be_told_is_not_shown_it(self) -> None:
        assert rows("consents", FAMILIES, a_case(), joined(FAMILIES), consent_given(MONDAY)) == []


class TestPassedOn:
    """Sender and receiver see the same words."""

    def test_a_disclosure(self) -> None:
        history = (a_case(), consent_given(MONDAY), TOLD)
        decision = TOLD.ruling.decision
        expected = {
            "at": TUESDAY,
            "from": str(CLINIC),
            "to": str(FAMILIES),
            "basis": "SUL-43-1",
            "citation": decision.citation,
            "items": [{"category": "rusmiddel", "text": CLEAN.text, "attachment": None}],
            "already_made": False,
        }
        assert rows("disclosures", CLINIC, *history) == [expected]
        assert rows("disclosures", FAMILIES, *history) == [expected]
        assert rows("disclosures", NURSES, *history, joined(NURSES)) == []

    def test_an_attachment_is_named(self) -> None:
        plan = Item("fremmoede", attachment=Attachment("plan.pdf", "application/pdf", b"%PDF"))
        (row,) = rows("disclosures", FAMILIES, a_case(), replace(TOLD, items=(plan,)))
        assert row["items"][0]["attachment"] == "plan.pdf"

    def test_it_was_corrected_and_she_was_told(self) -> None:
        told_her = CitizenInformed(about=DISCLOSURE, at=THURSDAY, by=CLINIC, how="telefon")
        history = (a_case(), consent_given(MONDAY), TOLD, CORRECTED, told_her)
        (mine,), (theirs,) = (rows("disclosures", unit, *history) for unit in (CLINIC, FAMILIES))
        assert (mine["corrected_at"], mine["citizen_informed_at"]) == (WEDNESDAY, THURSDAY)
        assert theirs["corrected_at"] == WEDNESDAY
        assert "citizen_informed_at" not in theirs

    def test_a_letter_is_its_receivers_only_once_it_left(self) -> None:
        history = (a_case(), consent_given(MONDAY), TOLD, consent_withdrawn(WEDNESDAY))
        assert len(rows("disclosures", CLINIC, *history)) == 1
        assert len(rows("disclosures", FAMILIES, *history)) == 1, "it left before she took the consent back"
        assert seen_by(FAMILIES, *history, letters_leave=False) == View()

    def test_a_refusal_is_its_senders_alone(self) -> None:
        no = refused(facts(TUESDAY))
        (row,) = rows("refusals", CLINIC, a_case(), no)
        assert row == {
            "at": TUESDAY,
            "to": str(FAMILIES),
            "act": "videregivelse",
            "reason": "CONSENT_MISSING",
            "invoked": "SUL-43-1",
            "next_step": "REQUEST_NEW_CONSENT",
            "already_made": False,
        }
        assert seen_by(FAMILIES, a_case(), joined(FAMILIES), no).rows == {}

    @pytest.mark.parametrize(
        ("event", "status"),
        [
            (DeliveryCompleted(proof="pulled", **LETTER), "arrived"),
            (DeliveryFailed(why="expired", **LETTER), "failed"),
        ],
    )
    def test_what_became_of_a_letter_is_its_senders(self, event: CaseEvent, status: str) -> None:
        (row,) = rows("deliveries", CLINIC, a_case(), TOLD, event)
        assert (row["status"], row["to"]) == (status, str(FAMILIES))
        assert rows("deliveries", FAMILIES, a_case(), TOLD, event) == []


THE: dict[str, Any] = {"referral": REFERRAL, "at": WEDNESDAY, "by": CLINIC}


class TestReferrals:
    """The steps are shown to the unit that takes them; the referral to both."""

    def test_it_was_sent(self) -> None:
        for unit in (DOCTOR, CLINIC):
            (row,) = rows("referrals", unit, a_case(), referral_sent(TUESDAY, by=DOCTOR))
            assert (row["status"], row["reason"]) == ("sent", "Rusmidler i graviditeten.")
            assert row["first_contact_due"] == "2024-03-12"

    def test_only_the_ambulatory_has_promised_a_day(self) -> None:
        (row,) = rows("referrals", NURSES, a_case(), referral_sent(TUESDAY, by=CLINIC, recipient=NURSES))
        assert row["first_contact_due"] is None

    @pytest.mark.parametrize(
        ("event", "more"),
        [
            (ReferralAccepted(**THE), {"status": "accepted", "accepted_at": WEDNESDAY}),
            (ReferralDeclined(reason="", **THE), {"status": "declined", "declined_at": WEDNESDAY}),
            (FirstContactMade(**THE), {"status": "in-contact", "first_contact_at": WEDNESDAY}),
            (NoShowReported(**THE), {"status": "sent", "no_show_at": WEDNESDAY}),
            (ReferralCompleted(**THE), {"status": "completed", "completed_at": WEDNESDAY}),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_it_goes_on(self, event: CaseEvent, more: dict[str, Any]) -> None:
        history = (a_case(), referral_sent(TUESDAY, by=DOCTOR), event)
        assert more.items() <= rows("referrals", CLINIC, *history)[0].items()
        assert rows("referrals", DOCTOR, *history)[0]["status"] == "sent"


class TestRequests:
    """Asked, clarified, answered: both sides see it."""

    ASKED = (a_case(), information_requested(TUESDAY))
    PUT = ClarificationAsked(request=REQUEST, at=WEDNESDAY, by=CLINIC, recipient=FAMILIES, question="Hvornår?")
    GIVEN = ClarificationGiven(
        request=REQUEST, at=THURSDAY, by=FAMILIES, recipient=CLINIC, items=("rusmiddel",), words="I år"
    )

    @pytest.mark.parametrize("unit", [CLINIC, FAMILIES])
    def test_its_way(self, unit: Unit) -> None:
        (asked,) = rows("information_requests", unit, *self.ASKED)
        assert asked["status"] == "asked"
        assert asked["items"] == ["rusmiddel", "fremmoede", "mor_barn_observation"]
        (put,) = rows("information_requests", unit, *self.ASKED, self.PUT)
        assert (put["status"], put["question"]) == ("to-be-clarified", "Hvornår?")
        (clear,) = rows("information_requests", unit, *self.ASKED, self.PUT, self.GIVEN)
        assert (clear["status"], clear["items"], clear["clarified"]) == ("asked", ["rusmiddel"], "I år")

    @pytest.mark.parametrize("unit", [CLINIC, FAMILIES])
    def test_its_answer(self, unit: Unit) -> None:
        declined = RequestItemDeclined(
            answer=ANSWER,
            request=REQUEST,
            at=FRIDAY,
            by=CLINIC,
            recipient=FAMILIES,
            category="foraeldreevne",
            reason="-",
        )
        (row,) = rows("information_requests", unit, *self.ASKED, request_answered(FRIDAY, CLEAN), declined)
        assert (row["status"], row["answered_at"], row["answer"]) == ("answered", FRIDAY, str(ANSWER))
        assert row["answered"] == [{"category": "rusmiddel", "text": CLEAN.text, "attachment": None}]
        assert row["declined"] == [{"category": "foraeldreevne", "reason": "-"}]

    def test_she_was_told_of_the_answer(self) -> None:
        told_her = CitizenInformed(about=ANSWER, at=FRIDAY, by=CLINIC, how="telefon")
        (row,) = rows("information_requests", CLINIC, *self.ASKED, request_answered(FRIDAY), told_her)
        assert row["citizen_informed_at"] == FRIDAY


class TestConcerns:
    """The assessment is the municipality's own; receipt and feedback reach the notifier."""

    HISTORY = (a_case(), concern_reported(TUESDAY), concern_assessed(WEDNESDAY), receipt_given(WEDNESDAY))

    def test_the_municipality_sees_what_it_owes_and_did(self) -> None:
        (row,) = rows("concerns", FAMILIES, *self.HISTORY)
        assert row["due"] == {"ASSESS_24H": "2024-03-06T09:30", "ACK_RECEIPT": "2024-03-12"}
        assert (row["assessed_at"], row["acute"], row["status"]) == (WEDNESDAY, False, "received")

    def test_the_notifier_sees_receipt_and_feedback(self) -> None:
        (row,) = rows("concerns", CLINIC, *self.HISTORY, feedback_given(FRIDAY))
        assert (row["receipt_at"], row["feedback_at"]) == (WEDNESDAY, FRIDAY)
        assert row["feedback"][0]["category"] == "sag_aabnet"
        assert "acute" not in row

    def test_she_was_told(self) -> None:
        told_her = CitizenInformed(about=CONCERN, at=FRIDAY, by=CLINIC, how="telefon")
        (row,) = rows("concerns", CLINIC, *self.HISTORY, told_her)
        assert row["citizen_informed_at"] == FRIDAY


FREE_TEXT = {
    *("text", "reason", "person", "question", "words", "how", "reaction", "address", "balancing"),
    *("occasion", "seen_and_heard", "family_situation", "since", "parents_reaction"),
    *("agreements_at_birth", "contraception", "contact"),
}


def reworded(value: Any) -> Any:
    """The same with other words in it."""
    if isinstance(value, tuple):
        return tuple(map(reworded, value))
    if not is_dataclass(value) or isinstance(value, Unit | Ruling):
        return value
    other: dict[str, Any] = {}
    for field in fields(value):
        now = getattr(value, field.name)
        other[field.name] = f"{now} – hemmeligt" if field.name in FREE_TEXT and isinstance(now, str) else reworded(now)
    return type(value)(**other)  # type: ignore[misc] # the class of a dataclass


def unseen_changed(events: list[CaseEvent], unit: Unit) -> list[CaseEvent]:
    """The same story with other words in all this unit may not see, and other questions put to the law by others."""
    changed, case = [], None
    for event in events:
        case = evolve(case, event)
        other: Any = event
        comes_by_letter = isinstance(event, Addressed | RequestItemDeclined) and event.recipient == unit
        is_registered = isinstance(event, Addressed) and event.already_made
        if unit not in audience(event, case) and (is_registered or not comes_by_letter):
            other = reworded(event)
        elif isinstance(getattr(event, "ruling", None), Ruling) and not is_author(event, unit):
            other = replace(other, ruling=elsewhere(other.ruling))
        changed.append(other)
    return changed


def elsewhere(ruling: Ruling) -> Ruling:
    """The same permit after another question, with another part withheld; on the same consents, whose end stops it."""
    asked = replace(ruling.facts, discloser_role="andet", categories=("andet",), consents=())
    return replace(ruling, facts=asked, decision=replace(ruling.decision, withheld=("hemmeligt",)))


@settings(max_examples=100)
@given(
    story=st.lists(st.one_of(plain, commands, commands, consenting), min_size=4, max_size=15),
    unit=st.sampled_from((CLINIC, FAMILIES, NURSES, DOCTOR)),
)
def test_nothing_a_unit_may_not_see_changes_what_it_sees(story: list[CaseCommand], unit: Unit) -> None:
    events = played(story)
    assert seen_by(unit, *unseen_changed(events, unit)) == seen_by(unit, *events)
