"""The directory: what it reads, and what it will not read."""
