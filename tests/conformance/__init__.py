"""The outside judge: HL7's own validator over what the tests make the hub emit (`make conformance`)."""
