"""What stands behind a reference: the letter for people as DocumentReference and Binary, a document as Binary."""

from uuid import UUID

from adapters.fhir.acts import act
from adapters.fhir.datatypes import Attachment
from adapters.fhir.keys import act_key, document_key
from adapters.fhir.narrative import LANGUAGE, narrative
from adapters.fhir.parties import Parties
from adapters.fhir.resources import Binary, DocumentContent, DocumentReference
from hub.domain.addressed import documents
from hub.ports.letter import Letter

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


def enclosed(event: object, act: UUID, number: int) -> Binary | None:
    """A document that the act brings along, by its number; None when there is no such document."""
    found = dict(enumerate(documents(event), start=1)).get(number)
    if found is None:
        return None
    return Binary(id=document_key(act, number), content_type=found.content_type, data=found.content)
