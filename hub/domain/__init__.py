"""The case, one aggregate, and the delivery, a second: commands, events, decide, evolve. Pure."""
