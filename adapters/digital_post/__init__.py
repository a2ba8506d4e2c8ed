"""Digital Post: letters as MeMo messages, and the road on which they travel."""
