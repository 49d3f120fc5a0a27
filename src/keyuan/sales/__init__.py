"""People and enterprises who may become customers: where they came from, how far they are, what comes next."""
