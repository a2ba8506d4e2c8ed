"""Putting right what turned out wrong: what is decided, and whom it tells."""
