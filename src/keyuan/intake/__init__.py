"""Import of an insurer's book: mapping, staging, merge, rejects."""
