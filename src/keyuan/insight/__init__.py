"""Who earns, who leaves and why: lake, cube, models, profit, segments and tiers. Reads the rooms below; writes only its own."""
