"""Custom fields: what an insurer wants to know beyond our columns, defined in the browser."""
