"""The hub's hands: one contract per port, and what each adapter promises beyond it."""
