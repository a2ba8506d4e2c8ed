"""What a decision carries beside its outcome."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hub.law import catalogue, samtykke
from hub.law.citation import own_duty
from hub.law.decide import PROVISIONS, decide
from hub.law.facts import ConsentFact, Facts, Notification, Request, Subject
from hub.law.hjemmel import Due, DutyCode, Outcome, Reason
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import local_day

HOSPITAL = Unit.parse("hospital/foedeafdeling@Sygehus Nord")
FAMILY_UNIT = Unit.parse("kommune/familieafdeling@Byby")
NOTICE = Facts(
    at=datetime(2025, 3, 29, 13, 30, tzinfo=UTC),
    act="underretning",
    initiative="discloser",
    discloser=HOSPITAL,
    recipient=FAMILY_UNIT,
    subject=Subject("gravid", 29),
    basis_invoked="BL-133-1-2",
    purpose="underretning",
    categories=("rusmiddel",),
    notification=Notification(consent_sought="yes", parents_informed=True),
)
CONSENT = ConsentFact(
    id="C1",
    given_at=datetime(2025, 1, 1, 9, tzinfo=UTC),
    form="written",
    given_by="gravid",
    given_to="discloser",
    direction="videregive",
    disclosers=(HOSPITAL,),
    recipients=(FAMILY_UNIT,),
    categories=("rusmiddel", "medicin"),
    purposes=("stoette_graviditet",),
    subjects=("gravid",),
    journalised=True,
)
DISCLOSURE = replace(
    NOTICE,
    act="videregivelse",
    basis_invoked="SUL-43-1",
    purpose="stoette_graviditet",
    categories=("rusmiddel", "medicin", "vold"),
    consents=(CONSENT, replace(CONSENT, id="C2", categories=("medicin",)), replace(CONSENT, id="C3", form="tacit")),
)


def test_a_permit_names_its_provision_edition_gate_and_deadlines() -> None:
    decision = decide(NOTICE)
    assert decision.permitted
    assert (decision.basis, decision.invoked, decision.tested) == ("BL-133-1-2",) * 3
    assert (decision.edition, decision.gate, decision.act) == ("2024-01-01/..", "SUL-43-2-1", "underretning")
    assert decision.citation == "barnets lov § 133, stk. 1, nr. 2, gældende fra 1. januar 2024"
    assert decision.deadlines == {"ASSESS_24H": "2025-03-30T14:30", "ACK_RECEIPT": "2025-04-05"}
    assert decision.due[0].latest == datetime(2025, 3, 30, 12, 30, tzinfo=UTC)
    assert (
        str(decision.due[0].latest.tzinfo) == "Europe/Copenhagen"
        if isinstance(decision.due[0].latest, datetime)
        else False
    )
    assert decision.due[1] == Due(DutyCode.ACK_RECEIPT, date(2025, 4, 5))
    assert [deadline.in_words("da") for deadline in decision.due] == ["30. marts 2025 kl. 14.30", "5. april 2025"]
    assert [deadline.in_words("en") for deadline in decision.due] == ["30 March 2025 at 14:30", "5 April 2025"]
    assert {"R13", "R14", "R21", "R32", "R33"} == set(decision.rules)
    assert (decision.successor, decision.rule_set) == ((), catalogue.rule_set())


def test_a_deadline_in_hours_is_a_whole_minute() -> None:
    to_the_second = replace(NOTICE, at=datetime(2025, 5, 6, 9, 41, 37, 500, tzinfo=UTC))
    assert decide(to_the_second).due[0].latest == datetime(2025, 5, 7, 9, 41, tzinfo=UTC)


def test_a_decision_names_the_consents_behind_each_category() -> None:
    decision = decide(DISCLOSURE)
    assert decision.outcome is Outcome.PERMIT_WITH_DUTIES
    assert decision.carried == (("rusmiddel", ("C1",)), ("medicin", ("C1", "C2")))
    assert decision.consents == ("C1", "C2")
    assert (decision.granted, decision.passes) == (("rusmiddel", "medicin"), ("rusmiddel", "medicin"))
    assert decision.withheld == ("vold",)


def test_when_all_of_it_goes_there_is_no_split() -> None:
    decision = decide(replace(DISCLOSURE, categories=("rusmiddel", "rusmiddel")))
    assert decision.outcome is Outcome.PERMIT
    assert (decision.granted, decision.withheld, decision.passes) == ((), (), ("rusmiddel",))


def test_a_refusal_names_what_was_tested() -> None:
    decision = decide(replace(DISCLOSURE, consents=()))
    assert (decision.basis, decision.tested, decision.edition) == (None, "SUL-43-1", "../..")
    assert decision.citation == "sundhedsloven § 43, stk. 1"
    assert (decision.contested, decision.contested_why, decision.successor) == (False, None, ())
    assert (decision.passes, decision.consents, decision.carried) == ((), (), ())
    assert (decision.act, decision.rule_set) == ("videregivelse", catalogue.rule_set())
    assert decision.rules == ("R08", "R27")


def test_a_repealed_citation_names_its_successors() -> None:
    decision = decide(replace(NOTICE, basis_invoked="SEL-50-1"))
    assert decision.reason is Reason.BASIS_NOT_IN_FORCE
    assert decision.successor == ("BL-20-1", "BL-26")
    assert (decision.edition, decision.tested) == (None, "SEL-50-1")


def test_a_citation_before_its_time_names_what_was_in_force() -> None:
    before = replace(NOTICE, at=datetime(2023, 5, 1, tzinfo=UTC), act="videregivelse")
    assert decide(before).successor == ("SEL-153-1-2",)


def test_a_case_type_of_the_other_edition_points_to_the_provision_itself() -> None:
    asked = replace(
        NOTICE,
        act="anmodning_besvarelse",
        initiative="recipient",
        basis_invoked="RSL-11c-1-1",
        request=Request(case_type="SEL-50", case_open=True, specific=True, items=("rusmiddel",)),
    )
    decision = decide(asked)
    assert decision.reason is Reason.BASIS_NOT_IN_FORCE
    assert (decision.successor, decision.edition) == (("RSL-11c-1-1",), "2024-01-01/..")
    assert decide(replace(asked, request=None)).successor == ()


def test_what_is_contested_says_why() -> None:
    decision = decide(replace(NOTICE, notification=Notification(consent_sought="refused", parents_informed=True)))
    assert (decision.contested, decision.open_point) == (True, "balancing")
    assert "No statute makes a recorded balancing a condition" in str(decision.contested_why)
    assert "R13" in decision.rules
    refused = decide(replace(NOTICE, discloser=Unit.parse("ngo/lokalforening@Hjælpen")))
    assert (refused.contested, refused.open_point) == (True, "unborn-child-private-notifier")


def test_a_provision_nobody_knows_is_no_provision() -> None:
    decision = decide(replace(NOTICE, basis_invoked="SUL-99", discloser=Unit.parse("ngo/lokalforening@Hjælpen")))
    assert (decision.reason, decision.tested, decision.invoked) == (Reason.NO_LEGAL_BASIS, None, "SUL-99")
    assert not decision.contested
    assert decide(replace(NOTICE, basis_invoked="SUL-99")).reason is Reason.NO_LEGAL_BASIS


def test_a_no_to_a_municipality_is_a_no_to_each_of_its_units() -> None:
    """R24: it counts for all it mentions, beside a consent that stands; another municipality is not mentioned."""
    moment = datetime(2025, 2, 1, tzinfo=UTC)
    whole = replace(FAMILY_UNIT, unit="-")
    said_no = replace(CONSENT, id="C2", recipients=(whole,), withdrawn_at=moment)
    asked = replace(DISCLOSURE, categories=("rusmiddel",))
    assert decide(replace(asked, consents=(CONSENT, said_no))).reason is Reason.CONSENT_WITHDRAWN
    elsewhere = replace(said_no, recipients=(replace(whole, organisation="Nabo Kommune"),))
    assert decide(replace(asked, consents=(CONSENT, elsewhere))).permitted


def test_a_no_outlives_a_consent_that_would_be_withdrawn_later() -> None:
    later = datetime(2025, 6, 1, tzinfo=UTC)
    elsewhere = replace(CONSENT, recipients=(HOSPITAL,), withdrawn_at=later)
    said_no = replace(elsewhere, id="C2", given_at=datetime(2025, 2, 1, tzinfo=UTC), excludes=("rusmiddel",))
    decision = decide(replace(DISCLOSURE, categories=("rusmiddel",), consents=(elsewhere, said_no)))
    assert (decision.reason, decision.open_point) == (Reason.CONSENT_WITHDRAWN, "later-no")


@pytest.mark.parametrize(
    ("act", "discloser", "at", "duty"),
    [
        ("flytteunderretning", FAMILY_UNIT, NOTICE.at, "BL-132-1"),
        ("flytteunderretning", FAMILY_UNIT, datetime(2023, 5, 1, tzinfo=UTC), "SEL-152-1"),
        ("kvittering", FAMILY_UNIT, NOTICE.at, "BL-KVIT"),
        ("kvittering", HOSPITAL, NOTICE.at, None),
        ("videregivelse", FAMILY_UNIT, NOTICE.at, None),
        ("underretning", HOSPITAL, NOTICE.at, "BL-133-1-2"),
    ],
)
def test_an_act_of_ones_own_accord_fulfils_a_duty(act: str, discloser: Unit, at: datetime, duty: str | None) -> None:
    found = own_duty(replace(NOTICE, act=act, discloser=discloser, at=at), local_day(at))
    assert (found.id if found else None) == duty


def test_the_consent_that_came_closest_is_known() -> None:
    demand = catalogue.basis("SUL-43-1").consent
    elsewhere = replace(CONSENT, id="C2", recipients=(HOSPITAL,), purposes=("andet",))
    lapsed = replace(CONSENT, valid_until=date(2025, 3, 1))
    assert samtykke.weigh(replace(DISCLOSURE, consents=(elsewhere, lapsed)), demand).nearest == lapsed
    assert samtykke.weigh(DISCLOSURE, demand).nearest is None


def test_every_provision_answers_in_its_own_name_with_yes_or_no() -> None:
    for key, provision in PROVISIONS.items():
        for facts in (NOTICE, DISCLOSURE):
            answer = provision(facts)
            assert answer.basis == key
            assert answer.met in (True, False)
