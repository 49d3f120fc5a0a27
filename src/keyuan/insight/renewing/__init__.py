"""Leaving at renewal: a motor book read by a mapping, what was known on the day of each renewal, the model, its scores."""
