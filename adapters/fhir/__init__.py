"""The hub's acts as FHIR R4 (4.0.1): resources, message bundles, capability statement, operation outcomes."""
