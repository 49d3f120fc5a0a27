"""Scores of our own customers, from our own tables: who may leave, and why."""
