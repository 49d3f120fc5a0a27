"""What to do where two rows cannot both belong to one customer. The rule unless a room writes another: the kept
customer's row stands, what hangs on the other row moves to it, and the other row is put away in the journal.

A room writes its rule in its ``clashes.py``:

    @clash("policies.party")
    def shares_add_up(kept: Party, dropped: Party, *, on: date) -> Settled: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True, slots=True)
class Settled:
    """``keep``: columns (by attribute name) to set on the row that stands. ``drop``: columns that let the other row move
    after all; None puts it away."""

    keep: Mapping[str, Any] = field(default_factory=dict)
    drop: Mapping[str, Any] | None = None


Rule = Callable[..., Settled]
_RULES: dict[str, Rule] = {}


def clash(table: str) -> Callable[[Rule], Rule]:
    """Register the rule of a table (``room.model`` in lower case)."""

    def register(rule: Rule) -> Rule:
        if _RULES.setdefault(table, rule) is not rule:
            raise ValueError(f"{table} has two rules for clashes")
        return rule

    return register


def rule_of(table: str) -> Rule:
    """The rule of a table."""
    autodiscover_modules("clashes")
    return _RULES.get(table, _the_kept_row_stands)


def _the_kept_row_stands(kept: Any, dropped: Any, *, on: Any) -> Settled:
    return Settled()
