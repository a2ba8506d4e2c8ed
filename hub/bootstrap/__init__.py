"""The composition root: settings in, everything that runs out."""
