"""Merging two customers into one, and taking it back. Other rooms need to know nothing: their tables are found by reflection.

A room whose rows clash when two customers become one writes a rule in its ``clashes.py`` (merging/clashes.py).
"""

from keyuan.customers.merging.choices import Choices, Other
from keyuan.customers.merging.merge import merge
from keyuan.customers.merging.queries import merge_seen, merges, survivor, survivor_of
from keyuan.customers.merging.undo import Report, undo_merge

__all__ = [
    "Choices",
    "Other",
    "Report",
    "merge",
    "merge_seen",
    "merges",
    "survivor",
    "survivor_of",
    "undo_merge",
]
