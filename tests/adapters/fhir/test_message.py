"""A letter as a FHIR message: complete, valid, the same every time, and nothing in it that was held back."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha1
from typing import Any, get_args

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.binary import Binary
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from adapters.fhir.acts import ACTS
from adapters.fhir.message import FhirTranslator
from adapters.fhir.papers import enclosed
from hub.domain.addressed import Addressed
from hub.domain.disclosure import THE_WOMAN
from hub.ports.letter import Letter, Translator
from hub.vocabulary.information import Attachment, Item
from tests.adapters.fhir.letters import (
    ACCOUNT,
    ACT,
    BASE,
    CASE,
    EARLIER,
    FORM,
    LETTERS,
    MESSAGE,
    SECRET,
    WITHHELD,
    WOMAN,
    answer,
    clarification,
    concern,
    correction,
    disclosure,
    feedback,
    receipt,
    rectification,
    referral,
    request,
    retraction,
    ruling,
    to_charity,
)

TRANSLATOR = FhirTranslator(BASE)
EVERY_LETTER = pytest.mark.parametrize("made", LETTERS, ids=lambda made: made.__name__)


def bundle_of(letter: Letter) -> dict[str, Any]:
    """The message, read back as a stranger would."""
    read: dict[str, Any] = json.loads(TRANSLATOR.message(letter))
    return read


def one(bundle: dict[str, Any], kind: str) -> dict[str, Any]:
    """The only resource of a type."""
    (found,) = (entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)
    assert isinstance(found, dict)
    return found


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def references(value: Any) -> Iterator[str]:
    """Every relative or absolute reference in a JSON value."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_act_that_leaves_has_a_letter_here_and_a_name() -> None:
    kinds = set(get_args(Addressed))
    assert {type(made().event) for made in LETTERS} == kinds == set(ACTS)
    assert len({act.code for act in ACTS.values()}) == len(kinds)


def test_it_is_a_translator() -> None:
    translator: Translator = TRANSLATOR
    assert translator.message(disclosure()).startswith(b'{"resourceType":"Bundle"')


@EVERY_LETTER
def test_it_is_valid_r4b_and_every_value_survives_the_model(made: Callable[[], Letter]) -> None:
    bundle = bundle_of(made())
    model = Bundle.model_validate(bundle)
    assert json.loads(model.model_dump_json(by_alias=True, exclude_none=True)) == bundle
    for entry in bundle["entry"]:
        get_fhir_model_class(entry["resource"]["resourceType"]).model_validate(entry["resource"])


@EVERY_LETTER
def test_the_header_is_first_and_everything_it_leads_to_is_there_once(made: Callable[[], Letter]) -> None:
    bundle = bundle_of(made())
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert bundle["type"] == "message"
    assert kinds[0] == "MessageHeader"
    for kind in ("MessageHeader", "Patient", "EpisodeOfCare", "Provenance"):
        assert kinds.count(kind) == 1
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert urls == [
        f"{BASE}/{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle["entry"]
    ]
    assert {f"{BASE}/{reference}" for reference in references(bundle)} <= set(urls)


@EVERY_LETTER
def test_every_resource_can_be_read_by_a_person(made: Callable[[], Letter]) -> None:
    for entry in bundle_of(made())["entry"]:
        text = entry["resource"]["text"]
        assert text["status"] == "generated"
        assert text["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml"')


@EVERY_LETTER
def test_the_same_letter_gives_the_same_bytes(made: Callable[[], Letter]) -> None:
    assert FhirTranslator(f"{BASE}/").message(made()) == TRANSLATOR.message(made())


@EVERY_LETTER
def test_nothing_withheld_and_no_fact_the_law_was_asked_about_is_shown(made: Callable[[], Letter]) -> None:
    message = TRANSLATOR.message(made()).decode()
    assert WITHHELD not in message
    assert SECRET not in message
    assert WOMAN.address not in message


@EVERY_LETTER
def test_every_time_carries_its_zone(made: Callable[[], Letter]) -> None:
    bundle = bundle_of(made())
    assert bundle["timestamp"] == "2024-05-07T12:31:05.123456Z"
    assert "meta" not in bundle
    assert one(bundle, "Provenance")["occurredDateTime"] == "2024-05-07T14:30:00+02:00"


def test_sender_and_receiver_are_units_of_organisations_with_the_numbers_they_have() -> None:
    bundle = bundle_of(disclosure())
    organisations = {
        entry["resource"]["name"]: entry["resource"] for entry in bundle["entry"] if "partOf" in entry["resource"]
    }
    numbers = {
        identifier["system"]: identifier["value"] for identifier in organisations["Familieambulatoriet"]["identifier"]
    }
    assert numbers == {
        "urn:oid:1.2.208.176.1.1": "441071000016009",
        "https://www.gs1.org/gln": "5790000209354",
        "urn:tvaerspor:unit": "hospital/familieambulatorium@sygehus-soenderjylland",
    }
    assert [identifier["system"] for identifier in organisations["Familieafdelingen"]["identifier"]] == [
        "urn:tvaerspor:unit"
    ]
    header = one(bundle, "MessageHeader")
    assert header["sender"]["reference"] == f"Organization/{organisations['Familieambulatoriet']['id']}"
    assert header["source"]["endpoint"] == "https://sor2.sum.dsdn.dk/#id=441071000016009"
    assert header["destination"][0]["endpoint"] == f"{BASE}/Organization/{organisations['Familieafdelingen']['id']}"


def test_a_unit_has_one_identity_in_every_message() -> None:
    receiver = one(bundle_of(disclosure()), "MessageHeader")["destination"][0]["receiver"]
    assert one(bundle_of(receipt()), "MessageHeader")["sender"] == receiver


def test_two_units_of_one_municipality_share_the_municipality_and_nothing_else() -> None:
    letter = replace(referral(), sender=disclosure().recipient)
    organisations = [
        e["resource"] for e in bundle_of(letter)["entry"] if e["resource"]["resourceType"] == "Organization"
    ]
    assert [organisation["name"] for organisation in organisations] == [
        "Familieafdelingen",
        "Aabenraa Kommune",
        "Sundhedsplejen",
    ]


def test_an_organisation_without_units_or_numbers_is_one_organisation() -> None:
    organisations = [
        e["resource"] for e in bundle_of(to_charity())["entry"] if e["resource"]["resourceType"] == "Organization"
    ]
    assert organisations[-1]["identifier"] == [{"system": "urn:tvaerspor:unit", "value": "ngo/-@moedrehjaelpen"}]
    assert "meta" not in organisations[-1]


def test_the_woman_is_named_by_cpr_and_name_only() -> None:
    woman = one(bundle_of(disclosure()), "Patient")
    assert woman["identifier"] == [{"system": "urn:oid:1.2.208.176.1.2", "value": "2512489996"}]
    assert woman["name"][0] | {"text": ""} == {
        "use": "official",
        "text": "",
        "family": "Berggren",
        "given": ["Nancy", "Ann", "Test"],
    }
    assert not {"address", "birthDate", "gender", "telecom"} & set(woman)


def test_the_receiver_learns_by_which_ids_to_answer() -> None:
    bundle = bundle_of(concern())
    assert one(bundle, "EpisodeOfCare")["id"] == str(CASE)
    assert one(bundle, "Communication")["identifier"][0]["value"] == f"urn:uuid:{ACT}"
    assert one(bundle, "MessageHeader")["id"] == str(MESSAGE)


def test_a_retraction_names_what_it_takes_back_and_says_nothing_in_its_place() -> None:
    bundle = bundle_of(retraction())
    told, story = one(bundle, "Communication"), one(bundle, "Provenance")
    assert [payload["contentString"] for payload in told["payload"]] == [
        "Oplysningerne var forkerte og må ikke bruges (databeskyttelsesforordningens artikel 16 og 19).",
        f"concern-reported, 2024-05-07 14:30+02:00, {EARLIER}",
        "1: rusmiddel",
        f"concern-reported, 2024-05-07 14:30+02:00, {MESSAGE}",
    ]
    revised = [(entity["role"], entity["what"]["identifier"]["value"]) for entity in story["entity"]]
    assert revised == [("revision", f"urn:uuid:{EARLIER}"), ("removal", f"urn:uuid:{MESSAGE}")]
    assert story["reason"] == [{"text": "databeskyttelsesforordningens artikel 16 og 19"}]


def test_a_correction_is_a_revision_of_what_it_corrects() -> None:
    bundle = bundle_of(rectification())
    (revised,) = one(bundle, "Provenance")["entity"]
    assert (revised["role"], revised["what"]["identifier"]["value"]) == ("revision", f"urn:uuid:{EARLIER}")
    assert "Udeblevet én gang" in [part.get("contentString") for part in one(bundle, "Communication")["payload"]]


def test_a_referral_is_a_service_request_with_its_information() -> None:
    bundle = bundle_of(referral())
    request_, told = one(bundle, "ServiceRequest"), one(bundle, "Communication")
    assert one(bundle, "MessageHeader")["focus"] == [{"reference": f"ServiceRequest/{ACT}"}]
    assert {"reference": f"Communication/{told['id']}"} in request_["supportingInfo"]
    assert [payload.get("contentString") for payload in told["payload"]] == [
        "Ønsker samtale om støtte",
        "Har været uden stof i otte uger.\nMøder til aftalerne.",
        None,
    ]


def test_the_request_form_is_a_task_with_every_field_that_was_filled_in() -> None:
    task = one(bundle_of(request()), "Task")
    fields = [
        (field["type"]["coding"][0]["code"], next(v for k, v in field.items() if k != "type"))
        for field in task["input"]
    ]
    assert fields == [
        ("reason", FORM.reason),
        ("case_type", "BL-26"),
        ("case_open", True),
        ("purpose", "undersoegelse_boernefaglig"),
        ("subject", "gravid"),
        ("investigated", "gravid"),
        ("investigated", "kommende_barn"),
        ("item", "rusmiddel"),
        ("item", "fremmoede"),
        ("consent", False),
        ("basis", "RSL-11c-1-1"),
        ("agreements_at_birth", "Ring før udskrivelse"),
        ("contraception", "Ønskes drøftet"),
        ("ean", "5790000209354"),
        ("contact", "Familieafdelingens vagttelefon"),
        ("answer_by", "2024-05-21"),
    ]
    assert task["restriction"]["period"] == {"end": "2024-05-21"}
    assert task["owner"] == one(bundle_of(request()), "MessageHeader")["destination"][0]["receiver"]


def test_a_request_without_a_term_restricts_nothing() -> None:
    assert "restriction" not in one(bundle_of(request(replace(FORM, answer_by=None, ean=None))), "Task")


def test_items_say_their_category_and_whether_they_are_journalised() -> None:
    text, document = one(bundle_of(disclosure()), "Communication")["payload"][1:]
    assert text["extension"] == [
        {
            "url": "urn:tvaerspor:extension:part",
            "valueCoding": {"system": "urn:tvaerspor:category", "code": "rusmiddel"},
        },
        {"url": "urn:tvaerspor:extension:journalised", "valueBoolean": True},
    ]
    assert document["extension"][1]["valueBoolean"] is False
    assert document["contentAttachment"] == {
        "contentType": "application/pdf",
        "url": f"Binary/{ACT}.document-1",
        "size": 13,
        "hash": b64encode(sha1(b"%PDF-1.7 plan").digest()).decode(),
        "title": "fødselsplan.pdf",
    }


def test_a_document_with_words_travels_beside_them_under_one_category() -> None:
    both = Item("plan_foedsel", "Se vedlagte", attachment=Attachment("plan.png", "image/png", b"\x89PNG"))
    words, document = one(bundle_of(disclosure((both,))), "Communication")["payload"][1:]
    assert (words["contentString"], document["contentAttachment"]["title"]) == ("Se vedlagte", "plan.png")
    assert words["extension"] == document["extension"]


def test_documents_are_named_and_never_held_by_numbers_that_skip_what_is_only_words() -> None:
    """25 MB must not travel three times: the bytes ride beside the message, or lie at the door."""
    first, second = (Attachment(f"{n}.pdf", "application/pdf", b"%PDF-" + bytes(n)) for n in (1, 2))
    items = (Item("a", attachment=first), Item("b", "words"), Item("c", attachment=second))
    letter = disclosure(items)
    documents = [
        payload["contentAttachment"]
        for payload in one(bundle_of(letter), "Communication")["payload"]
        if "contentAttachment" in payload
    ]
    assert [document["url"] for document in documents] == [f"Binary/{ACT}.document-{n}" for n in (1, 2)]
    assert not [document for document in documents if "data" in document]
    for number, document in enumerate((first, second), start=1):
        binary = json.loads(msgspec.json.encode(enclosed(letter.event, letter.act, number)))
        Binary.model_validate(binary)
        assert (binary["id"], b64decode(binary["data"])) == (f"{ACT}.document-{number}", document.content)


def test_an_item_about_somebody_else_says_about_whom() -> None:
    about = {THE_WOMAN[0]: False, "partner": True}
    for subject, said in about.items():
        codes = [
            payload["extension"][0]["valueCoding"]["code"]
            for payload in one(bundle_of(disclosure(subject=subject)), "Communication")["payload"]
        ]
        assert ("subject" in codes) is said


def test_a_declined_item_is_told_with_its_reason() -> None:
    declined = one(bundle_of(answer()), "Communication")["payload"][-1]
    assert declined["extension"][0]["valueCoding"] == {
        "system": "urn:tvaerspor:declined",
        "code": "mor_barn_observation",
    }
    assert declined["contentString"] == "Er ikke observeret hos os"


@pytest.mark.parametrize(
    ("made", "element", "kind"),
    [
        (receipt, "inResponseTo", "Communication"),
        (feedback, "inResponseTo", "Communication"),
        (answer, "basedOn", "Task"),
        (clarification, "basedOn", "Task"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_an_answer_names_what_it_answers(made: Callable[[], Letter], element: str, kind: str) -> None:
    (named,) = one(bundle_of(made()), "Communication")[element]
    assert named == {"type": kind, "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{EARLIER}"}}


def test_a_correction_revises_the_disclosure_it_corrects() -> None:
    bundle = bundle_of(correction())
    (entity,) = one(bundle, "Provenance")["entity"]
    assert (entity["role"], entity["what"]["identifier"]["value"]) == ("revision", f"urn:uuid:{EARLIER}")
    assert not {"basedOn", "inResponseTo"} & set(one(bundle, "Communication"))


def test_only_a_correction_revises() -> None:
    assert "entity" not in one(bundle_of(receipt()), "Provenance")


def test_provenance_names_the_hjemmel_its_edition_and_its_gate() -> None:
    provenance = one(bundle_of(disclosure()), "Provenance")
    assert provenance["policy"] == ["urn:tvaerspor:hjemmel:SUL-43-1", "urn:tvaerspor:hjemmel:SUL-43-2-1"]
    assert provenance["reason"][0] == {
        "coding": [{"system": "urn:tvaerspor:hjemmel", "version": "LBK 247/2024", "code": "SUL-43-1"}],
        "text": "sundhedsloven § 43, stk. 1 (LBK 247/2024)",
    }
    assert provenance["target"] == [{"reference": f"Communication/{ACT}"}]


def test_a_question_passes_nothing_on_and_needs_no_hjemmel() -> None:
    assert not {"policy", "reason"} & set(one(bundle_of(clarification()), "Provenance"))


def test_a_role_that_medcom_knows_is_a_code_and_any_other_is_words() -> None:
    known, other = (one(bundle_of(made()), "PractitionerRole")["code"][0] for made in (disclosure, feedback))
    assert [coding["code"] for coding in known["coding"]] == ["jordemoder"]
    assert other == {"text": "familierådgiver"}


def test_a_sender_without_a_person_speaks_as_a_unit() -> None:
    header = one(bundle_of(receipt()), "MessageHeader")
    assert "author" not in header
    assert one(bundle_of(receipt()), "Communication")["sender"] == header["sender"]


def test_a_person_acts_on_behalf_of_her_unit() -> None:
    (agent,) = one(bundle_of(disclosure()), "Provenance")["agent"]
    assert agent["who"]["reference"].startswith("PractitionerRole/")
    assert agent["onBehalfOf"] == one(bundle_of(disclosure()), "MessageHeader")["sender"]


def test_the_letter_for_people_goes_along_when_it_is_handed_in() -> None:
    bundle = json.loads(TRANSLATOR.message(disclosure(), b"%PDF-1.7"))
    Bundle.model_validate(bundle)
    document, binary = one(bundle, "DocumentReference"), one(bundle, "Binary")
    assert document["content"][0]["attachment"]["url"] == f"Binary/{binary['id']}"
    assert binary["data"] == "JVBERi0xLjc="
    assert {"reference": f"DocumentReference/{document['id']}"} in one(bundle, "MessageHeader")["focus"]


WORDS = st.text(alphabet=st.characters(), max_size=40) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "]]>&amp;",
        '"><img src=x onerror=alert(1)>',
        "\x00\x1b[2J",
        "\ud800",
        "\u202e",
        " ",
        "",
    ]
)


@given(text=WORDS, category=WORDS, person=WORDS, name=WORDS, title=WORDS)
def test_whatever_people_write_the_message_is_valid_and_no_markup(
    text: str, category: str, person: str, name: str, title: str
) -> None:
    item = Item(category or "x", text, attachment=Attachment(title, "application/pdf", b"x") if title else None)
    letter = replace(
        disclosure((item,)), person=person, role=text, citizen=replace(WOMAN, name=name), reference=title or "r"
    )
    bundle = bundle_of(letter)
    Bundle.model_validate(bundle)
    for said in strings(bundle):
        assert said.strip()
        assert not set(said) & {chr(code) for code in (*range(9), 11, 12, *range(14, 32))}
    for entry in bundle["entry"]:
        _well_formed_and_plain(entry["resource"]["text"]["div"])


@given(text=WORDS)
def test_whatever_an_underretning_says_is_said_word_for_word_where_fhir_allows_it(text: str) -> None:
    letter = concern(replace(ACCOUNT, occasion=text))
    payload = one(bundle_of(letter), "Communication")["payload"][0]
    if text.strip():
        assert len(payload["contentString"]) == len(text)
    else:
        assert payload["extension"][0]["valueCoding"]["code"] == "seen_and_heard"


def _well_formed_and_plain(div: str) -> None:
    """An XML parser reads it, and finds no element but those the hub writes."""
    from xml.etree import ElementTree

    root = ElementTree.fromstring(div)
    names = {element.tag.removeprefix("{http://www.w3.org/1999/xhtml}") for element in root.iter()}
    assert names <= {"div", "h2", "p", "b", "br"}


def test_the_facts_of_the_ruling_hold_what_the_letters_must_not_show() -> None:
    assert (WITHHELD in ruling().facts.categories, ruling().facts.discloser_role) == (True, SECRET)
