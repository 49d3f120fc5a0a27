"""Pages of the journeys."""
