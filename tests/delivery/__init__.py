"""Letters on their way."""
