"""The URIs by which others recognise what a number or a code is.

Danish and HL7 systems as published (DK Core 3.4, MedCom terminology 2.0.1). What has no public system is named under
`urn:tvaerspor`: those names are part of the hub's contract and never change their meaning.
"""

CPR = "urn:oid:1.2.208.176.1.2"
X_ECPR = "urn:oid:1.2.208.176.1.6.1.1"
D_ECPR = "urn:oid:1.2.208.176.1.6.1.3"  # and whatever is registered below it
SOR = "urn:oid:1.2.208.176.1.1"
GLN = "https://www.gs1.org/gln"  # http:// from DK Core 3.5.0 on; MedCom's releases of today build on 3.4.0
CVR = "http://cvr.dk"
UUID_URN = "urn:ietf:rfc:3986"  # an identifier whose value is itself a URI (FHIR R4 §2.24.0.7)
SOR_ENDPOINT = "https://sor2.sum.dsdn.dk/#id="

DK_CORE_PATIENT = "http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
DK_CORE_ORGANIZATION = "http://hl7.dk/fhir/core/StructureDefinition/dk-core-organization"

LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
ROLES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-core-PractitionerRolesSKSadministrativ"

HUB = "urn:tvaerspor"
ACT = f"{HUB}:act"  # which act a message carries: disclosure-made, concern-reported …
FOREIGN = f"{HUB}:foreign-number:"  # and the country that gave it (ISO 3166-1 alpha-2)
UNIT = f"{HUB}:unit"  # kind/unit@organisation
REFERENCE = f"{HUB}:reference"  # the opaque reference that people quote
HJEMMEL = f"{HUB}:hjemmel"  # a provision of the hub's law catalogue
CATEGORY = f"{HUB}:category"  # a category of information
FIELD = f"{HUB}:field"  # a field of an underretning or of the request form
DECLINED = f"{HUB}:declined"  # a category that was asked for and is not answered
PART = f"{HUB}:extension:part"  # extension of a payload: which field or category it is
JOURNALISED = f"{HUB}:extension:journalised"  # extension of a payload: does it stand in the sender's journal

# Read doors: the case, consents (IHE PCF 1.1.0), the audit log (IHE BALP 1.1.4)
CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
LOINC = "http://loinc.org"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PCF = "https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF."
BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
DCM = "http://dicom.nema.org/resources/ontology/DCM"
AUDIT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
INTERACTION = "http://hl7.org/fhir/restful-interaction"
ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"

MESSAGE = f"{HUB}:message"  # a MedCom message that came in, by its MessageHeader.id
THREAD = f"{HUB}:thread"  # what a CareCommunication and its replies share
MEDCOM_ACTIVITY = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes"
MEDCOM_CATEGORY = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-careCommunication-categoryCodes"
CARE_LEVEL = f"{HUB}:care-level"  # niveau 1 to 4
MUNICIPALITY = f"{HUB}:municipality"  # the directory's key
ELSEWHERE = f"{HUB}:elsewhere"  # where she lives outside the directory: municipality, abroad, unknown
PURPOSE = f"{HUB}:purpose"  # what information is wanted or consented for
SUBJECT = f"{HUB}:subject"  # whose information: gravid, partner …
DUTY = f"{HUB}:duty"  # a duty of the law catalogue
REASON = f"{HUB}:reason"  # why the law said no
PARTY = f"{HUB}:party"  # as what somebody takes part
POLICY = f"{HUB}:hjemmel:SUL-44-1"  # a consent is read by sundhedsloven § 44
DISCLOSER = f"{HUB}:extension:discloser"  # extension of a consent: who may pass on
DIRECTION = f"{HUB}:extension:direction"  # extension of a consent: videregive, indhente …
COVERS = f"{HUB}:extension:category"  # extension of a provision: which category of information it is about
WHOSE = f"{HUB}:extension:subject"  # extension of a provision: whose information
DUE_DATE = f"{HUB}:extension:due-date"  # extensions of the case: termin,
LIVES_IN = f"{HUB}:extension:municipality"  # … where she lives,
BORN_AT = f"{HUB}:extension:born-at"  # … each child's birth,
STILLBORN_AT = f"{HUB}:extension:stillborn-at"  # … each stillbirth,
REVIEW_ON = f"{HUB}:extension:review-on"  # extension of a plan: the day it is looked at again
ENDED_AT = f"{HUB}:extension:pregnancy-ended-at"  # … the end without a live birth
