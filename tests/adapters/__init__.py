"""The hub's adapters: one contract per port, and what each adapter promises beyond it."""
