"""The nouns: what can be read, and what cannot."""
