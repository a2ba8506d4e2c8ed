"""Corrections: what may be asked, and what then happened. What is decided stands in hub.domain.rectification."""
