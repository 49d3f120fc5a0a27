"""Which clocks run for a product on a day: the dated parameters, gathered once for each edition."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from keyuan.deadlines.parameters import edition, parameter
from keyuan.policies.rules import Clocks


def clocks_for(*, product: str = "", line: str = "", channel: str = "", long_term: bool = False, on: date) -> Clocks:
    """The clocks of a policy of ``product`` (its code) of a line of business, sold through ``channel``, on a day."""
    return _clocks(product, line, channel, long_term, edition(on))


@lru_cache(maxsize=4096)
def _clocks(product: str, line: str, channel: str, long_term: bool, on: date) -> Clocks:
    def number(key: str) -> int:
        return parameter(key, on=on, product=product).number

    return Clocks(
        cooling_off_days=number(f"cooling_off.days.{channel}") if long_term else 0,
        grace_days=number("grace.days"),
        grace_after_demand_days=number("grace.after_demand_days"),
        reinstatement_months=number("reinstatement.months"),
        renewal_window_days=number(f"renewal.window_days.{line}"),
    )
