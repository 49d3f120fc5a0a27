"""What an insurer knows of a motor policy on the day it renews. One row per contract-year; nothing later than its first day.

Every feature of a row is made from columns of that row that are fixed on its first day, and from rows (of the same policy, or
of other policies of the same person) whose first day came earlier. What happened *within* an earlier year (claims, lapses)
counts only when that year was over by then. Cutting the book off at any later day changes no feature: a test does just that.
"""

from __future__ import annotations

from datetime import date

import polars as pl

YEAR = 365.25

NUMBERS = (
    "age",
    "licensed",
    "licence_age",
    "vehicle_age",
    "vehicle_age_at_start",
    "tenure",
    "month",
    "day",
    "weekday",
    "log_premium",
    "power",
    "cylinder",
    "doors",
    "length",
    "weight",
    "power_by_weight",
    "premium_by_power",
    "moved_anniversary",
    "second_driver",
    "area",
    "channel",
    "payment",
    "others",
    "others_premium",
    "others_newest",
    "others_started_lately",
    "person_tenure",
    "person_contracts",
    "person_same_type",
    "fresh_twin",
)
# What the year before adds; few rows of a young book have one, so that they are weighed apart.
HISTORY = ("change_small", "change_large", "last_cost", "last_claims", "last_lapsed")
CATEGORIES = ("type_risk", "fuel")


def features(book: pl.DataFrame) -> pl.DataFrame:
    """The book with the columns of NUMBERS and CATEGORIES added; rows keep their order."""
    rows = book.with_row_index("row")
    own = _own(rows)
    with_last = own.join(_last(rows), on="row", how="left")
    return with_last.join(_others(rows), on="row", how="left").sort("row").drop("row")


def _own(rows: pl.DataFrame) -> pl.DataFrame:
    """From the row alone."""
    begin, started = pl.col("term_from"), pl.col("starts_on")
    days = (begin - pl.col("birth_date")).dt.total_days()
    licensed = (begin - pl.col("licensed_on")).dt.total_days()
    return rows.with_columns(
        age=days / YEAR,
        licensed=licensed / YEAR,
        licence_age=(days - licensed) / YEAR,
        vehicle_age=begin.dt.year() - pl.col("registered"),
        vehicle_age_at_start=started.dt.year() - pl.col("registered"),
        tenure=(begin - started).dt.total_days() / YEAR,
        month=begin.dt.month(),
        day=begin.dt.day(),
        weekday=begin.dt.weekday(),
        log_premium=pl.col("premium").log(),
        power_by_weight=pl.col("power") / pl.col("weight"),
        premium_by_power=pl.col("premium") / pl.col("power"),
        moved_anniversary=(begin.dt.ordinal_day() - started.dt.ordinal_day()).cast(pl.Float64),
    )


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """From the policy's own year before, which was over by then; ``last_lapsed`` if the book tells who left."""
    if "lapsed" not in rows.columns:
        rows = rows.with_columns(lapsed=pl.lit(None, dtype=pl.Float64))
    ordered = rows.sort("policy", "term_from", "row")
    before = {
        name: pl.col(name).shift(1).over("policy") for name in ("term_from", "premium", "claims", "cost", "lapsed")
    }
    over = before["term_from"] < pl.col("term_from")
    change = (pl.col("premium") / before["premium"]).log()
    return ordered.select(
        "row",
        known_before=over.fill_null(False).cast(pl.Float64),
        change_small=pl.when(over).then(change.clip(-0.06, 0.06)),
        change_large=pl.when(over).then(change.clip(-0.3, 0.3)),
        last_claims=pl.when(over).then(before["claims"].clip(0, 3)),
        last_cost=pl.when(over).then(before["cost"].clip(0, None).log1p()),
        last_lapsed=pl.when(over).then(before["lapsed"].clip(0, 1)),
    )


def _others(rows: pl.DataFrame) -> pl.DataFrame:
    """From the same person's other policies, as far as they had begun."""
    slim = rows.select(
        "row",
        "person",
        "policy",
        "term_from",
        "term_to",
        "starts_on",
        "premium",
        "type_risk",
        "registered",
        "power",
    )
    after = slim.sort("policy", "term_from").with_columns(next_from=pl.col("term_from").shift(-1).over("policy"))
    pairs = slim.join(after, on="person", suffix="_o").filter(
        (pl.col("policy") != pl.col("policy_o")) & (pl.col("term_from_o") <= pl.col("term_from"))
    )
    day = pl.col("term_from")
    # The latest year of each other policy that had begun on that day.
    latest = pl.col("next_from").is_null() | (pl.col("next_from") > day)
    running = latest & (pl.col("term_to_o") > day)
    told = pairs.group_by("row").agg(
        others=running.sum().cast(pl.Float64),
        others_premium=pl.when(running).then(pl.col("premium_o")).sum(),
        others_newest=((day - pl.col("starts_on_o")).dt.total_days() / YEAR).min(),
        others_started_lately=(latest & ((day - pl.col("starts_on_o")).dt.total_days() <= 90)).sum().cast(pl.Float64),
        eldest_other=pl.col("starts_on_o").min(),
        person_same_type=(latest & (pl.col("type_risk") == pl.col("type_risk_o"))).sum().cast(pl.Float64),
        fresh_twin=(
            latest
            & (pl.col("registered") == pl.col("registered_o"))
            & (pl.col("power") == pl.col("power_o"))
            & (pl.col("type_risk") == pl.col("type_risk_o"))
        )
        .sum()
        .cast(pl.Float64),
        person_contracts=pl.col("policy_o").n_unique().cast(pl.Float64),
    )
    none = ("others", "others_premium", "others_started_lately", "person_contracts")
    zero = (*none, "person_same_type", "fresh_twin")
    first = pl.min_horizontal("starts_on", pl.col("eldest_other").fill_null(date(9999, 1, 1)))
    return (
        rows.select("row", "starts_on", "term_from")
        .join(told, on="row", how="left")
        .with_columns(
            *(pl.col(name).fill_null(0.0) for name in zero),
            person_tenure=(pl.col("term_from") - first).dt.total_days() / YEAR,
        )
        .drop("starts_on", "term_from", "eldest_other")
    )
