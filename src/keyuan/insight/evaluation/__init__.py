"""Models on public data against what others published: one file per data set, its split by the stated rule, no peeking."""
