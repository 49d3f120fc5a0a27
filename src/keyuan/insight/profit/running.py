"""A run: count the book from the lake, say what was to be expected, and keep a row for each customer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import ibis
import polars as pl
from django.db import transaction

from keyuan.accounts.scope import system_viewer
from keyuan.customers.queries.scope import existing
from keyuan.eventlog.actions import record
from keyuan.insight.cube.answers import Opened, opened
from keyuan.insight.cube.periods import Period
from keyuan.insight.cube.questions import Question
from keyuan.insight.events import PROFIT_COUNTED
from keyuan.insight.lake.folder import the_manifest
from keyuan.insight.lake.keys import numbers_behind
from keyuan.insight.models import CustomerProfit, ProfitRun
from keyuan.insight.profit import composing, drivers
from keyuan.insight.profit.amounts import SUMS, Counted, by_customer, premium_of_new
from keyuan.insight.profit.assumptions import assumptions
from keyuan.insight.profit.curve import curve
from keyuan.insight.profit.expected import LineExpected, expected
from keyuan.insight.profit.risks import history
from keyuan.insight.refusals import UnknownProfitBasis
from keyuan.insight.states import RunKind
from keyuan.kernel.copying import copy_rows
from keyuan.tiers.bulk import keep_contributions

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor

BASES: Final = ("acc", "cal")
PREMIUMS: Final = ("earned", "written")
MONEY: Final = pl.Decimal(18, 2)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did."""

    run: ProfitRun
    seconds: float


def run(
    *,
    by: Actor,
    period: Period | None = None,
    basis: str = "acc",
    premium: str = "earned",
    kind: RunKind = RunKind.ROLLING,
) -> Ran:
    """Count the period (else the last twelve months that the lake knows) and keep it in the place of an earlier count.

    Raises LakeEmpty, UnknownProfitBasis.
    """
    if basis not in BASES or premium not in PREMIUMS:
        raise UnknownProfitBasis
    begin = time.perf_counter()
    asked = period or last_twelve_months(the_manifest().day)
    with opened(Question(by=()), viewer=system_viewer("insight.profit")) as lake:
        amounts, begun = _amounts(lake, asked, basis)
        known = history(lake, asked)
        currency = lake.setting.currency or next(iter(lake.currencies), "")
        as_of = lake.setting.known_to - timedelta(days=1)
    said = expected(known, composing.burdens(amounts))
    lines = composing.by_line(amounts, said, premium=premium)
    customers = composing.by_customer(lines)
    told = _told(lines, customers, said, assumptions(as_of).sources)
    told["interest"] = dict(amounts.group_by("line").agg(pl.col("credited").sum()).iter_rows())
    told["new"] = dict(begun.select("line", premium).iter_rows())
    why = composing.why(lines, composing.reasons(said))
    made = ProfitRun(
        kind=kind, starts_on=asked.starts_on, ends_on=asked.ends_on, basis=basis, premium_is=premium,
        currency=currency, as_of=as_of, customers=customers.height, told=told,
    )  # fmt: skip
    rows = _keep(
        made, customers.join(why, on="customer", how="left").with_columns(pl.col("why").fill_null("{}")), by=by
    )
    if kind == RunKind.ROLLING:
        # Structure, not what happened to happen: one unlucky year lowers nobody's tier.
        keep_contributions(as_of, rows.select("customer", "structure").iter_rows())
    return Ran(made, time.perf_counter() - begin)


def last_twelve_months(day: date) -> Period:
    """The twelve months that end with ``day``."""
    end = day + timedelta(days=1)
    last = end.replace(day=28) if (end.month, end.day) == (2, 29) else end
    return Period(last.replace(year=last.year - 1), end)


def nightly(*, by: Actor) -> list[Ran]:
    """The last twelve months, and the last whole year where it was not counted yet."""
    day = the_manifest().day
    done = [run(by=by)]
    year = Period(date(day.year - 1, 1, 1), date(day.year, 1, 1))
    if not ProfitRun.objects.filter(kind=RunKind.YEAR, starts_on=year.starts_on, ends_on=year.ends_on).exists():
        done.append(run(by=by, period=year, kind=RunKind.YEAR))
    return done


def _amounts(lake: Opened, asked: Period, basis: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sums of each customer and line, and by line the premium of what began in the period."""
    counted = Counted(asked, basis, lake.setting, assumptions(asked.ends_on))
    return (
        _frame(lake, by_customer(counted)).with_columns(pl.col(SUMS).cast(pl.Int64)),
        _frame(lake, premium_of_new(counted)).with_columns(pl.col("written", "earned").cast(pl.Int64)),
    )


def _frame(lake: Opened, asked: Any) -> pl.DataFrame:
    rows = pl.from_arrow(lake.engine.rows(str(ibis.to_sql(asked, dialect=lake.engine.dialect))))
    assert isinstance(rows, pl.DataFrame)  # noqa: S101  for the type checker
    return rows


def _told(
    lines: pl.DataFrame, customers: pl.DataFrame, said: list[LineExpected], sources: tuple[str, ...]
) -> dict[str, Any]:
    """What is true of the whole book; amounts in cents."""
    names = (*composing.AMOUNTS, *composing.RESULTS)
    totals = {name: int(customers[name].sum()) for name in names}
    of_lines = {
        line: {name: int(own[name].sum()) for name in names}
        for (line,), own in lines.group_by(["line"], maintain_order=True)
    }
    found = {one.line: drivers.of_a_line(one, lines) for one in said}
    return {
        "totals": totals,
        "lines": of_lines,
        "realised": curve(customers["profit"].to_numpy()).as_dict(),
        "structural": curve(customers["structure"].to_numpy()).as_dict(),
        "drivers": drivers.of_the_book(customers),
        "drivers_of": {line: one for line, one in found.items() if one is not None},
        "models": {one.line: dict(one.told) for one in said},
        "sources": list(sources),
    }


def _keep(made: ProfitRun, customers: pl.DataFrame, *, by: Actor) -> pl.DataFrame:
    """The new run with its rows, in one transaction; runs whose time is over go. Returns the rows, in yuan."""
    numbers = numbers_behind(customers["customer"].to_list(), kind="customer")
    rows = customers.with_columns(customer=pl.Series(numbers, dtype=pl.Int64))
    # Whoever was erased or merged since the export is not written back.
    rows = rows.filter(pl.col("customer").is_in(list(existing(numbers))))
    money = [name for name in rows.columns if name not in ("customer", "why")]
    rows = rows.with_columns((pl.col(money).cast(pl.Decimal(18, 0)) * Decimal("0.01")).cast(MONEY))
    with transaction.atomic():
        same = {
            "starts_on": made.starts_on,
            "ends_on": made.ends_on,
            "basis": made.basis,
            "premium_is": made.premium_is,
        }
        ProfitRun.objects.filter(**same, currency=made.currency).delete()
        if made.kind == RunKind.ROLLING:
            ProfitRun.objects.filter(kind=RunKind.ROLLING).delete()
        made.save()
        copy_rows(
            CustomerProfit._meta.db_table,
            rows.rename({"customer": "customer_id"}).with_columns(run_id=pl.lit(made.pk, dtype=pl.Int64)),
        )
        payload = {"period": f"{made.starts_on}..{made.ends_on}", "basis": made.basis, "customers": made.customers}
        record(PROFIT_COUNTED, by=by, subject=("profit_run", made.pk), payload=payload)
    return rows
