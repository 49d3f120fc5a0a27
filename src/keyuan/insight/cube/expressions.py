"""Every measure and every dimension, once, as Ibis expressions: what DuckDB and Spark both run.

Amounts are whole cents from here on. What a premium has earned by a day is rounded down once, from its own beginning, so
that the earned premium of two periods is that of both together, to the cent, on every engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import ibis

from keyuan.insight.cube.periods import Period

Table = Any  # ibis.expr.types.Table: the library ships no types
Value = Any
UNKNOWN: Final = ""
_ONE_DAY: Final = ibis.interval(days=1)
#: First ages of the bands; the last one is open.
AGE_BANDS: Final = (0, 18, 26, 36, 46, 56, 66, 76)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an expression depends on beside the rows: the days asked about, how, and up to which day the book is known.

    ``sliced``: the rows carry the slice that they are counted in (``slice_from``, ``slice_until``) in the period's place.
    """

    period: Period
    basis: str
    known_to: date  # the first day of which nothing is known
    sliced: bool = False

    def first(self, rows: Table) -> Value:
        """The first day asked about."""
        return rows.slice_from if self.sliced else day(self.period.starts_on)

    def until(self, rows: Table) -> Value:
        """The first day that is not asked about, or not known."""
        if self.sliced:
            return ibis.least(rows.slice_until, day(self.known_to))
        return day(min(self.period.ends_on, self.known_to))

    @property
    def known(self) -> Value:
        return day(self.known_to)

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that every fact hands on."""
        return ("policy", "customer", "slice", "slice_until") if self.sliced else ("policy", "customer")


def day(value: date) -> Value:
    return ibis.literal(value, type="date")


def cents(amount: Value) -> Value:
    return (amount.fill_null(0) * 100).cast("int64")


def days(later: Value, earlier: Value) -> Value:
    return later.delta(earlier, unit="day").cast("int64")


def _within(day: Value, rows: Table, asked: Asked) -> Value:
    return (day >= asked.first(rows)) & (day < asked.until(rows))


def _underwritten(rows: Table, asked: Asked) -> Value:
    return _within(rows.uw_on, rows, asked)


# -- the facts: which rows count, and what each adds -------------------------------------------------------------------


def earned_before(rows: Table, day: Value) -> Value:
    """Cents earned before ``day``: pro rata by days (三百六十五分之一法), all of it with the last day of cover."""
    whole = cents(rows.amount)
    elapsed = days(day, rows.from_on)
    part = ((whole * elapsed) // days(rows.until_on, rows.from_on)).cast("int64")
    return ibis.cases((rows.from_on >= day, 0), (rows.earned_by <= day, whole), else_=part)


def premiums(rows: Table, asked: Asked) -> Table:
    """Written and earned premium, and commission."""
    if asked.basis == "uw":
        rows = rows.filter(_underwritten(rows, asked), rows.written_on < asked.known)
        written, commission = cents(rows.amount), cents(rows.commission)
        earned = earned_before(rows, asked.known)
    else:
        # What was over before it began is earned on its first day.
        over = ibis.greatest(rows.from_on + _ONE_DAY, rows.earned_by)
        earning = (rows.from_on < asked.until(rows)) & (over > asked.first(rows))
        rows = rows.filter(_within(rows.written_on, rows, asked) | earning)
        counted = _within(rows.written_on, rows, asked)
        written = ibis.ifelse(counted, cents(rows.amount), 0)
        commission = ibis.ifelse(counted, cents(rows.commission), 0)
        earned = earned_before(rows, asked.until(rows)) - earned_before(rows, asked.first(rows))
    return rows.select(*asked.kept, written=written, earned=earned, commission=commission)


def covers(rows: Table, asked: Asked) -> Table:
    """Days on risk. Each row also stands for its policy and its customer, counted once for all its rows."""
    if asked.basis == "uw":
        rows = rows.filter(_underwritten(rows, asked), rows.from_on < asked.known)
        first, last = rows.from_on, ibis.least(rows.until_on, asked.known)
    else:
        rows = rows.filter(rows.from_on < asked.until(rows), rows.until_on > asked.first(rows))
        first = ibis.greatest(rows.from_on, asked.first(rows))
        last = ibis.least(rows.until_on, asked.until(rows))
    return rows.select(*asked.kept, days=days(last, first))


def _incurred(rows: Table) -> Value:
    """What a claim costs as far as is known: what was paid; nothing once refused or closed; else what is claimed."""
    return ibis.cases(
        (rows.paid_on.notnull(), cents(rows.paid)), (rows.settled_on.isnull(), cents(rows.claimed)), else_=0
    )


def _outstanding(rows: Table, day: Value) -> Value:
    """What was claimed and neither paid, refused nor closed at the beginning of ``day``."""
    open_ = (rows.notified_on < day) & (rows.settled_on.isnull() | (rows.settled_on >= day))
    return ibis.ifelse(open_, cents(rows.claimed), 0)


def claims(rows: Table, asked: Asked) -> Table:
    """Claims and their cost. By calendar year: paid, and the change of what is outstanding; else as known by now."""
    if asked.basis == "cal":
        alive = rows.settled_on.isnull() | (rows.settled_on >= asked.first(rows)) | (rows.paid_on >= asked.first(rows))
        rows = rows.filter(rows.notified_on < asked.until(rows), alive)
        paid = ibis.ifelse(_within(rows.paid_on, rows, asked).fill_null(False), cents(rows.paid), 0)
        cost = paid + _outstanding(rows, asked.until(rows)) - _outstanding(rows, asked.first(rows))
        number = ibis.ifelse(_within(rows.notified_on, rows, asked), rows.occurrences, 0)
    else:
        of_period = _underwritten(rows, asked) if asked.basis == "uw" else _within(rows.occurred_on, rows, asked)
        rows = rows.filter(of_period, rows.notified_on < asked.known)
        cost, number = _incurred(rows), rows.occurrences
    return rows.select(*asked.kept, cost=cost, number=number)


def payouts(rows: Table, asked: Asked) -> Table:
    """Money paid out of policies that is no claim."""
    if asked.basis == "uw":
        rows = rows.filter(_underwritten(rows, asked), rows.paid_on < asked.known)
    else:
        rows = rows.filter(_within(rows.paid_on, rows, asked))
    return rows.select(*asked.kept, payout=cents(rows.amount))


def servicing(rows: Table, asked: Asked, *, written: Table, costs: Mapping[str, int]) -> Table:
    """What the work on the log cost: each line by its kind. On the underwriting basis only work on a policy, by its term."""
    rows = rows.filter(rows.name.isin(sorted(costs)), rows.customer.notnull())
    if asked.basis == "uw":
        rows = rows.filter(rows.happened_on < asked.known).inner_join(_terms(written), "policy")
        of_term = (rows.happened_on >= rows.term_from) & (rows.happened_on < rows.term_until)
        rows = rows.filter(of_term, _underwritten(rows, asked))
    else:
        rows = rows.filter(_within(rows.happened_on, rows, asked))
    cost = rows.name.cases(*costs.items(), else_=0)
    return rows.select(*asked.kept, expense=cost.cast("int64"))


def _terms(written: Table) -> Table:
    """From when until when work on a policy belongs to what was underwritten on a day; before the first is the first's."""
    terms = written.select("policy", "uw_on").distinct()
    in_order = ibis.window(group_by="policy", order_by="uw_on")
    return terms.mutate(
        term_from=ibis.ifelse(terms.uw_on.lag().over(in_order).isnull(), day(date(1900, 1, 1)), terms.uw_on),
        term_until=terms.uw_on.lead().over(in_order).fill_null(day(date(9999, 12, 31))),
    )


FACTS: Final = {"premiums": premiums, "covers": covers, "claims": claims, "payouts": payouts}
#: The table of a fact, where it has another name.
ROWS_OF: Final = {"servicing": "events"}


# -- the measures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure that is added up: from which facts, and how over the rows of a cell."""

    fact: str
    over: Callable[[Table], Value]


SUMS: Final[Mapping[str, Sum]] = {
    "written": Sum("premiums", lambda rows: rows.written.sum()),
    "earned": Sum("premiums", lambda rows: rows.earned.sum()),
    "commission": Sum("premiums", lambda rows: rows.commission.sum()),
    "days": Sum("covers", lambda rows: rows.days.sum()),
    "policies": Sum("covers", lambda rows: rows.policy.nunique()),
    "customers": Sum("covers", lambda rows: rows.customer.nunique()),
    "claims": Sum("claims", lambda rows: rows.number.sum()),
    "claims_cost": Sum("claims", lambda rows: rows.cost.sum()),
    "payouts": Sum("payouts", lambda rows: rows.payout.sum()),
    "expenses": Sum("servicing", lambda rows: rows.expense.sum()),
}


# -- the dimensions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dimension:
    """What one can count by: a column made of the policy's row, of the customer's, or of both."""

    of: frozenset[str]
    value: Callable[[Table, Asked], Value]


_POLICY, _CUSTOMER = frozenset({"policy"}), frozenset({"customer"})


def _column(name: str, of: frozenset[str] = _CUSTOMER) -> Dimension:
    return Dimension(of, lambda rows, asked: rows[name].cast("string"))


def _band(age: Value) -> Value:
    bands = [(age < top, f"{low:02d}-{top - 1:02d}") for low, top in itertools.pairwise(AGE_BANDS)]
    return ibis.cases((age.isnull(), UNKNOWN), (age < 0, UNKNOWN), *bands, else_=f"{AGE_BANDS[-1]}+")


def _age_then(rows: Table, asked: Asked) -> Value:
    last = rows.slice_until if asked.sliced else day(min(asked.period.ends_on, asked.known_to))
    months = last.year() * 12 + last.month() - (rows.born.year() * 12 + rows.born.month())
    return _band(months // 12)


def _age_at_start(rows: Table, asked: Asked) -> Value:
    first = rows.starts_on
    months = first.year() * 12 + first.month() - (rows.born.year() * 12 + rows.born.month())
    return _band(months // 12)


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "product": _column("product", _POLICY),
    "line": _column("line", _POLICY),
    "channel": _column("channel", _POLICY),
    "region": Dimension(_CUSTOMER, lambda rows, asked: rows.region.substr(0, 2)),
    "city": _column("region"),
    "occupation": _column("occupation"),
    "occupation_class": _column("occupation_class"),
    "age_band": Dimension(_CUSTOMER, _age_then),
    "entry_age_band": Dimension(_POLICY | _CUSTOMER, _age_at_start),
    "sex": _column("sex"),
    "education": _column("education"),
    "nature": _column("nature"),
    "industry": _column("industry"),
    "kind": _column("kind"),
    "agent": _column("agent", _POLICY),
    "branch": _column("branch", _POLICY),
    "unit": _column("unit", _POLICY),
    "tier": _column("tier"),
    "source": _column("source"),
    "cohort": _column("cohort"),
    "uw_year": Dimension(_POLICY, lambda rows, asked: rows.starts_on.year().cast("string")),
}
#: Dimensions of time: the period is counted slice by slice.
TIMES: Final = ("year", "quarter", "month")
