"""The FHIR adapter: every act as a message, held against the R4B models."""
