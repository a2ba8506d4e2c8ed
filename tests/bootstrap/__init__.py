"""What settings wire."""
