"""Webhooks: what happens here is told to other systems, signed, in order, at least once; and the feed of the same."""
