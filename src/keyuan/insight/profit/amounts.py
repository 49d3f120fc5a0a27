"""What each customer brought and cost in each line: the facts of the cube, added up by customer, and the reserves.

Whole cents. Whatever the cube counts is counted here by the same expressions, so the sums of both are the same. The
reserve of a long contract at a day is ``share`` of its premium earned by then, each part grown at ``credited`` a year since
it was earned, less what was paid out of the contract; nothing once the contract has ended. What invested money earned is
the yield times the mean of the reserve at both ends of the period, and times the premium that was not yet earned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import ibis

from keyuan.insight.cube import expressions as x
from keyuan.insight.cube.building import Setting, in_scope, placed, tables
from keyuan.insight.cube.periods import Period
from keyuan.insight.cube.questions import Question
from keyuan.insight.profit.assumptions import DAYS_OF_YEAR, Assumptions

Table = Any
Value = Any
#: Fact of the cube → the sums of it that a profit is made of.
COUNTED: Final = {
    "premiums": ("written", "earned", "commission"),
    "covers": ("days",),
    "claims": ("cost", "number"),
    "payouts": ("payout",),
    "servicing": ("expense",),
}
RESERVED: Final = ("opening", "closing", "credited", "invested", "released")
SUMS: Final = (*(name for names in COUNTED.values() for name in names), *RESERVED)
_NEVER: Final = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is asked: the days, how claims are counted (``cal`` or ``acc``, the cube's bases), how money is put aside."""

    period: Period
    basis: str
    setting: Setting
    rule: Assumptions

    @property
    def until(self) -> date:
        return min(self.period.ends_on, self.setting.known_to)


def by_customer(asked: Counted) -> Table:
    """A row for each customer and line: SUMS. The line is empty for work that concerns no policy."""
    question = Question(by=("line",), period=asked.period, basis=asked.basis)
    days = x.Asked(asked.period, asked.basis, asked.setting.known_to)
    parts = []
    for fact, names in COUNTED.items():
        rows = placed(question, fact, days, asked.setting)
        parts.append(_padded(rows, {name: rows[name] for name in names}))
    kept = reserves(asked)
    parts.append(_padded(kept, {name: kept[name] for name in RESERVED}))
    whole = ibis.union(*parts)
    return whole.group_by("customer", "line").agg(**{name: whole[name].sum().cast("int64") for name in SUMS})


def premium_of_new(asked: Counted) -> Table:
    """By line, the premium (cents) of policies that began in the period; the rest of the line's is renewal premium."""
    days = x.Asked(asked.period, asked.basis, asked.setting.known_to)
    rows = placed(Question(by=("line",), period=asked.period, basis=asked.basis), "premiums", days, asked.setting)
    begun = tables()["policies"]
    begun = begun.filter(begun.starts_on >= x.day(asked.period.starts_on)).select("policy")
    rows = rows.semi_join(begun, "policy")
    return rows.group_by("line").agg(written=rows.written.sum().cast("int64"), earned=rows.earned.sum().cast("int64"))


def _padded(rows: Table, own: dict[str, Value]) -> Table:
    rest = {name: own[name].cast("int64") if name in own else ibis.literal(0, type="int64") for name in SUMS}
    return rows.select("customer", "line", **rest)


def reserves(asked: Counted) -> Table:
    """A row for each policy: what is put aside for it at both ends, what was credited to it and what it earned."""
    first, last = asked.period.starts_on, asked.until
    rows = tables()["premiums"]
    contracts = _contracts(asked)
    rows = rows.filter(rows.from_on < x.day(last)).inner_join(contracts, "policy")
    if asked.setting.scoped:
        rows = rows.semi_join(in_scope(), "customer")
    both = rows.group_by("policy").agg(
        customer=rows.customer.max(),
        line=rows.line.max(),
        over=rows.over.max(),
        rate=rows.credited.max(),
        at_first=_put_aside(rows, first).sum(),
        at_last=_put_aside(rows, last).sum(),
        unearned=_unearned(rows, asked.rule, first, last).sum(),
    )
    paid = tables()["payouts"]
    paid = paid.group_by("policy").agg(
        before=x.cents(paid.amount).sum(where=paid.paid_on < x.day(first)),
        by_then=x.cents(paid.amount).sum(where=paid.paid_on < x.day(last)),
    )
    both = both.left_join(paid, "policy").drop("policy_right")
    opening = _left(both, both.at_first, both.before, first)
    closing = _left(both, both.at_last, both.by_then, last)
    mean = (opening + closing) / 2
    years = (last - first).days / DAYS_OF_YEAR
    return both.select(
        "customer",
        "line",
        opening=opening,
        closing=closing,
        credited=(mean * both.rate * years).floor().cast("int64"),
        invested=(mean * float(asked.rule.earned_over(first, last)) + both.unearned).floor().cast("int64"),
        released=ibis.ifelse((both.over > x.day(first)) & (both.over <= x.day(last)), opening, 0).cast("int64"),
    )


def _contracts(asked: Counted) -> Table:
    rows = tables()["policies"]
    if asked.setting.currency:
        rows = rows.filter(rows.currency == asked.setting.currency)
    ended = ibis.least(rows.over_on.fill_null(x.day(_NEVER)), rows.ends_on.fill_null(x.day(_NEVER)))
    return rows.select(
        "policy",
        line=rows.line.fill_null(""),
        over=ended,
        share=_by_line(rows, asked.rule.share),
        credited=_by_line(rows, asked.rule.credited),
    )


def _by_line(rows: Table, values: Any) -> Value:
    """The value of a line where the cover is long; nothing is put aside for a year's cover."""
    found = rows.line.cases(*((line, float(value)) for line, value in sorted(values.items())), else_=0.0)
    return ibis.ifelse(rows.long_term.fill_null(False), found, 0.0)


def _put_aside(rows: Table, day: date) -> Value:
    """Cents: the share of what the premium had earned by a day, grown since the middle of the days that earned it."""
    elapsed = x.days(x.day(day), rows.from_on)
    length = x.days(rows.until_on, rows.from_on)
    age = (elapsed - ibis.least(elapsed, length) / 2) / DAYS_OF_YEAR
    grown = rows.share * x.earned_before(rows, x.day(day)) * (1 + rows.credited).pow(age)
    return ibis.ifelse((rows.from_on < x.day(day)) & (rows.share > 0), grown, 0.0)


def _left(both: Table, grown: Value, paid: Value, day: date) -> Value:
    left = (grown - paid.fill_null(0)).floor().cast("int64")
    return ibis.ifelse(both.over > x.day(day), ibis.greatest(left, 0), 0)


def _unearned(rows: Table, rule: Assumptions, first: date, last: date) -> Value:
    """Cents that premium earned until it was itself earned: rate x the area under the unearned part, exact by days."""
    length = x.days(rows.until_on, rows.from_on)
    over = ibis.greatest(rows.earned_by, rows.from_on)
    parts = []
    for begin, end, rate in rule.stretches(first, last):
        start = ibis.greatest(rows.from_on, x.day(begin))
        stop = ibis.least(over, x.day(end))
        left, after = x.days(rows.until_on, start), x.days(rows.until_on, stop)
        area = x.cents(rows.amount) * (left * left - after * after) / (length * 2)
        parts.append(ibis.ifelse(stop > start, area * (float(rate) / DAYS_OF_YEAR), 0.0))
    return _added(parts)


def _added(parts: Sequence[Value]) -> Value:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole


def cents(amount: int) -> Decimal:
    return (Decimal(amount) / 100).quantize(Decimal("0.01"))
