"""A believable synthetic insurer: the demo book and its known causes."""
