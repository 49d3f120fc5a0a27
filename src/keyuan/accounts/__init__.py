"""Users, roles, the organisation tree, and who may see which rows."""
