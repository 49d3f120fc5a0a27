"""What the cube costs in time: eight dimensions over ten million policies, and the export of a real book.

    python -m benchmarks cube [--policies 10000000] [--spark] [--book workbench-1000000]

The same question four times, each in a process of its own that reads the same Parquet files: by our Ibis expression on
DuckDB, by SQL for DuckDB written by hand, by pandas, and (``--spark``) by our expression on Spark in this machine. All
must give the same cells to the cent. ``--book`` exports an installation that another benchmark left behind; empty: none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.cube_book import AS_OF, django_set_up, write_lake
from benchmarks.ground import PROJECT, WORK, Ground, write_results

AIM_BY_HAND, AIM_PANDAS, AIM_ROWS = 1.3, 5.0, 500_000
BY = ("line", "product", "channel", "region", "branch", "age_band", "sex", "source")
MEASURES = (
    "premium_written",
    "premium_earned",
    "exposure",
    "policies",
    "customers",
    "claims",
    "claims_cost",
    "loss_ratio",
)
SUMS = ("written", "earned", "days", "policies", "customers", "claims", "claims_cost")
BANDS = (18, 26, 36, 46, 56, 66, 76)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks cube")
    parser.add_argument("--policies", type=int, default=10_000_000)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--book", default="workbench-1000000")
    parser.add_argument("--one", default="")
    asked = parser.parse_args(arguments)
    lake = WORK / "cube" / f"lake-{asked.policies}"
    if asked.one:
        print(json.dumps(CONTENDERS[asked.one](lake)))
        return
    figures: dict[str, Any] = {"policies": asked.policies}
    if not (lake / "manifest.json").exists():
        begin = time.perf_counter()
        write_lake(lake, asked.policies)
        took = time.perf_counter() - begin
        print(
            f"lake of {asked.policies:,} policies: {size_of(lake) / 1e6:,.0f} MB, written in {took:.0f} s", flush=True
        )
    for name in ("ours", "by hand", "pandas", *(["spark"] if asked.spark else [])):
        figures[name] = alone(name, asked.policies)
        told = figures[name]
        print(
            f"{name:8} {told['seconds']:7.2f} s  {told['cells']:,} cells  {told['peak_mb']:,.0f} MB  {told['digest']}",
            flush=True,
        )
    if len({figures[name]["digest"] for name in figures if name != "policies"}) != 1:
        sys.exit("the answers differ")
    ours = figures["ours"]["seconds"]
    by_hand, pandas = ours / figures["by hand"]["seconds"], figures["pandas"]["seconds"] / ours
    print(
        f"beside SQL by hand {by_hand:.2f} (aim {AIM_BY_HAND}), beside pandas {pandas:.1f} times as fast (aim {AIM_PANDAS})"
    )
    if asked.book:
        figures["export"] = exported(asked.book)
    write_results("cube", figures)


def alone(name: str, policies: int) -> dict[str, Any]:
    """One contender in a process of its own; the best of its runs, and the most memory it held."""
    command = [sys.executable, "-m", "benchmarks", "cube", "--policies", str(policies), "--one", name]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


# -- the contenders ---------------------------------------------------------------------------------------------------


def timed(run: Callable[[], pa.Table], *, runs: int = 3) -> dict[str, Any]:
    """The best of some runs; the digest is of all cells in their order."""
    best, found = float("inf"), None
    for _ in range(runs):
        begin = time.perf_counter()
        found = run()
        best = min(best, time.perf_counter() - begin)
    assert found is not None
    cells = sorted(zip(*(found[name].to_pylist() for name in (*BY, *SUMS)), strict=True))
    digest = hashlib.sha256(
        repr([(*map(str, c[: len(BY)]), *map(int, c[len(BY) :])) for c in cells if any(c[len(BY) :])]).encode()
    )
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return {"seconds": best, "cells": len(cells), "peak_mb": peak / 1024, "digest": digest.hexdigest()[:12]}


def on(engine_name: str) -> Callable[[Path], dict[str, Any]]:
    """Our expression on one of the engines, as ``keyuan cube`` asks it."""

    def contend(lake: Path) -> dict[str, Any]:
        django_set_up()
        from keyuan.insight.cube import building
        from keyuan.insight.cube.building import Setting
        from keyuan.insight.cube.engines import DuckDB, Spark
        from keyuan.insight.cube.questions import question
        from keyuan.insight.lake.folder import manifest

        asked = question(by=",".join(BY), measures=",".join(MEASURES), period_text="2025")
        setting = Setting(known_to=date.fromordinal(AS_OF.toordinal() + 1), costs=())
        known = manifest(lake)
        assert known is not None

        def run() -> pa.Table:
            engine: Any = DuckDB(memory="6GB") if engine_name == "duckdb" else Spark("local[2]")
            for name, files in known.files.items():
                engine.view(name, [lake / file for file in files])
            building.sql.cache_clear()
            found = engine.rows(building.sql(asked, setting, engine.dialect))
            engine.close()
            return found

        return timed(run, runs=3 if engine_name == "duckdb" else 1)

    return contend


BY_HAND = """
WITH customer AS (
  SELECT customer, sex, source, left(region, 2) AS region,
    CASE WHEN age < 18 THEN '00-17' WHEN age < 26 THEN '18-25' WHEN age < 36 THEN '26-35' WHEN age < 46 THEN '36-45'
         WHEN age < 56 THEN '46-55' WHEN age < 66 THEN '56-65' WHEN age < 76 THEN '66-75' ELSE '76+' END AS age_band
  FROM (SELECT *, ((2026 * 12 + 1) - (year(born) * 12 + month(born))) // 12 AS age FROM customers)),
policy AS (SELECT policy, line, product, channel, branch FROM policies),
premium AS (
  SELECT policy, customer,
    CASE WHEN written_on >= DATE '2025-01-01' AND written_on < DATE '2026-01-01' THEN (amount * 100)::BIGINT ELSE 0 END
      AS written,
    CASE WHEN from_on >= DATE '2026-01-01' THEN 0 WHEN earned_by <= DATE '2026-01-01' THEN (amount * 100)::BIGINT
         ELSE (amount * 100)::BIGINT * (DATE '2026-01-01' - from_on) // (until_on - from_on) END
    - CASE WHEN from_on >= DATE '2025-01-01' THEN 0 WHEN earned_by <= DATE '2025-01-01' THEN (amount * 100)::BIGINT
         ELSE (amount * 100)::BIGINT * (DATE '2025-01-01' - from_on) // (until_on - from_on) END AS earned
  FROM premiums WHERE from_on < DATE '2026-01-01' AND greatest(from_on + 1, earned_by) > DATE '2025-01-01'),
cover AS (
  SELECT policy, customer, least(until_on, DATE '2026-01-01') - greatest(from_on, DATE '2025-01-01') AS days
  FROM covers WHERE from_on < DATE '2026-01-01' AND until_on > DATE '2025-01-01'),
claim AS (
  SELECT policy, customer,
    CASE WHEN notified_on >= DATE '2025-01-01' AND notified_on < DATE '2026-01-01' THEN occurrences ELSE 0 END AS number,
    CASE WHEN paid_on >= DATE '2025-01-01' AND paid_on < DATE '2026-01-01' THEN (paid * 100)::BIGINT ELSE 0 END
    + CASE WHEN settled_on IS NULL OR settled_on >= DATE '2026-01-01' THEN (claimed * 100)::BIGINT ELSE 0 END
    - CASE WHEN notified_on < DATE '2025-01-01' AND (settled_on IS NULL OR settled_on >= DATE '2025-01-01')
           THEN (claimed * 100)::BIGINT ELSE 0 END AS cost
  FROM claims WHERE notified_on < DATE '2026-01-01' AND (settled_on IS NULL OR settled_on >= DATE '2025-01-01')),
parts AS (
  SELECT {by}, sum(written) AS written, sum(earned) AS earned, 0 AS days, 0 AS policies, 0 AS customers, 0 AS claims,
    0 AS claims_cost FROM premium JOIN policy USING (policy) JOIN customer USING (customer) GROUP BY ALL
  UNION ALL
  SELECT {by}, 0, 0, sum(days), count(DISTINCT policy), count(DISTINCT customer), 0, 0
  FROM cover JOIN policy USING (policy) JOIN customer USING (customer) GROUP BY ALL
  UNION ALL
  SELECT {by}, 0, 0, 0, 0, 0, sum(number), sum(cost)
  FROM claim JOIN policy USING (policy) JOIN customer USING (customer) GROUP BY ALL)
SELECT {by}, {sums} FROM parts GROUP BY {by}
"""


def by_hand(lake: Path) -> dict[str, Any]:
    import duckdb

    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in SUMS)
    sql = BY_HAND.format(by=", ".join(BY), sums=sums)

    def run() -> pa.Table:
        found = duckdb.connect(config={"memory_limit": "6GB", "threads": 2, "preserve_insertion_order": False})
        for name in ("customers", "policies", "premiums", "covers", "claims"):
            files = f"{lake}/tables/synthetic/{name}/*/*.parquet"
            rows = f"read_parquet('{files}', hive_partitioning=false)"
            found.execute(f"CREATE VIEW {name} AS SELECT * FROM {rows}")  # noqa: S608  our own files
        return found.sql(sql).to_arrow_table()

    return timed(run)


def pandas(lake: Path) -> dict[str, Any]:
    """The same by pandas: what an analyst would write, with numbers for days and words kept as categories."""
    import pandas as pd
    import pyarrow.parquet as pq

    def read(name: str, columns: list[str]) -> Any:
        table = pq.ParquetDataset(lake / "tables" / "synthetic" / name, partitioning=None).read(columns=columns)
        made = {}
        for column in table.column_names:
            values = table[column]
            if pa.types.is_decimal(values.type):
                values = pa.compute.multiply(values, pa.scalar(100)).cast(pa.int64())
            elif pa.types.is_date32(values.type):
                values = values.cast(pa.int32())
            made[column] = values.dictionary_encode().combine_chunks() if pa.types.is_string(values.type) else values
        return pa.table(made).to_pandas()

    first, last = (int(np.datetime64(day).astype("datetime64[D]").astype(int)) for day in ("2025-01-01", "2026-01-01"))

    def run() -> pa.Table:
        people = read("customers", ["customer", "sex", "source", "region", "born"])
        born = people.pop("born").to_numpy().astype("datetime64[D]").astype("datetime64[M]").astype(int)
        age = ((2026 - 1970) * 12 - born) // 12
        people["age_band"] = pd.cut(
            age, [-1, *(top - 1 for top in BANDS), 200],
            labels=["00-17", "18-25", "26-35", "36-45", "46-55", "56-65", "66-75", "76+"],
        )  # fmt: skip
        people["region"] = people["region"].str[:2].astype("category")
        contracts = read("policies", ["policy", "line", "product", "channel", "branch"])

        def placed(rows: Any) -> Any:
            joined = rows.merge(contracts, on="policy").merge(people, on="customer")
            return joined.groupby(list(BY), observed=True)

        one = read("premiums", ["policy", "customer", "written_on", "from_on", "until_on", "earned_by", "amount"])
        one = one[(one.from_on < last) & (np.maximum(one.from_on + 1, one.earned_by) > first)]

        def earned(day: int) -> Any:
            part = one.amount * (day - one.from_on) // (one.until_on - one.from_on)
            return np.where(one.from_on >= day, 0, np.where(one.earned_by <= day, one.amount, part))

        written = np.where((one.written_on >= first) & (one.written_on < last), one.amount, 0)
        one = one[["policy", "customer"]].assign(written=written, earned=earned(last) - earned(first))
        parts = [placed(one)[["written", "earned"]].sum()]
        one = read("covers", ["policy", "customer", "from_on", "until_on"])
        one = one[(one.from_on < last) & (one.until_on > first)]
        days = np.minimum(one.until_on, last) - np.maximum(one.from_on, first)
        groups = placed(one[["policy", "customer"]].assign(days=days))
        counted = groups.agg(days=("days", "sum"), policies=("policy", "nunique"), customers=("customer", "nunique"))
        parts.append(counted)
        one = read(
            "claims", ["policy", "customer", "occurrences", "notified_on", "paid_on", "settled_on", "claimed", "paid"]
        )
        settled = one.settled_on.fillna(10**6)
        one = one[(one.notified_on < last) & (settled >= first)]
        settled = settled[one.index]
        cost = np.where((one.paid_on >= first) & (one.paid_on < last), one.paid, 0)
        cost = cost + np.where(settled >= last, one.claimed, 0)
        cost = cost - np.where((one.notified_on < first) & (settled >= first), one.claimed, 0)
        number = np.where((one.notified_on >= first) & (one.notified_on < last), one.occurrences, 0)
        parts.append(
            placed(one[["policy", "customer"]].assign(claims=number, claims_cost=cost))[["claims", "claims_cost"]].sum()
        )
        whole = pd.concat(parts, axis=1).fillna(0).reset_index()
        whole[list(SUMS)] = whole[list(SUMS)].astype("int64")
        return pa.Table.from_pandas(whole, preserve_index=False)

    return timed(run, runs=1)


CONTENDERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "ours": on("duckdb"),
    "by hand": by_hand,
    "pandas": pandas,
    "spark": on("spark"),
}


# -- the export -------------------------------------------------------------------------------------------------------


def exported(book: str) -> dict[str, Any]:
    """Export the book that another benchmark left, once, into a lake that is removed afterwards."""
    import shutil

    ground = Ground(book, reuse=True)
    lake = WORK / "cube" / "exported"
    shutil.rmtree(lake, ignore_errors=True)
    ground.env["KEYUAN_LAKE"] = str(lake)
    done = ground.run("-m", "keyuan.cli", "lake", "export", "--again", "--json")
    told = json.loads(done.output.strip().splitlines()[-1])
    told["megabytes"], told["peak_mb"] = size_of(lake) / 1e6, done.peak_mb
    shutil.rmtree(lake, ignore_errors=True)
    rows = sum(told["rows"].values())
    print(
        f"export of {book}: {rows:,} rows in {told['seconds']:.0f} s, {told['rows_per_second']:,} rows/s (aim {AIM_ROWS:,})"
    )
    return dict(told)
