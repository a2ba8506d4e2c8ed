"""A letter's way out, and the word of it that comes back."""
