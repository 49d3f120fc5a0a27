"""Dated parameters: every number of the law and of custom, with its source, in ``parameters.toml``.

Nothing here knows what a policy or a claim is: the rooms ask for a value by key and day.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("parameters.toml")
UNITS = frozenset({"days", "working_days", "months", "years", "contacts", "CNY", "share", "times", "grade", "time"})
_NAMES = frozenset({"key", "value", "unit", "from", "source", "verified", "product", "branch"})
OPTIONAL = frozenset({"product", "branch"})
MINUTES = 60


class ParameterFault(ValueError):
    """The file of parameters says something that cannot be right; the message names the entry."""


class UnknownParameter(LookupError):
    """There is no parameter of this key: a fault of the program or the file, not of a person."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value, holding from ``since`` until a later entry of the same key. ``verified`` is False for general knowledge."""

    key: str
    value: Decimal
    unit: str
    since: date
    source: str
    verified: bool
    product: str = ""
    branch: str = ""

    @property
    def number(self) -> int:
        """The value as a whole number of its unit."""
        return int(self.value)

    @property
    def time_of_day(self) -> time:
        """The value as a time of day, of which it counts the minutes."""
        return time(*divmod(self.number, MINUTES))

    @property
    def owner(self) -> str:
        """Whose own value it is: a product's, a branch's, or empty: everybody's."""
        return self.product or (f"@{self.branch}" if self.branch else "")


class Parameters:
    """The entries of a file, by (key, owner) and day. ``branches``: the codes of the units with values of their own."""

    def __init__(self, entries: Iterable[Parameter]) -> None:
        self._entries: dict[tuple[str, str], list[Parameter]] = defaultdict(list)
        for entry in sorted(entries, key=lambda entry: entry.since):
            known = self._entries[entry.key, entry.owner]
            if known and known[-1].since == entry.since:
                raise ParameterFault(f"{entry.key} has two values from {entry.since}")
            known.append(entry)
        self.branches = frozenset(entry.branch for known in self._entries.values() for entry in known if entry.branch)
        self.editions = tuple(sorted({entry.since for known in self._entries.values() for entry in known}))

    def get(self, key: str, *, on: date, product: str = "", branch: str = "") -> Parameter:
        """The value in force on the day ``on``: the product's or the branch's own if it has one, else the general one.

        A dotted key falls back to its stem: ``cooling_off.days.counter`` is ``cooling_off.days`` where nothing more
        particular is said. A day before a parameter's first entry is answered by that entry: the law before it is not
        modelled, and a book of business reaches further back than the law. Raises UnknownParameter.
        """
        stem = key
        while stem:
            for owner in (*((product,) if product else ()), *((f"@{branch}",) if branch else ()), ""):
                found = self._on(stem, owner, on)
                if found is not None:
                    return found
            stem = stem.rpartition(".")[0]
        raise UnknownParameter(key)

    def edition(self, on: date) -> date:
        """The last day up to ``on`` on which any parameter changed: two days of one edition have the same values."""
        place = bisect_right(self.editions, on)
        return self.editions[place - 1] if place else date.min

    def all(self) -> tuple[Parameter, ...]:
        """Every entry, by key, owner and day."""
        return tuple(entry for name in sorted(self._entries) for entry in self._entries[name])

    def _on(self, key: str, product: str, on: date) -> Parameter | None:
        known = self._entries.get((key, product))
        if not known:
            return None
        return next((entry for entry in reversed(known) if entry.since <= on), known[0])


def parse(text: str) -> Parameters:
    """The parameters of a TOML text; raises ParameterFault naming the entry that is wrong."""
    return Parameters(_entry(raw) for raw in tomllib.loads(text, parse_float=Decimal)["parameter"])


def _entry(raw: Mapping[str, Any]) -> Parameter:
    key = raw.get("key", "(no key)")
    if unknown := set(raw) - _NAMES:
        raise ParameterFault(f"{key}: unknown {', '.join(sorted(unknown))}")
    if missing := _NAMES - OPTIONAL - set(raw):
        raise ParameterFault(f"{key}: no {', '.join(sorted(missing))}")
    if raw["unit"] not in UNITS:
        raise ParameterFault(f"{key}: {raw['unit']} is no unit")
    value = raw["value"]
    if raw["unit"] == "time" and isinstance(value, time):
        value = value.hour * MINUTES + value.minute
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise ParameterFault(f"{key}: the value is not a number of zero or more")
    if not isinstance(raw["from"], date) or not raw["source"]:
        raise ParameterFault(f"{key}: needs a day and a source")
    return Parameter(
        key=raw["key"],
        value=Decimal(value),
        unit=raw["unit"],
        since=raw["from"],
        source=raw["source"],
        verified=bool(raw["verified"]),
        product=raw.get("product", ""),
        branch=raw.get("branch", ""),
    )


@cache
def parameters() -> Parameters:
    """The parameters of this installation, read and checked once."""
    return parse(FILE.read_text(encoding="utf-8"))


def parameter(key: str, *, on: date, product: str = "", branch: str = "") -> Parameter:
    """The parameter ``key`` in force on the day ``on``, with ``product``'s or ``branch``'s own before the general one."""
    return parameters().get(key, on=on, product=product, branch=branch)


def edition(on: date) -> date:
    """Days of one edition share every parameter: what results of a day may be remembered by."""
    return parameters().edition(on)
