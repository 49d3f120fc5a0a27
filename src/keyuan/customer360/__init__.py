"""Everything about one customer, found by anything."""
