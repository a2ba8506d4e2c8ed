"""One method per command: load, decide, append; and what a unit may be shown."""
