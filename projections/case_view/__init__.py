"""The case as it stands, for the unit that asks; folded when asked, no table."""
