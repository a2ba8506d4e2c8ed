"""The case: what may be asked of it, and what that adds."""
