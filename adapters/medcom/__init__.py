"""MedCom's FHIR messages, in and out; README.md says which versions and what is left to others."""
