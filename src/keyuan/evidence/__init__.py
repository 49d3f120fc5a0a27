"""Proof for third parties: the log in sealed batches, pages as they were shown, the evidence file and its check."""
