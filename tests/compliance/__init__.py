"""The compliance officer's questions."""
