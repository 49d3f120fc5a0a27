"""How alike two records are, and what that says: pure arithmetic over frames."""
