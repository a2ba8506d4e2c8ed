"""The law as cases a lawyer can read, as properties, and against a second, naive reading of all the rules."""
