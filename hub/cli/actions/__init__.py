"""What each command of `tvaerspor` does, once its words are understood."""
