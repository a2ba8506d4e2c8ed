"""The letters, read back and looked at."""
