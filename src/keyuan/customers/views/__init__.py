"""Pages on which customers are registered and kept."""
