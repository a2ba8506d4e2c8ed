"""What each receiver may pull, in order."""
