"""The FHIR doors over real HTTP."""
