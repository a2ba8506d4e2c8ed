"""The law as pure functions: facts in, Decision out. One module per statute, every rule dated (hub/law/README.md)."""
