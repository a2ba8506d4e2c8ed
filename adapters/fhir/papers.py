"""The letter for people beside the message for systems: DocumentReference, and Binary for its bytes."""

from adapters.fhir.acts import act
from adapters.fhir.datatypes import Attachment
from adapters.fhir.keys import act_key
from adapters.fhir.narrative import LANGUAGE, narrative
from adapters.fhir.parties import Parties
from adapters.fhir.resources import Binary, DocumentContent, DocumentReference
from hub.ports import Letter

PDF = "application/pdf"


def document(letter: Letter, who: Parties) -> DocumentReference:
    """The letter as a document; its content lies in `binary`."""
    name = act(letter.event)
    shown = Attachment(content_type=PDF, url=f"Binary/{act_key(letter)}", title=name.title, creation=letter.recorded_at)
    return DocumentReference(
        id=act_key(letter),
        language=LANGUAGE,
        text=narrative(name.title, (("Reference", letter.reference),)),
        status="current",
        type=name.concept,
        subject=who.patient,
        date=letter.recorded_at,
        author=(who.source,),
        content=(DocumentContent(attachment=shown),),
    )


def binary(letter: Letter, pdf: bytes) -> Binary:
    """The bytes of the letter."""
    return Binary(id=act_key(letter), content_type=PDF, data=pdf)
