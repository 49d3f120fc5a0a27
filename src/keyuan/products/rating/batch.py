"""Pricing millions of life policies at once: the same tables, the same cents as ``price``.

Rates come from the scalar path, once for each cell that occurs, as exact Decimals; scaled to whole numbers they are
looked up by NumPy and multiplied in 64-bit integers, rounding at the same places to the same cents. No float is involved.
Amounts are bounded (``LARGEST``) so that no product leaves 63 bits; what could is refused before it begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from keyuan.products.rating.attributes import cell, factors, mode_factor
from keyuan.products.rating.life import RATE, fee, rate, rider_base, rider_table
from keyuan.products.rating.life_flows import Basis, Cell
from keyuan.products.rating.price_steps import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from keyuan.products.definition.rating import Table
    from keyuan.products.definition.schema import Definition, Rider
    from keyuan.products.definition.values import Span

    Whole = NDArray[np.int64]

CENTS = 100
FACTOR = 1_000_000  # factors have at most six digits after the point
RATES = int(1 / RATE)
LARGEST = 100_000_000_000  # cents: a thousand million yuan
SEXES: tuple[Any, ...] = ("male", "female")


class NotWhole(ValueError):
    """A factor has more digits than the batch carries, or an amount is beyond it: the scalar path must price it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a policy. ``sex``: 0 male, 1 female; ``cover`` and ``pays``: places in the definition's lists of terms;

    ``sum_cents``: the sum insured; ``answers``: for each factor, the place of the answer among its choices, absent: none;
    ``riders``: for each rider chosen by anybody, its sum in cents, −1 who has not chosen it.
    """

    age: Whole
    sex: Whole
    cover: Whole
    pays: Whole
    mode: Whole
    sum_cents: Whole
    occupation_class: Whole
    answers: Mapping[str, Whole]
    riders: Mapping[str, Whole]


@dataclass(frozen=True, slots=True)
class Cents:
    """What each policy costs, in cents: the yearly premium before the way of paying, each instalment, the year's sum.

    ``premium`` is a later instalment, ``first`` the first; they differ by a cent where a yearly premium is split.
    """

    standard: Whole
    premium: Whole
    first: Whole
    yearly: Whole


def prices(definition: Definition, columns: Columns) -> Cents:
    """The cents of every policy, as ``price`` would give them. Raises NoCell, NoPremium, NotWhole.

    The caller has checked that every policy is one that ``risk_of`` lets through.
    """
    if len(columns.sum_cents) and int(columns.sum_cents.max()) > LARGEST:
        raise NotWhole("a sum is beyond what 64 bits hold")
    rating = definition.rating
    per_thousand, fixed = _rates(definition, columns)
    main = half_up(columns.sum_cents * per_thousand, 1000 * RATES)
    for name in rating.factors:
        main = half_up(main * _factor(definition, name, columns), FACTOR)
    main = np.maximum(main + fixed, whole(rating.least, CENTS))
    main = _to_step(main, Decimal(rating.round_to))
    standard = main.copy()
    for rider in definition.riders:
        if rider.code in columns.riders:
            standard += _rider(definition, rider, columns, main)
    return _instalments(definition, columns, standard)


def whole(value: Decimal, scale: int) -> int:
    """``value`` times ``scale``, which must come out whole. Raises NotWhole."""
    scaled = value * scale
    if scaled != int(scaled):
        raise NotWhole(f"{value} has more digits than 1/{scale}")
    return int(scaled)


def half_up(value: Whole, by: int) -> Whole:
    """Divide non-negative whole numbers, to the nearest, halves up: what ROUND_HALF_UP does to them."""
    return (value + by // 2) // by


def _to_step(value: Whole, step: Decimal) -> Whole:
    cents = whole(step, CENTS)
    return value if cents == 1 else half_up(value, cents) * cents


def _rates(definition: Definition, columns: Columns) -> tuple[Whole, Whole]:
    """The rate per thousand and the policy fee in cents of each policy, found once for each cell that occurs."""
    covers, pays = definition.terms.cover, definition.terms.payment.years
    keys = ((columns.age * 2 + columns.sex) * len(covers) + columns.cover) * len(pays) + columns.pays
    found, places = _distinct(keys)
    basis = Basis(definition)
    per_thousand, fixed = np.zeros(len(found), np.int64), np.zeros(len(found), np.int64)
    for place, key in enumerate(found.tolist()):
        rest, pay = divmod(key, len(pays))
        rest, cover = divmod(rest, len(covers))
        age, sex = divmod(rest, 2)
        of = cell_at(age, SEXES[sex], covers[cover], pays[pay], definition)
        per_thousand[place] = whole(rate(basis, of), RATES)
        fixed[place] = whole(fee(basis, of), CENTS)
    return per_thousand[places], fixed[places]


def _distinct(keys: Whole) -> tuple[Whole, Whole]:
    """The distinct keys, and for each entry the place of its key: by counting, because keys are small and dense."""
    if not len(keys):
        return keys, keys
    used = np.zeros(int(keys.max()) + 1, np.bool_)
    used[keys] = True
    found = np.flatnonzero(used)
    places = np.zeros(len(used), np.int64)
    places[found] = np.arange(len(found))
    return found, places[keys]


def cell_at(age: int, sex: Any, cover: Span, pays: Span, definition: Definition) -> Cell:
    """The cell of a policy; annuities begin at the first age offered, paid as the first way offered says."""
    years = cover.years(age=age)
    payout = definition.terms.payout
    starts = payout.ages.get(sex, ()) if payout else ()
    guaranteed = next(iter(payout.guaranteed_years), 0) if payout else 0
    return Cell(
        age=age,
        sex=sex,
        years=years,
        paying=min(pays.years(age=age), years),
        single=pays.kind == "single",
        payout_age=next((one for one in starts if one > age), None),
        payout_every=payout.every[0] if payout else "year",
        guaranteed_years=guaranteed,
    )


def _factor(definition: Definition, name: str, columns: Columns) -> Whole:
    choices = definition.rating.factors[name]
    if name in columns.answers:
        scaled = np.array([whole(factor, FACTOR) for factor in choices.values()], np.int64)
        return scaled[columns.answers[name]]
    own: Whole | None = getattr(columns, name, None)
    if own is None:
        return np.full(len(columns.age), FACTOR, np.int64)
    scaled = np.zeros(int(own.max(initial=0)) + 1, np.int64)
    for value in np.flatnonzero(np.bincount(own)).tolist():
        scaled[value] = whole(dict(factors(definition.rating, {name: value}))[name], FACTOR)
    return scaled[own]


def _rider(definition: Definition, rider: Rider, columns: Columns, main: Whole) -> Whole:
    table = rider_table(definition, rider)
    sums = columns.riders[rider.code]
    scaled = _cells(table, rider.code, columns)
    if table.unit == "per_thousand":
        premium = half_up(np.maximum(sums, 0) * scaled, 1000 * FACTOR)
    else:
        # rider_base: a share of the main premium, or the yuan of the cell.
        of_main = rider_base(table, Decimal(0), Decimal(1)) == 1 and table.unit != "yuan"
        premium = half_up(main * scaled, FACTOR) if of_main else half_up(scaled * CENTS, FACTOR)
    premium = _to_step(premium, Decimal(definition.rating.round_to))
    return np.where(sums >= 0, premium, 0)


def _cells(table: Table, role: str, columns: Columns) -> Whole:
    """The cell of a rider's table for each policy, scaled. Axes are what a policy has a column for."""
    axes = [axis.axis for axis in (table.rows, table.columns) if axis is not None]
    keys = np.zeros(len(columns.age), np.int64)
    spans = []
    for axis in axes:
        values: Whole = getattr(columns, axis)
        spans.append(int(values.max(initial=0)) + 1)
        keys = keys * spans[-1] + values
    found, places = _distinct(keys)
    scaled = np.zeros(len(found), np.int64)
    for place, key in enumerate(found.tolist()):
        known = {}
        for axis, span in zip(reversed(axes), reversed(spans), strict=True):
            key, value = divmod(key, span)
            known[axis] = SEXES[value] if axis == "sex" else value
        scaled[place] = whole(cell(table, known, role=role), FACTOR)
    return scaled[places]


def _instalments(definition: Definition, columns: Columns, standard: Whole) -> Cents:
    premium, first = np.zeros_like(standard), np.zeros_like(standard)
    yearly = np.zeros_like(standard)
    for mode in np.flatnonzero(np.bincount(columns.mode)).tolist():
        chosen = columns.mode == mode
        parts = MONTHS // mode if mode else 1
        factor = mode_factor(definition.rating, mode)
        if factor is None:
            share, rest = np.divmod(standard[chosen], parts)
            premium[chosen], first[chosen], yearly[chosen] = share, share + (rest > 0), standard[chosen]
        else:
            each = half_up(standard[chosen] * whole(factor, FACTOR), FACTOR)
            premium[chosen], first[chosen], yearly[chosen] = each, each, each * parts
    return Cents(standard, premium, first, yearly)
