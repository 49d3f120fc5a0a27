"""Which clocks run for a product on a day: the dated parameters, gathered once for each edition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from keyuan.deadlines.objects import LegalClock
from keyuan.deadlines.parameters import edition, parameter
from keyuan.policies.rules import Clocks, last_day_of_cooling_off
from keyuan.policies.states import NextDateKind

if TYPE_CHECKING:
    from keyuan.policies.queries import Holding


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


def legal_clocks(held: Holding, *, on: date) -> tuple[LegalClock, ...]:
    """The periods of the law that run for a policy on a day, the soonest end first: cooling-off, call-back, grace."""
    return tuple(sorted(_running(held, on), key=lambda one: one.last_day))


def _running(held: Holding, on: date) -> Iterator[LegalClock]:
    code = held.product.code
    last = last_day_of_cooling_off(held.next_dates)
    if last is not None:
        told = parameter(f"cooling_off.days.{held.channel}", on=on, product=code)
        yield LegalClock(
            "cooling_off",
            _("犹豫期"),
            held.signed_on,
            last,
            told.source,
            told.verified,
            _("过了这一天，退保只退现金价值。"),
            on,
        )
        told = parameter("call_back.days_before_end", on=on, product=code)
        yield LegalClock(
            "call_back",
            _("新单回访"),
            held.signed_on,
            last - timedelta(days=told.number),
            told.source,
            told.verified,
            _("没有在犹豫期内成功回访的，要说明原因并继续回访。"),
            on,
        )
    end = next((one.on for one in held.next_dates if one.kind == NextDateKind.GRACE_END), None)
    if end is not None and held.paid_to is not None:
        told = parameter("grace.days", on=on, product=code)
        yield LegalClock(
            "grace",
            _("宽限期"),
            held.paid_to,
            end - timedelta(days=1),
            told.source,
            told.verified,
            _("过了这一天仍未缴费，保单效力中止；宽限期内出险照赔，扣减欠缴的保险费。"),
            on,
        )
