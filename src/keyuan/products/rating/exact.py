"""The precision in which rating reckons: forty digits, so that the cent never depends on the order of operations."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)
ZERO, ONE = Decimal(0), Decimal(1)
CENT = Decimal("0.01")


def exact(reckoning: Callable[P, R]) -> Callable[P, R]:
    """Let a function reckon with forty digits, whatever the caller's context is."""

    @wraps(reckoning)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(CONTEXT):
            return reckoning(*args, **kwargs)

    return inside


def nearest(value: Decimal, step: Decimal = CENT) -> Decimal:
    """The nearest multiple of ``step`` (a power of ten), halves away from zero (四舍五入)."""
    return value.quantize(step, ROUND_HALF_UP)


def down(value: Decimal, step: Decimal = CENT) -> Decimal:
    """The multiple of ``step`` (a power of ten) at or below ``value``: for what we promise, never more than there is."""
    return value.quantize(step, ROUND_FLOOR)
