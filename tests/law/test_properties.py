"""What holds for every act: closed by default, and nothing irrelevant opens anything."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.law import catalogue
from hub.law.barnets_lov import told_of
from hub.law.citation import own_duty
from hub.law.decide import PROVISIONS, decide
from hub.law.explain import explain
from hub.law.facts import ConsentFact, Facts, Flags
from hub.law.hjemmel import DutyCode, Outcome, Reason
from hub.vocabulary.organisations import Unit
from hub.vocabulary.period import COPENHAGEN, local_day
from tests.law.facts_strategies import FAMILY_UNIT, UNITS, acts_that_could_pass, any_facts, consent_facts

STRANGER = Unit.parse("ngo/lokalforening@En anden")
anything = st.one_of(any_facts(), acts_that_could_pass(), consent_facts())
NUMBERS = (
    *("BL-133-1-1", "BL-133-1-2", "BL-133-1-4", "BL-135"),
    *("SEL-153-1-1", "SEL-153-1-2", "SEL-153-1-4", "SEL-154"),
)


@st.composite
def numbered_notices(draw: st.DrawFn) -> Facts:
    """An underretning to the familieafdeling that cites nothing, or one of the numbers a notifier may mix up."""
    facts = draw(any_facts())
    senders = [unit for unit in UNITS if unit.kind in ("hospital", "gp", "kommune", "ngo", "private")]
    return Facts(
        at=facts.at,
        act="underretning",
        initiative="discloser",
        discloser=draw(st.sampled_from(senders)),
        recipient=FAMILY_UNIT,
        subject=facts.subject,
        basis_invoked=draw(st.sampled_from((None, "", *NUMBERS))),
        purpose=facts.purpose,
        categories=facts.categories,
        notification=facts.notification,
        flags=Flags(birth_date=facts.flags.birth_date),
    )


@settings(max_examples=200)
@given(anything)
def test_every_act_gets_one_whole_answer(facts: Facts) -> None:
    decision = decide(facts)
    told = explain(decision, facts)
    assert decision == decide(facts)
    assert decision.rule_set == catalogue.rule_set()
    assert told.da
    assert told.en
    if decision.permitted:
        basis = catalogue.basis(str(decision.basis))
        assert decision.next_step is None
        assert decision.edition is not None
        assert set(decision.passes) | set(decision.withheld) == set(facts.categories)
        assert decision.granted == (decision.passes if decision.withheld else ())
        assert (decision.outcome is Outcome.PERMIT) == (not decision.duties and not decision.withheld)
        assert basis.id in PROVISIONS or facts.act == "frist"
        assert not any(catalogue.duty(code).always or catalogue.duty(code).draft for code in decision.duties)
    else:
        assert decision.basis is None
        assert (decision.duties, decision.due, decision.passes, decision.withheld) == ((), (), (), ())


@settings(max_examples=200)
@given(anything)
def test_a_provision_answers_only_with_reasons_the_catalogue_names(facts: Facts) -> None:
    decision = decide(facts)
    if decision.tested is not None and facts.act != "frist":
        assert decision.reason in catalogue.reasons_of(catalogue.basis(decision.tested))


@settings(max_examples=150)
@given(anything)
def test_no_provision_answers_outside_its_days(facts: Facts) -> None:
    decision = decide(facts)
    assert decision.basis is None or decision.edition is not None


@settings(max_examples=150)
@given(st.one_of(consent_facts(), acts_that_could_pass()))
def test_an_irrelevant_consent_opens_nothing(facts: Facts) -> None:
    if decide(facts).permitted or facts.recipient == STRANGER:
        return
    irrelevant = ConsentFact(
        id="irrelevant",
        given_at=facts.at - timedelta(days=1),
        form="written",
        given_by=facts.subject.role,
        given_to="discloser",
        direction="begge",
        disclosers=(facts.discloser,),
        recipients=(STRANGER,),
        categories=facts.categories or ("rusmiddel",),
        purposes=(facts.purpose,),
        subjects=(facts.subject.role,),
        journalised=True,
    )
    assert not decide(replace(facts, consents=(*facts.consents, irrelevant))).permitted


@settings(max_examples=150)
@given(consent_facts())
def test_a_party_that_has_no_part_in_it_opens_nothing(facts: Facts) -> None:
    named_too = tuple(
        replace(consent, recipients=(*consent.recipients, STRANGER), disclosers=(*consent.disclosers, STRANGER))
        if consent.withdrawn_at is None and not consent.excludes
        else consent
        for consent in facts.consents
    )
    assert set(decide(replace(facts, consents=named_too)).passes) <= set(decide(facts).passes)


@settings(max_examples=150)
@given(st.one_of(consent_facts(), acts_that_could_pass()))
def test_an_item_that_is_not_covered_opens_nothing(facts: Facts) -> None:
    before = decide(facts)
    after = decide(replace(facts, categories=(*facts.categories, "noget_ingen_har_naevnt")))
    # Where everything was unneeded for an underretning, a needed item is no irrelevant one.
    all_unneeded = facts.act == "underretning" and before.reason is Reason.SURPLUS_INFORMATION
    assert before.permitted or not after.permitted or all_unneeded


@settings(max_examples=150)
@given(st.one_of(consent_facts(), acts_that_could_pass()))
def test_narrowing_what_may_go_keeps_it_going(facts: Facts) -> None:
    for kept in decide(facts).passes:
        after = decide(replace(facts, categories=(kept,)))
        assert after.permitted
        assert after.passes == (kept,)


@settings(max_examples=150)
@given(consent_facts(), st.integers(0, 60 * 24 * 800))
def test_a_later_act_never_revives_a_consent(facts: Facts, minutes: int) -> None:
    already = tuple(consent for consent in facts.consents if consent.given_at <= facts.at)
    facts = replace(facts, consents=already, flags=replace(facts.flags, birth_date=None))
    before = {(category, consent) for category, consents in decide(facts).carried for consent in consents}
    later = decide(replace(facts, at=facts.at + timedelta(minutes=minutes)))
    assert {(category, consent) for category, consents in later.carried for consent in consents} <= before


@settings(max_examples=150)
@given(consent_facts(), st.booleans())
def test_adding_a_no_never_adds_to_what_passes(facts: Facts, by_withdrawal: bool) -> None:
    for place, consent in enumerate(facts.consents):
        if consent.withdrawn_at is None and not consent.excludes:
            no = {"withdrawn_at": facts.at} if by_withdrawal else {"excludes": facts.categories}
            said_no = replace(consent, **no)
            changed = (*facts.consents[:place], said_no, *facts.consents[place + 1 :])
            assert set(decide(replace(facts, consents=changed)).passes) <= set(decide(facts).passes)


@settings(max_examples=150)
@given(anything, st.booleans())
def test_circumstances_no_rule_names_change_nothing(facts: Facts, value: bool) -> None:
    changed = replace(
        facts.flags,
        hospital_demands_form=value,
        non_custodial_parent_protests=value,
        case_handed_over=value,
        written_at=facts.at,
        decision_at=facts.at.date(),
        at_utc=facts.at,
    )
    assert decide(replace(facts, flags=changed)) == decide(facts)


@settings(max_examples=200)
@given(consent_facts())
def test_titles_of_consents_and_their_order_do_not_matter(facts: Facts) -> None:
    turned = replace(facts, consents=tuple(reversed(facts.consents)))
    assert decide(turned).passes == decide(facts).passes
    assert set(decide(turned).consents) == set(decide(facts).consents)


@settings(max_examples=150)
@given(anything)
def test_the_same_moment_in_another_zone_is_the_same_act(facts: Facts) -> None:
    assert decide(replace(facts, at=facts.at.astimezone(COPENHAGEN))) == decide(facts)


@settings(max_examples=300)
@given(numbered_notices())
def test_no_number_stops_an_underretning(facts: Facts) -> None:
    """R22: it is judged under the sender's own duty, whatever it cites; where the sender has none it is refused."""
    decision, day = decide(facts), local_day(facts.at)
    duty = own_duty(facts, day)
    assert decision.permitted == (duty is not None)
    if duty is None:
        return
    assert catalogue.basis(str(decision.basis)).edition(day) is not None
    wrong = bool(facts.basis_invoked) and decision.basis != facts.basis_invoked
    assert (DutyCode.CORRECT_CITATION in decision.duties) == wrong
    cited = PROVISIONS.get(facts.basis_invoked or "")
    kept = facts.basis_invoked == decision.basis
    assert kept or decision.basis == duty.id or (cited is not None and cited(facts).met)


@settings(max_examples=300)
@given(st.one_of(numbered_notices(), anything))
def test_no_refused_underretning_points_to_a_consent_where_it_must_not(facts: Facts) -> None:
    decision = decide(facts)
    if facts.act != "underretning" or decision.next_step is not DutyCode.REQUEST_NEW_CONSENT:
        return
    assert own_duty(facts, local_day(facts.at)) is None
    assert told_of(facts).abuser != "by_parent"
    assert decision.reason is not Reason.RECIPIENT_NOT_COVERED


@settings(max_examples=150)
@given(anything)
def test_a_refusal_points_nowhere_after_the_citizen_said_no(facts: Facts) -> None:
    decision = decide(facts)
    if decision.reason in (Reason.CONSENT_WITHDRAWN, Reason.PATIENT_OPTED_OUT) and facts.initiative == "discloser":
        assert decision.next_step is not DutyCode.REQUEST_NEW_CONSENT or facts.act == "anmodning_besvarelse"
