"""The URIs by which others recognise what a number or a code is.

Danish and HL7 systems as published (DK Core 3.4, MedCom terminology 2.0.1). What has no public system is named under
`urn:tvaerspor`: those names are part of the hub's contract and never change their meaning.
"""

CPR = "urn:oid:1.2.208.176.1.2"
SOR = "urn:oid:1.2.208.176.1.1"
GLN = "https://www.gs1.org/gln"  # http:// from DK Core 3.5.0 on; MedCom's releases of today build on 3.4.0
CVR = "http://cvr.dk"
UUID_URN = "urn:ietf:rfc:3986"  # an identifier whose value is itself a URI (FHIR R4 §2.24.0.7)
SOR_ENDPOINT = "https://sor2.sum.dsdn.dk/#id="

DK_CORE_PATIENT = "http://hl7.dk/fhir/core/StructureDefinition/dk-core-patient"
DK_CORE_ORGANIZATION = "http://hl7.dk/fhir/core/StructureDefinition/dk-core-organization"

LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
ROLES = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-core-PractitionerRolesSKSadministrativ"

HUB = "urn:tvaerspor"
ACT = f"{HUB}:act"  # which act a message carries: disclosure-made, concern-reported …
UNIT = f"{HUB}:unit"  # kind/unit@organisation
REFERENCE = f"{HUB}:reference"  # the opaque reference that people quote
HJEMMEL = f"{HUB}:hjemmel"  # a provision of the hub's law catalogue
CATEGORY = f"{HUB}:category"  # a category of information
FIELD = f"{HUB}:field"  # a field of an underretning or of the request form
DECLINED = f"{HUB}:declined"  # a category that was asked for and is not answered
PART = f"{HUB}:extension:part"  # extension of a payload: which field or category it is
JOURNALISED = f"{HUB}:extension:journalised"  # extension of a payload: does it stand in the sender's journal
