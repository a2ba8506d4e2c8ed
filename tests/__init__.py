"""The tests read like cases; tests/README.md says how."""
