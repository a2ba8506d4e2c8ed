"""Rates, always beside those of the raw driver in the same run; see `python -m tests.bench --help`."""
