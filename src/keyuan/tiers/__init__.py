"""Tiers: what rank a customer has and why, what it brings them, and what would change it."""
