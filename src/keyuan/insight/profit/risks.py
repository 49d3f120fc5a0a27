"""What was on risk in each year of the past, as known on its first day, and the claims of it: what models learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import ibis
import polars as pl
import polars.selectors as cs
import pyarrow as pa

from keyuan.insight.cube import expressions as x
from keyuan.insight.cube.building import SLICES, placed, tables
from keyuan.insight.cube.periods import Period
from keyuan.insight.cube.questions import Question
from keyuan.insight.learning.folds import digest

if TYPE_CHECKING:
    from keyuan.insight.cube.answers import Opened

#: What is known of a risk before anything happens to it: numbers, then words. No premium: it knows of earlier claims.
NUMBERS: Final = (
    "age", "smoker", "occupation_class", "kilometres", "value", "vehicle_age", "building_age", "members", "sum_insured",
)  # fmt: skip
WORDS: Final = ("sex", "region", "use", "industry", "product")
FEATURES: Final = (*NUMBERS, *WORDS)
#: Which of them can bear on the claims of a line; what is not here would only add noise.
BEARING: Final[Mapping[str, frozenset[str]]] = {
    "motor": frozenset({"age", "sex", "kilometres", "value", "vehicle_age", "use", "region"}),
    "medical": frozenset({"age", "sex", "smoker", "occupation_class", "product"}),
    "accident": frozenset({"age", "occupation_class", "sum_insured", "product"}),
    "property": frozenset({"building_age", "sum_insured", "industry", "region", "product"}),
    "group": frozenset({"members", "industry", "region"}),
}
OF_PEOPLE: Final = frozenset({"age", "sex", "smoker", "occupation_class", "product"})
#: The years that are looked back on, the period itself among them.
YEARS: Final = 5
NOW: Final = "0"


@dataclass(frozen=True, slots=True)
class History:
    """``rows``: a row for each policy and year on risk; ``losses``: a row for each claim of it (cents)."""

    rows: pl.DataFrame
    losses: pl.DataFrame


def stretches(period: Period, known_to: date, years: int = YEARS) -> list[tuple[str, date, date]]:
    """The period itself ("0"), and the years before it ("1", "2", ...)."""
    found = [(NOW, period.starts_on, min(period.ends_on, known_to))]
    end = period.starts_on
    for place in range(1, years):
        begin = _year_before(end)
        found.append((str(place), begin, end))
        end = begin
    return found


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def history(lake: Opened, period: Period, *, years: int = YEARS) -> History:
    """What the lake tells of the risks of the period and of the years before it, in the lake's scope."""
    parts = stretches(period, lake.setting.known_to, years)
    names, firsts, lasts = zip(*parts, strict=True)
    lake.engine.put(SLICES, pa.table({"slice": names, "slice_from": firsts, "slice_until": lasts}))
    whole = Period(min(firsts), max(lasts))
    question = Question(by=("line",), period=whole, basis="acc")
    days = x.Asked(whole, "acc", lake.setting.known_to, sliced=True)
    covers = placed(question, "covers", days, lake.setting, time="year")
    covers = covers.group_by("policy", "customer", "line", "year").agg(days=covers.days.sum().cast("int64"))
    rows = _frame(lake, _described(covers))
    claims = placed(question, "claims", days, lake.setting, time="year")
    claims = claims.filter(claims.cost > 0)
    losses = _frame(lake, claims.select("policy", "year", "cost", "number"))
    first = pl.DataFrame({"year": names, "first": firsts})
    rows = rows.join(first, on="year").with_columns(
        age=_years(pl.col("first"), pl.col("born")),
        vehicle_age=(pl.col("first").dt.year() - pl.col("registered_year")).clip(0, 40),
        smoker=pl.col("smoker").cast(pl.Int64),
        exposure=pl.col("days") / 365,
    )
    keep = ["policy", "customer", "line", "year", "exposure", *FEATURES]
    return History(rows.select(keep).sort("policy", "year"), losses.sort("policy", "year", "cost"))


def _described(covers: Any) -> Any:
    contracts = tables()["policies"].select("policy", "product", "sum_insured")
    risks = tables()["risks"].drop("customer", "starts_on")
    found = covers.inner_join(contracts, "policy").left_join(risks, "policy").drop("policy_right")
    return found.mutate(sum_insured=found.sum_insured.cast("float64"))


def _frame(lake: Opened, asked: Any) -> pl.DataFrame:
    found = pl.from_arrow(lake.engine.rows(str(ibis.to_sql(asked, dialect=lake.engine.dialect))))
    assert isinstance(found, pl.DataFrame)  # noqa: S101  for the type checker: a table gives a frame
    return found.with_columns(cs.decimal().cast(pl.Int64))  # sums of whole numbers


def _years(day: pl.Expr, born: pl.Expr) -> pl.Expr:
    months = day.dt.year().cast(pl.Int64) * 12 + day.dt.month() - born.dt.year().cast(pl.Int64) * 12 - born.dt.month()
    return pl.when(months >= 0).then(months // 12)


def fold_of(customers: pl.Series, folds: int) -> pl.Series:
    """The fold of each customer: never by the order of rows. All rows of a customer are in one."""
    known = customers.unique()
    numbers = pl.Series([digest(f"profit{key}", of=folds) for key in known.to_list()], dtype=pl.Int64)
    return customers.replace_strict(known, numbers)
