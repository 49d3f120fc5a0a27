"""Claims as facts with dates and amounts; statuses are computed for any day."""
