"""Who told whom what, on which hjemmel: folded from the record, with the consents as they stood."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hub.cli.output.acts import write_lines
from hub.compliance.disclosure_entry import (
    CitizenTold,
    ConsentThen,
    DisclosureEntry,
    EntryAct,
    EntryContent,
    EntryParties,
    EntryRuling,
    LetterStatus,
)
from hub.compliance.replay import Question, answers, replay
from hub.domain.consent import ConsentWithdrawn
from hub.domain.course.events import PartyJoined
from hub.domain.delivery import (
    DeliveryAbandoned,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryDeparted,
    DeliveryHeld,
    DeliveryQueued,
    DeliveryReceived,
    DeliveryRejected,
)
from hub.domain.disclosure import CitizenInformed
from hub.domain.message import MessageParked, ReceiveMessage, kept_in
from hub.domain.request.events import ClarificationAsked, ClarificationGiven
from hub.errors import TryAgainLater
from hub.store import Shredded
from hub.vocabulary.information import content_digest
from projections.disclosure_register import DisclosureRegister, cases_with
from projections.follow import Follower
from tests.domain.acts import (
    ANSWER,
    CASE,
    CLEAN,
    CONCERN,
    CONSENT,
    DISCLOSURE,
    REQUEST,
    a_case,
    concern_reported,
    consent_fact,
    consent_given,
    consent_withdrawn,
    disclose,
    facts,
    information_requested,
    joined,
    known_as,
    made,
    referral_sent,
    refused,
    report_concern,
    request_answered,
)
from tests.domain.test_disclosure import CORRECTED
from tests.domain.test_message import CAME, MESSAGE, STAY
from tests.office import Office
from tests.people import (
    BRITA,
    CHARITY,
    CLINIC,
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
from tests.postroom import Postroom
from tests.recorded import META, as_recorded

TOLD = made(facts(TUESDAY, consent_fact(MONDAY)))
HISTORY = (a_case(), consent_given(MONDAY), TOLD)
EXCHANGE: dict[str, Any] = {"request": REQUEST, "at": WEDNESDAY}


def lines(*events: object, **how: Any) -> list[DisclosureEntry]:
    return replay(as_recorded(events), **how)


def test_who_came_onto_the_case_by_her_number_is_told_with_the_relation_it_stated() -> None:
    """C24. A party that another unit names has not come, and one of before stated nothing."""
    by_number = PartyJoined(unit=CHARITY, at=TUESDAY, by=CHARITY, citizen=KIRSTEN, relation="raadgivning")
    (line,) = lines(a_case(), joined(CLINIC), joined(NURSES, by=CLINIC), by_number)
    assert (line.act.kind, line.act.outcome, line.act.at) == ("party-joined", "joined", TUESDAY)
    assert (line.parties.discloser, line.parties.recipient) == (CHARITY, CHARITY)
    assert (line.parties.person, line.ruling.purpose) == (META.person, "raadgivning")
    assert Question(reader=CHARITY, outcome="joined").wants(line)
    assert not Question(reader=CLINIC).wants(line)


def test_a_line_says_everything() -> None:
    decision = TOLD.ruling.decision
    assert lines(*HISTORY) == [
        DisclosureEntry(
            act=EntryAct(
                case=CASE,
                id=DISCLOSURE,
                kind="disclosure-made",
                outcome="made",
                at=TUESDAY,
                recorded_at=MONDAY + timedelta(minutes=3),
                position="0/3",
            ),
            parties=EntryParties(
                discloser=CLINIC, recipient=FAMILIES, client=META.client, person=META.person, role=META.role
            ),
            ruling=EntryRuling(
                purpose=TOLD.purpose,
                invoked="SUL-43-1",
                basis="SUL-43-1",
                citation=decision.citation,
                edition=decision.edition,
                gate=decision.gate,
                reason="OK_CONSENT_WRITTEN",
                rule_set=decision.rule_set,
            ),
            content=EntryContent(categories=("rusmiddel",), sha256=content_digest((CLEAN,))),
            consents=(
                ConsentThen(
                    consent=str(CONSENT),
                    form="written",
                    registered_by=CLINIC,
                    given_at=MONDAY,
                    lapses_on=date(2025, 3, 4),
                    stood="in force",
                    withdrawn_at=None,
                ),
            ),
        )
    ]


def test_every_act_that_passes_something_on_or_is_refused_has_a_line() -> None:
    shown = lines(
        *HISTORY,
        CORRECTED,
        referral_sent(TUESDAY, by=DOCTOR),
        concern_reported(TUESDAY),
        information_requested(TUESDAY),
        ClarificationAsked(by=CLINIC, recipient=FAMILIES, question="?", **EXCHANGE),
        ClarificationGiven(by=FAMILIES, recipient=CLINIC, items=("rusmiddel",), **EXCHANGE),
        request_answered(WEDNESDAY, CLEAN),
        refused(facts(TUESDAY)),
    )
    assert [
        (line.act.kind, line.act.outcome, line.content.categories, bool(line.content.sha256)) for line in shown
    ] == [
        ("disclosure-made", "made", ("rusmiddel",), True),
        ("disclosure-corrected", "made", ("rusmiddel",), True),
        ("referral-sent", "made", ("rusmiddel",), True),
        ("concern-reported", "made", ("rusmiddel",), True),
        ("information-requested", "made", ("rusmiddel", "fremmoede", "mor_barn_observation"), False),
        ("clarification-asked", "made", (), False),
        ("clarification-given", "made", ("rusmiddel",), False),
        ("request-answered", "made", ("rusmiddel",), True),
        ("disclosure-refused", "refused", ("rusmiddel",), False),
    ]


class TestConsentsAsTheyStood:
    """At the act, and as known now."""

    def stood(self, *events: object) -> list[tuple[str, object]]:
        return [(consent.stood, consent.withdrawn_at) for line in lines(*events) for consent in line.consents]

    def test_a_later_withdrawal_is_told_and_changes_nothing(self) -> None:
        assert self.stood(*HISTORY, consent_withdrawn(WEDNESDAY)) == [("in force", WEDNESDAY)]

    @pytest.mark.parametrize(
        ("at", "words"), [(WEDNESDAY, "since withdrawn"), (TUESDAY - timedelta(hours=1), "heard since: withdrawn")]
    )
    def test_a_withdrawal_that_came_before_the_act_and_was_heard_after_it_is_told_apart(
        self, at: datetime, words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_lines(lines(*HISTORY, consent_withdrawn(at)), as_json=False, as_csv=False)
        shown = " ".join(capsys.readouterr().out.split())
        assert (
            f"written, given {MONDAY.date()}, registered by {CLINIC}: in force, lapses 2025-03-04; {words}, {at.date()}"
            in shown
        )

    def test_an_earlier_withdrawal(self) -> None:
        no = refused(facts(WEDNESDAY, consent_fact(MONDAY, withdrawn_at=TUESDAY)))
        assert self.stood(a_case(), consent_given(MONDAY), consent_withdrawn(TUESDAY), no) == [("withdrawn", TUESDAY)]

    def test_one_that_had_lapsed(self) -> None:
        late = MONDAY + DAY * 400
        no = refused(facts(late, consent_fact(MONDAY)))
        assert self.stood(a_case(), consent_given(MONDAY), no) == [("lapsed", None)]

    def test_one_that_was_not_given_yet(self) -> None:
        no = refused(facts(TUESDAY, consent_fact(WEDNESDAY)))
        assert self.stood(a_case(), consent_given(WEDNESDAY), no) == [("not yet given", None)]

    def test_one_that_stood_but_did_not_cover(self) -> None:
        no = refused(facts(TUESDAY, consent_fact(MONDAY), recipient=NURSES))
        assert self.stood(a_case(), consent_given(MONDAY), no) == [("in force", None)]

    def test_a_consent_to_treatment_does_not_lapse_after_a_year(self) -> None:
        """SUL § 41(1) knows no year: what carried the act was in force, whatever § 44 says."""
        late = MONDAY + DAY * 400
        treatment = consent_fact(MONDAY, recipients=(NURSES,), purposes=("behandling",))
        asked = facts(late, treatment, recipient=NURSES, purpose="behandling", basis_invoked="SUL-41-1")
        told = replace(TOLD, at=late, recipient=NURSES, ruling=made(asked).ruling)
        assert told.ruling.permits
        given = consent_given(MONDAY, recipients=(NURSES,), purposes=("behandling",))
        assert self.stood(a_case(), given, told) == [("in force", None)]

    def test_an_act_that_rests_on_none_lists_none(self) -> None:
        assert self.stood(a_case(), consent_given(MONDAY), concern_reported(TUESDAY)) == []

    def test_a_withdrawal_of_what_the_replay_has_not_seen_is_passed_over(self) -> None:
        assert lines(a_case(), ConsentWithdrawn(known_as("other"), TUESDAY, CLINIC)) == []


class TestWhatSheWasTold:
    """By the act, and by the act alone."""

    @pytest.mark.parametrize(("act", "event"), [(DISCLOSURE, TOLD), (CONCERN, concern_reported(TUESDAY))])
    def test_of_an_act(self, act: object, event: object) -> None:
        told_her = CitizenInformed(about=act, at=THURSDAY, by=CLINIC, how="telefon")
        (line,) = lines(a_case(), event, told_her)
        assert line.told == CitizenTold(THURSDAY, "telefon")

    def test_of_an_answer_and_not_of_the_request(self) -> None:
        told_her = CitizenInformed(about=ANSWER, at=THURSDAY, by=CLINIC, how="telefon")
        asked, answered = lines(a_case(), information_requested(TUESDAY), request_answered(WEDNESDAY), told_her)
        assert asked.told is None
        assert answered.told is not None
        assert answered.told.at == THURSDAY


class TestLetters:
    """Each letter belongs to the line whose words it carries."""

    LETTER = known_as("letter")

    def queued(self, position: int) -> DeliveryQueued:
        return DeliveryQueued(
            delivery=self.LETTER,
            act=REQUEST,
            position=position,
            carries="",
            sender=CLINIC,
            recipient=FAMILIES,
            message_id=known_as("message"),
            reference="",
            at=MONDAY,
        )

    @pytest.mark.parametrize(
        ("event", "status"),
        [
            (DeliveryHeld(why="consent-withdrawn", delivery=LETTER, at=MONDAY), "held: consent-withdrawn"),
            (
                DeliveryAttempted(attempt=2, channel="", payload_sha256="", size=1, delivery=LETTER, at=MONDAY),
                "attempt 2",
            ),
            (DeliveryAccepted(attempt=1, delivery=LETTER, at=MONDAY), "handed over"),
            (DeliveryRejected(attempt=1, why="busy", final=False, delivery=LETTER, at=MONDAY), "rejected: busy"),
            (DeliveryReceived(proof="pulled", delivery=LETTER, at=MONDAY), "arrived: pulled"),
            (DeliveryAbandoned(why="expired", delivery=LETTER, at=MONDAY), "failed: expired"),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_what_became_of_it(self, event: object, status: str) -> None:
        (line,) = lines(*HISTORY, self.queued(3), event)
        assert line.delivery == LetterStatus(status, MONDAY + timedelta(minutes=5))

    def test_its_receiver_may_ask_for_it_once_it_left(self) -> None:
        left = DeliveryDeparted(
            delivery=self.LETTER,
            act=DISCLOSURE,
            carried=(3,),
            sender=CLINIC,
            recipient=FAMILIES,
            door="pulled",
            at=MONDAY,
        )
        for history, told in (((self.queued(3),), False), ((self.queued(3), left), True)):
            (line,) = lines(*HISTORY, *history)
            assert line.act.told is told
            assert Question(reader=FAMILIES).wants(line) is told

    def test_a_clarifications_letter_is_not_the_requests(self) -> None:
        asking = ClarificationAsked(by=CLINIC, recipient=FAMILIES, question="?", **EXCHANGE)
        asked, clarified = lines(a_case(), information_requested(TUESDAY), asking, self.queued(3))
        assert asked.delivery is None
        assert clarified.delivery is not None
        assert clarified.delivery.status == "queued"

    def test_a_letter_of_nothing_seen_is_passed_over(self) -> None:
        assert lines(a_case(), DeliveryAccepted(attempt=1, delivery=self.LETTER, at=MONDAY)) == []
        assert lines(a_case(), self.queued(17)) == []


class TestMoments:
    """`until` counts by `at`: what held then by all that is known now."""

    def test_acts_dated_later_are_left_out(self) -> None:
        late = made(facts(FRIDAY, consent_fact(MONDAY)), disclosure=known_as("late"))
        assert [line.act.at for line in lines(*HISTORY, late, until=WEDNESDAY)] == [TUESDAY]
        assert [line.act.at for line in lines(*HISTORY, late, until=FRIDAY)] == [TUESDAY, FRIDAY]

    def test_what_was_recorded_later_but_held_then_counts(self) -> None:
        (line,) = lines(*HISTORY, consent_withdrawn(WEDNESDAY), until=WEDNESDAY)
        assert line.consents[0].withdrawn_at == WEDNESDAY

    def test_an_erased_event_has_no_line(self) -> None:
        assert lines(Shredded("case-opened.v1"), Shredded("disclosure-made.v1")) == []


WANTED = [
    ({}, True),
    ({"since": TUESDAY, "until": WEDNESDAY}, True),
    ({"since": WEDNESDAY}, False),
    ({"until": TUESDAY}, False),
    ({"unit": CLINIC}, True),
    ({"unit": FAMILIES}, True),
    ({"unit": NURSES}, False),
    ({"reader": FAMILIES}, False),  # it has not left
    ({"reader": CLINIC}, True),
    ({"reader": NURSES}, False),
    ({"basis": "SUL-43-1"}, True),
    ({"basis": "BL-133-1-2"}, False),
    ({"discloser": CLINIC}, True),
    ({"discloser": FAMILIES}, False),
    ({"recipient": FAMILIES}, True),
    ({"recipient": CLINIC}, False),
    ({"outcome": "made"}, True),
    ({"outcome": "refused"}, False),
    ({"outcome": "received"}, False),
]


@pytest.mark.parametrize(("filters", "wanted"), WANTED, ids=[str(list(filters)) for filters, _ in WANTED])
def test_a_question_wants_a_line(filters: dict[str, Any], wanted: bool) -> None:
    assert list(answers([as_recorded(HISTORY)], Question(**filters))) == (lines(*HISTORY) if wanted else [])


def test_a_refusal_is_told_to_its_sender_alone() -> None:
    case = as_recorded((a_case(), refused(facts(TUESDAY))))
    assert len(list(answers([case], Question(reader=CLINIC)))) == 1
    assert list(answers([case], Question(reader=FAMILIES))) == []


class TestWhatCameIn:
    """A message of another system told its receiver something, and the hub was not asked."""

    def test_it_is_listed_as_received_without_a_hjemmel(self) -> None:
        (line,) = lines(a_case(), replace(CAME, sha256="5" * 64))
        assert (line.act.kind, line.act.outcome, line.act.id) == (
            "care-message-received",
            "received",
            kept_in(CASE, MESSAGE),
        )
        assert (line.parties.discloser, line.parties.recipient, line.content.sha256) == (FAMILIES, CLINIC, "5" * 64)
        assert (line.ruling.basis, line.ruling.invoked, line.ruling.reason, line.content.categories) == (
            None,
            None,
            None,
            (),
        )
        assert not line.act.already_made

    def test_its_sender_and_its_receiver_may_ask_for_it(self) -> None:
        case = as_recorded((a_case(), CAME, STAY))
        for reader, count in ((CLINIC, 2), (FAMILIES, 1), (NURSES, 1), (DOCTOR, 0)):
            assert len(list(answers([case], Question(reader=reader, outcome="received")))) == count

    def test_what_waits_to_be_placed_is_on_no_case(self) -> None:
        waits = MessageParked(message=MESSAGE, at=TUESDAY, by=FAMILIES, recipient=CLINIC, kind="new", why="no-case")
        assert lines(waits, CAME) == []


def test_an_answer_may_be_by_legal_time() -> None:
    assert list(answers([as_recorded(HISTORY)], Question(), legal=MONDAY)) == []


class TestAgainstTheRecord:
    """The register finds the cases that the replay tells of: neither more nor fewer."""

    @pytest.fixture
    def office(self, database_url: str) -> Iterator[Office]:
        with Office(database_url) as made_:
            yield made_

    def test_the_register_and_the_record_agree(self, office: Office) -> None:
        room = Postroom(office)
        first, consent = room.told()
        room.carrier.trouble = self.busy_once()
        room.empty()
        office.clock.forward(DAY)
        room.taken_back(first, consent)
        office.act(first, lambda key: disclose(office.clock(), disclosure=key))
        second = office.open(citizen=BRITA).case
        office.act(second, lambda key: replace(report_concern(office.clock()), concern=key))
        office.act(second, lambda _: ReceiveMessage(CAME))
        Follower(office.record, DisclosureRegister(lambda case: office.hub.cases.load(case)[1])).catch_up()
        told = [line for case in (first, second) for line in replay(office.record.case(case))]
        assert [(line.act.kind, line.act.outcome, line.delivery and line.delivery.status) for line in told] == [
            ("disclosure-made", "made", "rejected: busy"),
            ("disclosure-refused", "refused", None),
            ("concern-reported", "made", None),
            ("care-message-received", "received", None),
        ]
        for filters, _ in WANTED:
            for reader in (CLINIC, FAMILIES, NURSES):
                asked: dict[str, Any] = {**filters, "reader": reader}
                question = Question(**asked)
                expected = {line.act.case for line in told if question.wants(line)}
                asked.pop("unit", None)
                with office.record.engine.connect() as connection:
                    found = set(cases_with(connection, **asked))
                assert found == expected if "unit" not in filters else found >= expected

    @staticmethod
    def busy_once() -> Any:
        left = [TryAgainLater("busy")]

        def trouble() -> None:
            if left:
                raise left.pop()

        return trouble
