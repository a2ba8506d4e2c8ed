"""The story: Kaja Test Hansen of Aabenraa, March to October 2025, drawn from the case in the agreements' annex.

Every body is a file of openapi/examples. What the hub must answer is asserted here; where each act stands in the law is
said by the hub itself.
"""

from datetime import datetime

from hub.demo.examples import read
from hub.demo.failure import must
from hub.demo.stage import Stage

WITHDRAWAL_HEARD = datetime.fromisoformat("2025-06-10T08:15:00+02:00")  # Friday afternoon; Whitsun lies between


def tell(stage: Stage) -> None:
    """From the referral to the first days at home."""
    referral(stage)
    consent = consent_and_disclosure(stage)
    underretning(stage)
    request(stage)
    withdrawal(stage, consent)
    move(stage)
    birth(stage)


def referral(stage: Stage) -> None:
    """Sundhedsplejen refers her; the hospital meets her within seven days."""
    stage.tell.chapter("Referral and first contact", "henvisning, første kontakt inden 7 dage")
    opened = stage.act(
        "sundhedspleje", "meets Kaja, 25, in week 13+4, and opens her case (forløb)", "/cases", "open-case"
    )
    stage.case = opened.id
    stage.act(
        "sundhedspleje",
        "notes her oral consent (samtykke) to be referred for treatment",
        "/consents",
        "consent.treatment",
    )
    sent = stage.act("sundhedspleje", "refers her to the familieambulatorium (henvisning)", "/referrals", "referral")
    must(sent.decision["basis"] == "SUL-41-1", "treatment with consent carries the referral")
    joined = stage.act("hospital", "opens a case for the same woman", "/cases", "open-case.joining")
    must(joined.body["case"] == stage.case, "one woman, one open case")
    stage.tell.aside("one woman, one open case: the hospital joined hers, and was shown nothing by that")
    here = f"/referrals/{sent.id}"
    stage.act("hospital", "accepts the referral", f"{here}/acceptance", "acceptance")
    stage.act("hospital", "meets her for the first time, on day 4 of 7", f"{here}/contact", "contact")
    shown = stage.clients["hospital"].get(stage.path("")).body["referrals"][0]
    must(shown["first_contact_due"] == "2025-04-07", "first contact is due within seven days")
    must(shown["status"] == "in-contact", "the first contact is on the case")


def consent_and_disclosure(stage: Stage) -> str:
    """Her written consent: one receiver, two categories."""
    stage.tell.chapter("Consent and disclosure", "skriftligt samtykke, videregivelse, orientering")
    given = stage.act(
        "hospital",
        "takes her written consent: to Aabenraa's familieafdeling, about rusmiddel and psykisk_helbred",
        "/consents",
        "consent",
    )
    stage.act("hospital", "sets the level of care (niveau 3)", "/care-level", "care-level")
    sent = stage.act("hospital", "tells the familieafdeling what she consented to", "/disclosures", "disclosure")
    must(sent.decision["basis"] == "SUL-43-1", "her written consent carries it")
    must(sent.decision["consents"] == [given.id], "it rests on this consent and no other")
    stage.act(
        "hospital",
        "tells Kaja what was sent (orientering)",
        f"/disclosures/{sent.id}/citizen-informed",
        "citizen-informed",
    )
    _ask_about_another_unit(stage)
    return given.id


def _ask_about_another_unit(stage: Stage) -> None:
    example = read("decision")
    at = datetime.fromisoformat("2025-04-07T09:50:00+02:00")
    client = stage.look("hospital", at, "asks: may sundhedsplejen have it too? (asking records nothing)")
    decision = client.post("/v1/decisions", example.body).body
    must(decision["reason"] == "CONSENT_WRONG_RECIPIENT", "one unit is one unit, within one municipality too")
    stage.tell.came("no", f"it would be refused, {decision['reason']}: one unit is one unit, in one municipality too")


def underretning(stage: Stage) -> None:
    """The rusmiddelcenter notifies; the municipality's clocks run, over Easter."""
    stage.tell.chapter(
        "Concern for an unborn child", "underretning, vurdering inden 24 timer, kvittering inden 6 hverdage"
    )
    stage.act(
        "rusmiddelcenter", "opens a case for a woman it knows, and joins hers", "/cases", "open-case.rusmiddelcenter"
    )
    reported = stage.act(
        "rusmiddelcenter", "makes an underretning; Kaja said no, the duty stands", "/concerns", "concern"
    )
    decision = reported.decision
    must(decision["basis"] == "BL-133-1-2", "the duty is barnets lov § 133, stk. 1, nr. 2")
    must(decision["due"] == {"ASSESS_24H": "2025-04-15T14:30", "ACK_RECEIPT": "2025-04-24"}, "24 hours; 6 hverdage")
    stage.tell.aside("six hverdage after 14 April end on the 24th: the holidays of Easter do not count, Saturday does")
    here = f"/concerns/{reported.id}"
    stage.act(
        "rusmiddelcenter",
        "notes that Kaja was told before it was sent (orientering)",
        f"/disclosures/{reported.id}/citizen-informed",
        "citizen-informed.concern",
    )
    stage.act("familieafdeling", "assesses: no acute need, within 24 hours", f"{here}/assessment", "assessment")
    stage.act("familieafdeling", "gives the receipt, on hverdag 4 of 6", f"{here}/receipt", "receipt")
    told = stage.act(
        "familieafdeling", "tells the notifier that an undersøgelse has begun", f"{here}/feedback", "feedback"
    )
    must(told.decision["basis"] == "BL-KVIT", "a professional learns whether something was started")
    owed = stage.clients["familieafdeling"].get(stage.path("/obligations")).body["obligations"]
    must(not owed, "assessment, receipt and feedback are given, so nothing is owed")
    stage.tell.came("seen", "the familieafdeling owes nothing any more: assessed, confirmed and told in time")


def request(stage: Stage) -> None:
    """The filled-in form, and an answer that holds what was asked for, less what is no obligation."""
    stage.tell.chapter("Request and answer", "anmodning om oplysninger (bilag 3), retssikkerhedsloven § 11 c")
    asked = stage.act(
        "familieafdeling",
        "sends the request form: five items, no consent (§ 11 c)",
        "/information-requests",
        "information-request",
    )
    must(asked.decision["basis"] == "RSL-11c-1-1", "a child case: § 11 c, stk. 1, nr. 1")
    answered = stage.act("hospital", "answers", f"/information-requests/{asked.id}/answer", "answer")
    decision = answered.decision
    must(set(decision["withheld"]) == {"tidligere_graviditeter", "mor_barn_observation"}, "one held back, one declined")
    must(decision["reason"] == "SURPLUS_INFORMATION", "the reason names what nobody asked for")
    must("request-item-declined.v1" in answered.body["events"], "the declined item is on record")
    held_back = read("answer").text("tidligere_graviditeter")
    must(held_back not in stage.mail.mails[-1].fhir, "what was held back is not in the letter")
    stage.tell.aside("held back: earlier pregnancies, nobody asked. Declined: mother-child observation, no obligation")
    stage.act("hospital", "puts request and answer into the journal", "/obligations", "fulfilment", about=answered.id)


def withdrawal(stage: Stage, consent: str) -> None:
    """She takes the consent back; the next disclosure on it is refused, and the refusal is on record."""
    stage.tell.chapter("Withdrawal and refusal", "tilbagekaldt samtykke, afslag")
    stage.act(
        "hospital",
        "hears from Kaja by telephone that she takes the consent back",
        f"/consents/{consent}/withdrawal",
        "withdrawal",
        heard=WITHDRAWAL_HEARD,
    )
    refused = stage.act(
        "hospital",
        "tries to tell the familieafdeling more, on that consent",
        "/disclosures",
        "disclosure.withdrawn",
        status=403,
    )
    must(refused.body["reason"] == "CONSENT_WITHDRAWN", "a withdrawn consent carries nothing more")
    must(refused.body["hjemmel"]["invoked"] == "SUL-43-1", "the refusal names what was invoked")


def move(stage: Stage) -> None:
    """A consent that names the old municipality does not reach the new one."""
    stage.tell.chapter("Move to another municipality", "flytning, flytteunderretning")
    stage.act("hospital", "takes a new consent: the birth plan, to Aabenraa", "/consents", "consent.birth-plan")
    stage.act("familieafdeling", "registers that she moved to Sønderborg", "/municipality", "municipality")
    told = stage.act(
        "familieafdeling", "tells Sønderborg what it must know (flytteunderretning)", "/disclosures", "disclosure.move"
    )
    must(told.decision["basis"] == "BL-132-1", "the move notice needs no consent")
    refused = stage.act(
        "hospital", "tries to send the birth plan to Sønderborg", "/disclosures", "disclosure.moved", status=403
    )
    must(refused.body["reason"] == "CONSENT_WRONG_RECIPIENT", "the consent names Aabenraa")
    must(refused.body["next_step"] == "REQUEST_NEW_CONSENT", "the refusal says what to do")
    stage.act("hospital", "does as told and takes a consent that names Sønderborg", "/consents", "consent.after-move")
    stage.act("hospital", "sends the birth plan to Sønderborg", "/disclosures", "disclosure.after-move")


def birth(stage: Stage) -> None:
    """The child is born; the midwife hands over to the new municipality's sundhedspleje."""
    stage.tell.chapter("Birth", "fødsel, overlevering til sundhedsplejen")
    stage.act("hospital", "registers the birth, in week 39+2", "/birth", "birth")
    children = stage.clients["hospital"].get(stage.path("")).body["children"]
    must(len(children) == 1, "the child is on the case")
    handed = stage.act("hospital", "hands over to Sønderborg's sundhedspleje", "/disclosures", "disclosure.handover")
    must(handed.decision["basis"] == "SUL-41-2-1", "between health persons, for the treatment now under way")
