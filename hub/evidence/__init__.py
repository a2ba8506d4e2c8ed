"""Proof, afterwards, that nothing in the record was altered, removed or slipped in. README.md is for the stranger."""
