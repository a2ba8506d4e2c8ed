"""Trees, proofs and the byte format: published vectors, our own, and as many broken as sound ones."""
