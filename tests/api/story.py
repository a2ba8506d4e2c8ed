"""One of every act that a client may record, in an order that holds: for tests that must try every door."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from hub.vocabulary.organisations import Unit
from tests.api.doors import NOW, Doors
from tests.people import CLINIC, DAUGHTER_CPR, FAMILIES, KAJA, NURSES, SON_CPR

AT = NOW.isoformat()
SOON = (NOW + timedelta(days=20)).date().isoformat()
GRAVID = {"role": "gravid"}
ITEMS = [{"category": "rusmiddel", "text": "Prøven var positiv for hash."}]


@dataclass(frozen=True)
class Act:
    """One request; `told` names what its answer's id is called in later paths."""

    by: Unit
    path: str
    body: dict[str, Any]
    told: str = ""
    status: int = 201

    @property
    def door(self) -> str:
        """The path as the door calls it: what any act may stand for is an act there."""
        return self.path.replace("{disclosure}/citizen", "{act}/citizen").replace("acts/{concern}", "acts/{act}")


def _act(by: Unit, path: str, told: str = "", status: int = 201, **body: Any) -> Act:
    return Act(by, path, {"at": AT, "person": "Signe Lund", "role": "jordemoder"} | body, told, status)


_CONSENT = {
    "form": "written",
    "given_by": "gravid",
    "disclosers": [str(CLINIC)],
    "recipients": [str(FAMILIES)],
    "categories": ["rusmiddel"],
    "purposes": ["stoette_graviditet"],
    "subjects": ["gravid"],
    "journalised": True,
}
_CONSENT_TO_TREAT = _CONSENT | {
    "form": "oral",
    "disclosers": [str(NURSES)],
    "recipients": [str(CLINIC)],
    "purposes": ["behandling"],
}
_DISCLOSURE = {
    "recipient": str(FAMILIES),
    "subject": GRAVID,
    "basis": "SUL-43-1",
    "purpose": "stoette_graviditet",
    "items": ITEMS,
}
_CONCERN = {
    "recipient": str(FAMILIES),
    "subject": GRAVID,
    "basis": "BL-133-1-2",
    "occasion": "Udeblevet.",
    "seen_and_heard": "Påvirket.",
    "items": ITEMS,
    "notification": {"consent_sought": "refused", "balancing_recorded": False, "parents_informed": True},
}
_REFERRAL = {
    "recipient": str(CLINIC),
    "subject": GRAVID,
    "basis": "SUL-41-1",
    "purpose": "behandling",
    "reason": "Henvises.",
    "items": ITEMS,
}
_REQUEST = {
    "recipient": str(CLINIC),
    "basis": "RSL-11c-1-1",
    "consent": False,
    "case_type": "BL-26",
    "purpose": "undersoegelse_boernefaglig",
    "subject": GRAVID,
    "investigated": ["gravid"],
    "reason": "Vi undersøger.",
    "requested": ["rusmiddel", "fremmoede"],
    "ean": "9521000000018",
}
_TASK = {"what": "Besøg hver anden uge", "responsible": str(NURSES), "due": SOON}

ACTS = (
    _act(
        *(CLINIC, "/v1/cases", "case"),
        cpr=KAJA.cpr.digits,
        name="Kaja Test Hansen",
        relation="behandling",
        due_date=SOON,
    ),
    _act(
        *(NURSES, "/v1/cases"),
        cpr=KAJA.cpr.digits,
        name="Kaja Hansen",
        relation="behandling",
        municipality="aabenraa",
    ),
    _act(CLINIC, "/v1/cases/{case}/parties", unit=str(FAMILIES)),
    _act(CLINIC, "/v1/cases/{case}/due-date", due_date=SOON),
    _act(CLINIC, "/v1/cases/{case}/care-level", level=3),
    _act(CLINIC, "/v1/cases/{case}/coordinator", name="Signe Lund"),
    _act(CLINIC, "/v1/cases/{case}/contact-person", name="Signe Lund"),
    _act(CLINIC, "/v1/cases/{case}/consents", "consent", **_CONSENT),
    _act(CLINIC, "/v1/cases/{case}/consents", **_CONSENT | {"categories": ["oekonomi"], "given": False}),
    _act(CLINIC, "/v1/cases/{case}/disclosures", "disclosure", **_DISCLOSURE),
    _act(CLINIC, "/v1/cases/{case}/disclosures/{disclosure}/correction", items=ITEMS),
    _act(CLINIC, "/v1/cases/{case}/disclosures/{disclosure}/citizen-informed", how="i telefonen"),
    _act(CLINIC, "/v1/cases/{case}/consents/{consent}/withdrawal"),
    _act(CLINIC, "/v1/cases/{case}/disclosures", "refused", 403, **_DISCLOSURE),
    _act(CLINIC, "/v1/cases/{case}/concerns", "concern", **_CONCERN),
    _act(
        CLINIC,
        "/v1/cases/{case}/obligations",
        act="{concern}",
        duty="RECORD_BALANCING",
        words="Barnet går for.",
    ),
    _act(CLINIC, "/v1/cases/{case}/acts/{concern}/correction", wrong=["occasion"], words="Udeblevet én gang."),
    _act(FAMILIES, "/v1/cases/{case}/concerns/{concern}/assessment", acute=False),
    _act(FAMILIES, "/v1/cases/{case}/concerns/{concern}/receipt"),
    _act(
        FAMILIES,
        "/v1/cases/{case}/concerns/{concern}/feedback",
        items=[{"category": "sag_aabnet", "text": "Undersøgelse begyndt."}],
    ),
    _act(NURSES, "/v1/cases/{case}/consents", **_CONSENT_TO_TREAT),
    _act(NURSES, "/v1/cases/{case}/referrals", "referral", **_REFERRAL),
    _act(CLINIC, "/v1/cases/{case}/referrals/{referral}/acceptance"),
    _act(CLINIC, "/v1/cases/{case}/referrals/{referral}/no-show"),
    _act(CLINIC, "/v1/cases/{case}/referrals/{referral}/contact"),
    _act(CLINIC, "/v1/cases/{case}/referrals/{referral}/completion"),
    _act(FAMILIES, "/v1/cases/{case}/information-requests", "asked", **_REQUEST),
    _act(CLINIC, "/v1/cases/{case}/information-requests/{asked}/clarification", question="Siden hvornår?"),
    _act(
        FAMILIES, "/v1/cases/{case}/information-requests/{asked}/clarification", requested=["rusmiddel"], words="Marts."
    ),
    _act(CLINIC, "/v1/cases/{case}/information-requests/{asked}/answer", items=ITEMS),
    _act(
        CLINIC,
        "/v1/cases/{case}/plans",
        "plan",
        title="Støtte frem til fødslen",
        agreed_with_citizen_at=AT,
        tasks=[_TASK, _TASK | {"responsible": str(CLINIC), "what": "Samtale om hash"}],
        review_on=SOON,
    ),
    _act(CLINIC, "/v1/cases/{case}/plans/{plan}/tasks/{task}/completion"),
    _act(CLINIC, "/v1/cases/{case}/plans/{plan}/revision", agreed_with_citizen_at=AT, tasks=[_TASK]),
    _act(CLINIC, "/v1/cases/{case}/municipality", elsewhere={"where": "abroad", "name": "Sverige"}),
    _act(CLINIC, "/v1/cases/{case}/municipality", municipality="odense"),
    _act(CLINIC, "/v1/cases/{case}/identification", replacement_number="2103002AB4"),
    _act(CLINIC, "/v1/cases/{case}/address-protection", protected=True),
    _act(CLINIC, "/v1/cases/{case}/address-protection", protected=False),
    _act(CLINIC, "/v1/cases/{case}/birth", children=[{"born_at": AT}]),
    _act(CLINIC, "/v1/cases/{case}/birth", children=[{"born_at": AT, "stillborn": True}]),
    _act(CLINIC, "/v1/cases/{case}/children/{child}/cpr", cpr=DAUGHTER_CPR.digits),
    _act(CLINIC, "/v1/cases/{case}/children/{child}/correction", born_at=AT, cpr=SON_CPR.digits, reason="Læst galt."),
    _act(CLINIC, "/v1/cases/{case}/children/{child}/withdrawal", reason="En anden kvindes barn."),
    _act(CLINIC, "/v1/cases/{case}/pregnancy-end"),
    _act(CLINIC, "/v1/cases/{case}/pregnancy-end/withdrawal", reason="Hun er stadig gravid."),
    _act(CLINIC, "/v1/cases/{case}/death", died_on=NOW.date().isoformat()),
    _act(CLINIC, "/v1/cases/{case}/death/withdrawal", reason="En anden med samme navn."),
    _act(CLINIC, "/v1/cases/{case}/closure", reason="Barnet er fulgt op."),
    _act(CLINIC, "/v1/cases/{case}/reopening", reason="Der er mere."),
)


@dataclass(frozen=True)
class Told:
    """An act as it was sent, and its answer."""

    act: Act
    path: str
    body: dict[str, Any]
    key: str
    answer: httpx.Response


def told(doors: Doors, prefix: str) -> Iterator[Told]:
    """Tell the story. Every act goes under a key of its own; what an act is called later is taken from its answer."""
    names: dict[str, str] = {"task": "1", "child": "1"}
    for number, act in enumerate(ACTS):
        path = act.path.format(**names)
        body = {name: value.format(**names) if name == "act" else value for name, value in act.body.items()}
        key = f"{prefix}-{number}"
        answer = doors.at(act.by).post(path, body, key=key)
        assert answer.status_code == act.status, (act.path, answer.text)
        if act.told:
            names[act.told] = answer.json()["decision" if act.status == 403 else "id"]
        yield Told(act, path, body, key, answer)
