"""Keeping customers: renewals in time, and customers whose agent left."""
