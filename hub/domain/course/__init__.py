"""The course of a case: opened, joined, moved, born, closed."""
