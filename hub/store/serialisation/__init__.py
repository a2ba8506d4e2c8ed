"""How an event becomes bytes, and bytes an event."""
