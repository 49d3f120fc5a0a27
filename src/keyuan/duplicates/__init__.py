"""Duplicates: finding records that are probably one customer, and letting a person decide."""
