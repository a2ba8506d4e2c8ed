"""Every row of the tables in MedCom's guide (medcom.md §§2, 3, 5, 6 and 7), and the rules that keep it.

A row is named by its table and its first cell, as the guide writes them. A rule here is an id of adapters.medcom.rules,
or of the cheap look before them; MUTANTS breaks each of them, KEPT and the valid messages keep them. A row that no rule
can keep says why: adapters/medcom/README.md tells the same.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Untested:
    """A row that one message alone cannot break; `why` is a sentence."""

    why: str


Rows = dict[str, tuple[str, ...] | Untested]
MESSAGE, HEADER, ORIGIN = "2. Any MedCom message", "MessageHeader", "Provenance"
PROFILES, CARE = "3. CareCommunication 5.0.4, profile", "3. CareCommunication 5.0.4, element"
RECEIPT = "5. Acknowledgement 2.0.3"
STAY, USES, DK = "6. HospitalNotification 3.0.2, Encounter element", "6. HospitalNotification 3.0.2, case", "7. DK Core"
NOT_IN_A_MESSAGE = Untested("none of MedCom's messages asks for it, and what a purpose does not need is not sent (§4)")
FORBIDDEN = (
    "type, serviceType, priority, basedOn, participant, appointment, length, reasonCode, reasonReference, "
    "diagnosis, hospitalization, location, partOf, account"
)
TABLES: dict[str, Rows] = {
    MESSAGE: {
        "Bundle.id": ("msg-id", "msg-envelope"),
        "Bundle.identifier": Untested("it may repeat Bundle.id, and need not"),
        "Bundle.type": ("msg-type",),
        "Bundle.timestamp": ("msg-timestamp",),
        "entry[0]": ("msg-header-first",),
        "entry Provenance": ("msg-provenance",),
        "entry Organization": ("msg-organizations", "hdr-sender", "hdr-receiver", "org-sor", "org-gln", "org-use"),
        "entry Patient": ("msg-patient",),
        "focus resource": ("hdr-focus",),
    },
    HEADER: {
        "id": ("hdr-id", "hdr-id-hex", "msg-duplicate"),
        "eventCoding.system": ("hdr-event",),
        "eventCoding.code": ("hdr-event",),
        "destination:primary": ("hdr-destination",),
        "destination:primary.endpoint": ("hdr-destination-endpoint",),
        "destination:primary.receiver": ("hdr-receiver",),
        "destination:cc": ("hdr-destination",),
        "sender": ("hdr-sender",),
        "source.endpoint": ("hdr-source-endpoint",),
        "focus": ("hdr-focus",),
        "definition": ("cc-definition",),
    },
    ORIGIN: {
        "target": ("prov-target",),
        "occurredDateTime": ("prov-occurred",),
        "recorded": ("prov-recorded",),
        "activity.coding": ("prov-activity-system", "prov-activity"),
        "agent.who": ("prov-agent", "msg-old-agents"),
        "entity": ("prov-entity-role", "prov-entity-what", "prov-chain"),
    },
    PROFILES: {
        "Bundle": ("msg-profile",),
        "MessageHeader": ("hdr-profile",),
        "Communication": ("cc-profile",),
        "Provenance": ("prov-profile",),
        "Patient / Encounter": ("pat-profile", "cc-core-profile"),
        "Practitioner / role": ("cc-core-profile",),
        "CareTeam / Organization": ("cc-core-profile", "hdr-sender", "hdr-receiver"),
    },
    CARE: {
        "MessageHeader.eventCoding.code": ("hdr-event",),
        "MessageHeader.definition": ("cc-definition",),
        "MessageHeader.focus": ("hdr-focus",),
        "Communication.identifier": ("cc-identifier",),
        "Communication.status": ("cc-status",),
        "Communication.category.coding": ("cc-category", "cc-category-system", "cc-category-code"),
        "Communication.topic.text": ("cc-topic",),
        "Communication.priority": ("cc-priority",),
        "Communication.subject": ("cc-subject",),
        "Communication.encounter": (
            *("cc-encounter", "cc-episode", "enc-status", "enc-class", "enc-subject"),
            *("enc-episode", "enc-period"),
        ),
        "Communication.recipient": ("cc-recipient",),
        "Communication.extension:sender": ("cc-sender",),
        "payload:string": (
            *("cc-text", "cc-content", "cc-line-break", "cc-date", "cc-date-zone", "cc-payload-id", "cc-payload-uuid"),
            *("cc-payload-once", "cc-assigner", "cc-author", "cc-author-role", "cc-contact", "cc-contact-phone"),
        ),
        "payload:attachment": (
            *("cc-title", "cc-document", "cc-creation", "cc-date", "cc-payload-id", "cc-author", "cc-contact"),
        ),
        "attachment.contentType": ("cc-media",),
        "author chain": ("cc-practitioner", "cc-role-code", "cc-practitioner-name"),
        "Provenance.activity": ("prov-activity",),
        "Provenance.entity (closed slices)": (
            *("cc-sources", "cc-payload-source", "cc-new", "cc-revision", "prov-entity-role"),
        ),
        "Patient": ("msg-patient", "pat-number", "pat-number-once", "pat-name", "pat-deceased"),
    },
    RECEIPT: {
        "MessageHeader.eventCoding.code": ("hdr-event",),
        "MessageHeader.response.identifier": ("ack-identifier", "ack-quotes"),
        "MessageHeader.response.code": ("ack-code",),
        "MessageHeader.response.details": ("ack-details", "ack-information"),
        "OperationOutcome.issue": (
            *("ack-issue", "ack-issue-details", "ack-issue-system", "ack-issue-code", "ack-issue-old"),
        ),
        "Provenance": ("ack-provenances", "ack-entity", "ack-acknowledged", "prov-activity", "prov-target"),
        "Patient, focus, destination:cc": ("msg-patient", "hdr-focus", "hdr-destination", "ack-nothing-else"),
    },
    STAY: {
        "status": ("hn-status", "hn-profile"),
        "class": ("hn-class",),
        "episodeOfCare.identifier": ("hn-episode", "enc-episode"),
        "period.start": ("hn-start", "hn-end", "enc-period"),
        "serviceProvider, subject": ("hn-provider", "enc-subject", "hn-cpr"),
        "extension leavePeriod": ("hn-leave", "hn-leave-end"),
        FORBIDDEN: ("hn-forbidden",),
    },
    USES: {
        "STAA / STIN (start)": ("hn-use-case", "hn-report", "hn-report-recipient"),
        "STOR / SLOR (leave)": ("hn-use-case", "hn-previous"),
        "SLHJ (home)": ("hn-use-case", "hn-previous"),
        "RE_x": ("hn-use-case", "hn-previous", "hn-removal"),
        "AN_STAA/AN_STIN": ("hn-use-case",),
        "AN_STOR / AN_SLOR / AN_SLHJ": ("hn-use-case", "hn-previous"),
        "MORS": ("hn-death", "hn-use-case"),
    },
    DK: {
        "Patient, Organization, Practitioner, PractitionerRole, RelatedPerson": ("pat-profile", "cc-core-profile"),
        "CPR / X-eCPR / D-eCPR": ("pat-number", "pat-cpr", "pat-cpr-use", "pat-ecpr", "pat-ecpr-use"),
        "SOR / GLN / CVR": ("org-sor", "org-gln", "org-cvr"),
        "Ydernummer": NOT_IN_A_MESSAGE,
        "KOMBIT org": ("org-kombit",),
        "Municipality": NOT_IN_A_MESSAGE,
        "Region": NOT_IN_A_MESSAGE,
        "Authorisation id": ("pra-authorisation",),
        "SOR organization type": NOT_IN_A_MESSAGE,
    },
}
ALL_MESSAGES = {  # of the prose between the tables: full URLs, references, narrative (§2)
    *("msg-fullurl", "msg-fullurl-once", "msg-fullurl-absolute", "msg-references"),
    *("msg-narrative", "msg-narrative-safe"),
}
OF_THE_DOOR = {"msg-envelope", "msg-duplicate"}  # the record tells them: tests/api/test_process_message.py breaks them


def rules() -> set[str]:
    """Every rule that a row names."""
    return {rule for rows in TABLES.values() for kept in rows.values() if isinstance(kept, tuple) for rule in kept}
