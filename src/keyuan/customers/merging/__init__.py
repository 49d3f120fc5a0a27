"""Merging two customers into one, and taking it back. Other rooms need to know nothing: their tables are found by reflection.

A room whose rows clash when two customers become one writes a rule in its ``clashes.py`` (merging/clashes.py).
"""

from keyuan.customers.merging.choices import Choices, Other
from keyuan.customers.merging.doing import merge
from keyuan.customers.merging.telling import Told, told_report
from keyuan.customers.merging.undoing import Report, undo_merge

__all__ = [
    "Choices",
    "Other",
    "Report",
    "Told",
    "merge",
    "told_report",
    "undo_merge",
]
