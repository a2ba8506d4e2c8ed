"""Commands on a real record."""
