"""MedCom's canonicals, code systems and closed lists of codes, as published with CareCommunication 5.0.4 (terminology
2.0.1), HospitalNotification 3.0.2 and Acknowledgement 2.0.3. What DK Core and HL7 own stands in adapters.fhir.systems.
"""

IG = "http://medcomfhir.dk/ig"
TERMINOLOGY = f"{IG}/terminology/CodeSystem"
MESSAGING = f"{IG}/messaging/StructureDefinition"
CORE = f"{IG}/core/StructureDefinition"
CARE = f"{IG}/carecommunication/StructureDefinition"
HOSPITAL = f"{IG}/hospitalnotification/StructureDefinition"
ACK = f"{IG}/acknowledgement/StructureDefinition"

EVENTS = f"{TERMINOLOGY}/medcom-messaging-eventCodes"
CARE_EVENT, HOSPITAL_EVENT, ACK_EVENT = (
    "care-communication-message",
    "hospital-notification-message",
    "acknowledgement-message",
)
SPOKEN = frozenset({CARE_EVENT, HOSPITAL_EVENT, ACK_EVENT})
KNOWN_EVENTS = SPOKEN | {"homecareobservation-message", "empty-message"}

DESTINATION_USE_EXTENSION = f"{MESSAGING}/medcom-messaging-destinationUseExtension"
DESTINATION_USE = f"{TERMINOLOGY}/medcom-messaging-destinationUse"
ACTIVITIES = f"{TERMINOLOGY}/medcom-messaging-activityCodes"
ORGANIZATION = f"{MESSAGING}/medcom-messaging-organization"
PATIENT = f"{CORE}/medcom-core-patient"
ENCOUNTER = f"{CORE}/medcom-core-encounter"
PRACTITIONER = f"{CORE}/medcom-core-practitioner"
PRACTITIONER_ROLE = f"{CORE}/medcom-core-practitionerrole"
CARE_TEAM = f"{CORE}/medcom-core-careteam"
MESSAGE_PROFILE = {
    CARE_EVENT: f"{CARE}/medcom-careCommunication-message",
    HOSPITAL_EVENT: f"{HOSPITAL}/medcom-hospitalNotification-message",
    ACK_EVENT: f"{ACK}/medcom-messaging-acknowledgement",
}
HEADER_PROFILE = {
    CARE_EVENT: f"{CARE}/medcom-careCommunication-messageHeader",
    HOSPITAL_EVENT: f"{HOSPITAL}/medcom-hospitalNotification-messageHeader",
    ACK_EVENT: f"{ACK}/medcom-messaging-acknowledgementHeader",
}
PROVENANCE_PROFILE = {
    CARE_EVENT: f"{CARE}/medcom-careCommunication-provenance",
    HOSPITAL_EVENT: f"{MESSAGING}/medcom-messaging-provenance",
    ACK_EVENT: f"{MESSAGING}/medcom-messaging-provenance",
}
COMMUNICATION = f"{CARE}/medcom-careCommunication-communication"
OUTCOME = f"{ACK}/medcom-acknowledgement-operationoutcome"

KOMBIT = "https://kombit.dk/sts/organisation"
AUTHORISATION = "https://autregweb.sst.dk"
GLN_SYSTEMS = ("https://www.gs1.org/gln", "http://www.gs1.org/gln")  # dk-core to 3.4.0, and from 3.5.0 on
X_ECPR = "urn:oid:1.2.208.176.1.6.1.1"
D_ECPR = "urn:oid:1.2.208.176.1.6.1.3"  # and whatever is registered below it

DEFINITION = f"{IG}/messagedefinitions/MessageDefinition/MedComCareCommunicationMessageDefinition"
CATEGORIES = f"{TERMINOLOGY}/medcom-careCommunication-categoryCodes"
CATEGORY_CODES = frozenset(
    {
        *("alcohol-and-drug-treatment", "assistive-devices", "carecoordination", "decease", "discharge"),
        *("examination-results", "healthcare", "home-care-assessment", "medicine", "nursing", "outpatient"),
        *("psychiatry-social-disability", "regarding-referral", "telemedicine", "training", "acute-ambulant"),
        *("extended-care-responsibility", "other"),
    }
)
SUNDHEDSPLEJE = "healthcare"  # the municipal sundhedspleje, whatever its English display says
DATE = f"{CORE}/medcom-core-datetime-extension"
IDENTIFIER = f"{CORE}/medcom-core-identifier-extension"
AUTHOR = f"{CORE}/medcom-core-practitioner-extension"
CONTACT = f"{CORE}/medcom-core-contact-extension"
SENDER = f"{CORE}/medcom-core-sender-extension"
MEDIA = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/bmp"})
NEW, REPLY, FORWARD = "new-message", "reply-message", "forward-message"

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ACT_CODES = frozenset({"AMB", "EMER", "FLD", "HH", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS", "VR"})
LPR3 = "https://www.esundhed.dk/Registre/Landspatientregisteret"
REPORT_OF_ADMISSION = f"{HOSPITAL}/medcom-messaging-reportOfAdmissionExtension"
REPORT_RECIPIENT = f"{HOSPITAL}/medcom-messaging-reportOfAdmissionRecipientExtension"
LEAVE_PERIOD = f"{HOSPITAL}/medcom-hospitalnotifiation-leave-period-extension"  # spelled so by its publisher
STAY_FORBIDS = (
    *("type", "serviceType", "priority", "basedOn", "participant", "appointment", "length", "reasonCode"),
    *("reasonReference", "diagnosis", "hospitalization", "location", "partOf", "account"),
)
STAYS = {  # activity: (classes, status), HospitalNotification 3.0, use cases STAA to SLHJ
    "admit-emergency": (frozenset({"EMER"}), "in-progress"),
    "admit-inpatient": (frozenset({"IMP"}), "in-progress"),
    "start-leave-inpatient": (frozenset({"IMP"}), "onleave"),
    "end-leave-inpatient": (frozenset({"IMP"}), "in-progress"),
    "discharge-emergency-home": (frozenset({"EMER"}), "finished"),
    "discharge-inpatient-home": (frozenset({"IMP"}), "finished"),
}
CANCELLED = {  # what stands after the cancelling message
    "admit-emergency": "entered-in-error",
    "admit-inpatient": "entered-in-error",
    "start-leave-inpatient": "in-progress",
    "end-leave-inpatient": "onleave",
    "discharge-emergency-home": "in-progress",
    "discharge-inpatient-home": "in-progress",
}

ACKNOWLEDGEMENT = "acknowledgement"
ACTIVITY_CODES = {
    CARE_EVENT: frozenset({NEW, REPLY, FORWARD}),
    HOSPITAL_EVENT: frozenset({*STAYS, *(f"{kind}-{stay}" for kind in ("revise", "cancel") for stay in STAYS)}),
}
ANSWERS = frozenset({"ok", "fatal-error", "transient-error"})
HL7_ISSUES = "http://terminology.hl7.org/CodeSystem/operation-outcome"
MEDCOM_ISSUES = f"{TERMINOLOGY}/medcom-acknowledgement-error-codes"
OLD_ISSUES = f"{TERMINOLOGY}/medcom-acknowledgement-issue-details"  # Acknowledgement 2.0.1; replaced since
MEDCOM_ISSUE_CODES = frozenset(
    {
        *("MSG_Receiver_Identifier_UNKNOWN", "MSG_Receiver_Identifier_MISSING"),
        *("MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE", "MSG_VALUESET_VALUE_UNKNOWN", "MSG_CodeSystem_VALUE_UNKNOWN"),
        *("MSG_Element_To_Long", "MSG_Datatype_Wrong", "MSG_Mailbox_Out_Of_Operation", "MSG_Damaged_durin_transport"),
    }
)
BAD_FORMAT, DUPLICATE_ID, DATE_FORMAT = "MSG_BAD_FORMAT", "MSG_DUPLICATE_ID", "MSG_DATE_FORMAT"
NO_RECEIVER, UNKNOWN_RECEIVER = "MSG_Receiver_Identifier_MISSING", "MSG_Receiver_Identifier_UNKNOWN"
UNABLE, UNKNOWN_VALUE = "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE", "MSG_VALUESET_VALUE_UNKNOWN"
UNKNOWN_SYSTEM, WRONG_TYPE = "MSG_CodeSystem_VALUE_UNKNOWN", "MSG_Datatype_Wrong"
OUT_OF_OPERATION = "MSG_Mailbox_Out_Of_Operation"


def issue_system(code: str) -> str:
    """The code system that an issue code belongs to."""
    return MEDCOM_ISSUES if code in MEDCOM_ISSUE_CODES else HL7_ISSUES
