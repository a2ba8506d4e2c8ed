"""Read models: fold twice, the same table; rebuild from zero, the same table."""
