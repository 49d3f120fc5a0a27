"""From amounts and expectations to what each customer earned: cents, and the identity profit = structure + luck."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from keyuan.insight.profit.expected import LineExpected

#: Of what moved a customer's expectation so many reasons are kept a line, each of one yuan or more.
REASONS: Final = 4
LEAST: Final = 100
AMOUNTS: Final = (
    "premium",
    "investment",
    "claims",
    "expected",
    "released",
    "payouts",
    "reserve",
    "commission",
    "servicing",
)
RESULTS: Final = ("profit", "structure", "luck")


def by_line(amounts: pl.DataFrame, said: Sequence[LineExpected], *, premium: str) -> pl.DataFrame:
    """A row for each customer and line with AMOUNTS and RESULTS in cents; ``premium``: earned or written."""
    expected = pl.concat(
        [
            pl.DataFrame(
                {"customer": one.customers, "line": one.line, "expected": np.rint(one.expected).astype(np.int64)},
                schema={"customer": pl.Int64, "line": pl.String, "expected": pl.Int64},
            )
            for one in said
        ]
        or [pl.DataFrame(schema={"customer": pl.Int64, "line": pl.String, "expected": pl.Int64})]
    )
    rows = amounts.join(expected, on=["customer", "line"], how="left").with_columns(pl.col("expected").fill_null(0))
    rows = rows.select(
        "customer",
        "line",
        premium=pl.col(premium),
        investment=pl.col("invested"),
        claims=pl.col("cost"),
        expected=pl.col("expected"),
        # A reserve set free by anything but a claim is no matter of luck.
        released=pl.when(pl.col("cost") > 0).then(pl.col("released")).otherwise(0),
        payouts=pl.col("payout"),
        reserve=pl.col("closing") - pl.col("opening"),
        commission=pl.col("commission"),
        servicing=pl.col("expense"),
    )
    profit = (
        pl.col("premium") + pl.col("investment") - pl.col("claims") - pl.col("payouts") - pl.col("reserve")
        - pl.col("commission") - pl.col("servicing")
    )  # fmt: skip
    luck = pl.col("expected") - pl.col("claims") + pl.col("released")
    return rows.with_columns(profit=profit, structure=profit - luck, luck=luck).sort("customer", "line")


def by_customer(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by("customer").agg(pl.col(*AMOUNTS, *RESULTS).sum()).sort("customer")


def burdens(amounts: pl.DataFrame) -> dict[str, tuple[float, int]]:
    """By line: what claims cost beyond the reserves they set free (cents), and how many there were."""
    net = pl.col("cost") - pl.when(pl.col("cost") > 0).then(pl.col("released")).otherwise(0)
    rows = amounts.group_by("line").agg(cost=net.sum(), number=pl.col("number").sum())
    return {line: (float(cost), int(number)) for line, cost, number in rows.iter_rows()}


def reasons(said: Sequence[LineExpected]) -> pl.DataFrame:
    """For each customer and line the features that moved the expectation most, as JSON: [[name, value, cents], ...]."""
    parts = []
    for one in said:
        order = np.argsort(-np.abs(one.parts), axis=1)[:, :REASONS]
        moved = np.take_along_axis(one.parts, order, axis=1)
        columns = {name: one.values[name].to_list() for name in one.names if name in one.values.columns}
        texts = []
        for row in range(len(one.customers)):
            kept = [
                [name, columns[name][row] if name in columns else None, round(cents)]
                for name, cents in zip((one.names[place] for place in order[row]), moved[row].tolist(), strict=True)
                if abs(cents) >= LEAST
            ]
            texts.append(json.dumps(kept, ensure_ascii=False, separators=(",", ":")))
        parts.append(
            pl.DataFrame(
                {"customer": one.customers, "line": one.line, "reasons": texts},
                schema={"customer": pl.Int64, "line": pl.String, "reasons": pl.String},
            )
        )
    return (
        pl.concat(parts)
        if parts
        else pl.DataFrame(schema={"customer": pl.Int64, "line": pl.String, "reasons": pl.String})
    )


def why(lines: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """For each customer one JSON text: {line: {"amounts": cents in the order of AMOUNTS and RESULTS, "reasons": [...]}}."""
    anything = pl.any_horizontal(pl.col(*AMOUNTS) != 0)
    rows = (
        lines.filter(anything)
        .join(given, on=["customer", "line"], how="left")
        .with_columns(pl.col("reasons").fill_null("[]"))
    )
    amounts = pl.concat_str([pl.col(name).cast(pl.String) for name in (*AMOUNTS, *RESULTS)], separator=",")
    begin, middle = pl.lit('":{"amounts":['), pl.lit('],"reasons":')
    entry = pl.lit('"') + pl.col("line") + begin + amounts + middle + pl.col("reasons") + pl.lit("}")
    told = rows.select("customer", entry=entry).group_by("customer", maintain_order=True).agg(pl.col("entry"))
    return told.select("customer", why=pl.lit("{") + pl.col("entry").list.join(",") + pl.lit("}"))
