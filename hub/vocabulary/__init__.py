"""The nouns of the hub: parsed once at the edge, valid ever after."""
