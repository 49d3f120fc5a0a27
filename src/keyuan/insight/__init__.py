"""Who earns, who leaves and why: lake, cube, models, profit, segments and tiers. Writes only its own."""
