"""Clients that others have written, against a running hub."""
