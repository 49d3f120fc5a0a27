"""Products by code, with the names and the line of business they belong to."""
