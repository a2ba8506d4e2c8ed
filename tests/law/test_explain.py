"""A decision in words: both languages, everything said, and nobody named."""

import re
import tomllib
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given, settings

from hub.law import catalogue
from hub.law.decide import decide
from hub.law.explain import duty_in_words, explain, open_point_in_words, reason_in_words
from hub.law.facts import ACTS, Facts
from hub.law.hjemmel import DutyCode, Outcome, Reason
from hub.law.parse import facts
from tests.law.facts_strategies import any_facts
from tests.people import ELMER_CPR

NOTICE = {
    "at": "2024-11-15T09:00",
    "act": "underretning",
    "initiative": "discloser",
    "discloser": "hospital/foedeafdeling@Sygehus Nord",
    "recipient": "kommune/familieafdeling@Byby",
    "subject": {"role": "gravid", "age": 29},
    "basis_invoked": "SEL-153-1-2",
    "categories": ["rusmiddel", "noget_privat"],
    "notification": {"consent_sought": "yes", "parents_informed": True},
    "flags": {"not_needed": ["noget_privat"]},
}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_in_both_languages(reason: Reason) -> None:
    words = reason_in_words(reason)
    assert words.da.endswith(".")
    assert words.en.endswith(".")
    assert words.da != words.en


@pytest.mark.parametrize("code", DutyCode)
def test_every_duty_has_words_in_both_languages(code: DutyCode) -> None:
    words = duty_in_words(code)
    assert words.da
    assert words.en
    assert words.da != words.en


@pytest.mark.parametrize("key", [question.key for question in catalogue.open_questions()])
def test_every_open_point_has_words_in_both_languages(key: str) -> None:
    words = open_point_in_words(key)
    assert words.da.endswith(".")
    assert words.en.endswith(".")


def test_the_sentences_speak_of_nothing_else() -> None:
    sentences = tomllib.loads((resources.files("hub.law") / "explanations.toml").read_text("utf-8"))
    assert set(sentences["act"]) == ACTS
    assert set(sentences["reason"]) == {reason.value for reason in Reason}
    assert set(sentences["duty"]) == {code.value for code in DutyCode}
    assert set(sentences["contested"]) == {question.key for question in catalogue.open_questions()}
    assert set(sentences["outcome"]) == {outcome.value for outcome in Outcome} | {"untested"}


def test_a_permit_says_what_goes_what_stays_and_what_is_owed_by_when() -> None:
    told = explain(decide(facts(NOTICE)), facts(NOTICE))
    assert told.da == (
        "Der er spurgt, om en underretning kan sendes (fra hospital/foedeafdeling til kommune/familieafdeling). "
        "Svaret er ja efter barnets lov § 133, stk. 1, nr. 2, gældende fra 1. januar 2024, jf. sundhedsloven § 43, "
        "stk. 2, nr. 1, og der følger noget med. Der er oplysninger med, som kommunen ikke har brug for. Det dækkede "
        "må sendes; resten skal blive tilbage. Til afsenderen: ret henvisningen fra serviceloven § 153, stk. 1, nr. 2 "
        "til barnets lov § 133, stk. 1, nr. 2; hold det tilbage, som ikke er dækket, ikke er bedt om eller ikke er "
        "nødvendigt. Til kommunens familieafdeling: vurdér inden for 24 timer, om barnet har brug for hjælp straks "
        "(senest 16. november 2024 kl. 09.00); "
        "send en kvittering til den, der underrettede, inden for seks hverdage (senest 22. november 2024); "
        "fortæl fagpersonen, om der er sat en undersøgelse eller støtte i gang, medmindre særlige hensyn taler imod."
    )
    assert told.en.startswith(
        "The question was whether a notification of concern may be sent (from hospital/foedeafdeling to "
        "kommune/familieafdeling). The answer is yes, under barnets lov § 133, stk. 1, nr. 2 (in force from 1 January "
        "2024), cf. sundhedsloven § 43, stk. 2, nr. 1, and something follows from it."
    )


def test_a_refusal_says_what_was_tested_what_took_its_place_and_what_is_next() -> None:
    told = explain(decide(facts(NOTICE | {"act": "videregivelse"})))
    assert told.da == (
        "Der er spurgt, om oplysninger må videregives. Svaret er nej, prøvet efter serviceloven § 153, stk. 1, nr. 2, "
        "gældende til 31. december 2023. Den bestemmelse eller sagstype, der er henvist til, gælder ikke på den dag, "
        "det drejer sig om. I stedet gælder barnets lov § 133, stk. 1, nr. 2. Næste skridt: henvis til den "
        "bestemmelse, der gælder på dagen og passer."
    )


def test_a_refusal_without_a_provision_says_so() -> None:
    told = explain(decide(facts(NOTICE | {"act": "kvittering", "basis_invoked": None})))
    assert "der var ingen bestemmelse at prøve efter" in told.da
    assert "there was no provision to test" in told.en


def test_a_refusal_with_nothing_to_do_next_says_what_may_be_done() -> None:
    asked = facts(
        NOTICE | {"act": "kvittering", "discloser": "kommune/familieafdeling@Byby", "basis_invoked": "BL-KVIT"}
    )
    told = explain(decide(asked))
    assert told.da.startswith(
        "Der er spurgt, om en kvittering eller tilbagemelding må sendes til den, der underrettede. Svaret er nej, "
        "prøvet efter barnets lovs regler om kvittering for underretninger, gældende fra 1. januar 2024. "
        "Tilbagemeldingen siger mere, end modtageren må få at vide. Kvitteringen kan altid sendes."
    )
    assert "under barnets lovs regler om kvittering for underretninger (in force from 1 January 2024)" in told.en


def test_what_is_contested_is_said_to_be() -> None:
    refused = facts(NOTICE | {"notification": {"consent_sought": "refused"}})
    told = explain(decide(refused))
    assert (
        "Retsstillingen er uafklaret: Ingen læst bestemmelse gør den skriftlige afvejning til en betingelse" in told.da
    )
    assert "The law is unsettled here: No statute makes a recorded balancing a condition" in told.en


def test_an_act_nobody_knows_is_explained_without_it() -> None:
    decision = decide(replace(facts(NOTICE), act="ukendt"))
    assert explain(decision).da.startswith("Svaret er nej")


@settings(max_examples=150)
@given(any_facts())
def test_nobody_and_nothing_private_is_named(asked: Facts) -> None:
    private = replace(
        asked,
        purpose="om Karen Eksempel",
        categories=(f"Karen Eksempel {ELMER_CPR.digits}",),
        consents=tuple(replace(consent, id="Karen", oral_reason="Karen Eksempel") for consent in asked.consents),
    )
    for text in (explain(decide(private), private).da, explain(decide(private), private).en):
        assert "Karen" not in text
        assert not re.search(r"\d{6}-?\d{4}", text)
        assert asked.discloser.organisation == "-" or asked.discloser.organisation not in text
