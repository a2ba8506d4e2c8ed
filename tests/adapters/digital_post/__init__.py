"""Digital Post: what a MeMo holds, which one may leave, and the road it takes."""
