"""Stories across rooms, one file each. They own no tables: each step is an action of the room it belongs to."""
