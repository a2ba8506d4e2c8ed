"""The law as pure functions: facts in, Decision out. One module per statute, every rule dated (hub/law/README.md)."""

VERSION = "1.1"
"""The package's version: raised whenever a function comes to decide otherwise. Stands in every decision's rule_set."""
