"""Cover as facts with dates; statuses are computed for any day."""
