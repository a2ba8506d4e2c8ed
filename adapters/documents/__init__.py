"""Letters and forms in Danish as PDF: what leaves the house on paper-like pages, for people."""
