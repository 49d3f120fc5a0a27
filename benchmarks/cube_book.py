"""The synthetic lake of the cube's benchmark: annual policies as the export would have written them, by vectors."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.ground import WORK

AS_OF = date(2026, 11, 22)
PIECE = 1_000_000
PRODUCTS = {
    "ACC": "accident", "TRV": "accident", "MED": "medical", "CIL": "critical_illness", "TRM": "life", "WLF": "life",
    "PAR": "participating", "ANN": "annuity", "EDU": "education", "MOT": "motor", "HOM": "property", "ENT": "property",
    "GRP": "group",
}  # fmt: skip
CHANNELS = ("agent", "broker", "bancassurance", "telesales", "online", "counter", "direct")
REGIONS = tuple(str(tens * 10 + ones) for tens in range(1, 7) for ones in range(1, 6))
SOURCES = ("purchase", "referral", "web", "agency")


def django_set_up() -> None:
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")
    os.environ.setdefault("KEYUAN_VAR", str(WORK / "var"))
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@localhost/none")  # nothing is asked of a database
    if not apps.ready:
        django.setup()


def write_lake(lake: Path, policies: int) -> None:
    """Annual policies of half as many customers, one in ten with a claim, as the export would have written them."""
    django_set_up()
    from keyuan.insight.lake import declared, folder
    from keyuan.insight.lake.files import Partitions, write_empty
    from keyuan.insight.lake.folder import Manifest

    draw = np.random.default_rng(20261123)
    files: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    root = lake / "tables" / "synthetic"
    makers: dict[str, Callable[..., dict[str, Any]]] = {"customers": _customers, "policies": _policies}
    with (
        Partitions(declared.CUSTOMERS, root, "part") as customers,
        Partitions(declared.POLICIES, root, "part") as contracts,
        Partitions(declared.COVERS, root, "part") as covers,
        Partitions(declared.PREMIUMS, root, "part") as premiums,
        Partitions(declared.CLAIMS, root, "part") as claims,
    ):
        for start in range(0, policies // 2, PIECE):
            numbers = np.arange(start, min(start + PIECE, policies // 2))
            customers.add(_table(declared.CUSTOMERS, makers["customers"](draw, numbers)))
        for start in range(0, policies, PIECE):
            numbers = np.arange(start, min(start + PIECE, policies))
            own = makers["policies"](draw, numbers)
            contracts.add(_table(declared.POLICIES, own))
            covers.add(_table(declared.COVERS, own))
            premiums.add(_table(declared.PREMIUMS, own))
            claims.add(_table(declared.CLAIMS, _claims(draw, own)))
    for parts in (customers, contracts, covers, premiums, claims):
        files[parts.table.name], rows[parts.table.name] = parts.files(lake), parts.rows
    for table in (declared.PAYOUTS, declared.EVENTS):
        files[table.name], rows[table.name] = [str(write_empty(table, root).relative_to(lake))], 0
    folder.publish(lake, Manifest(f"{AS_OF}T00:00:00+00:00", str(AS_OF), (0, 0), "synthetic", files, rows))


def _key(numbers: np.ndarray) -> np.ndarray:
    """Spread over all of 64 bits, as pseudonyms are, without two that meet (a step of splitmix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed ^ (mixed >> np.uint64(27))).view(np.int64)


def _chosen(draw: np.random.Generator, words: tuple[str, ...], count: int) -> pa.Array:
    places = np.minimum((draw.beta(1.0, 2.0, count) * len(words)).astype(np.int32), len(words) - 1)
    return pa.DictionaryArray.from_arrays(places, pa.array(words)).cast(pa.string())


def _customers(draw: np.random.Generator, numbers: np.ndarray) -> dict[str, Any]:
    count = len(numbers)
    born = np.datetime64("1945-01") + draw.integers(0, 12 * 62, count)
    return {
        "customer": _key(numbers),
        "known_on": np.datetime64("2016-01-01") + draw.integers(0, 3900, count),
        "born": born.astype("datetime64[D]"),
        "sex": _chosen(draw, ("female", "male"), count),
        "source": _chosen(draw, SOURCES, count),
        "region": pa.compute.binary_join_element_wise(_chosen(draw, REGIONS, count), "01", ""),
    }


def _policies(draw: np.random.Generator, numbers: np.ndarray) -> dict[str, Any]:
    count = len(numbers)
    starts = np.datetime64("2023-01-01") + draw.integers(0, 1400, count)
    ends = starts + np.where(draw.random(count) < 0.05, draw.integers(1, 365, count), 365)
    products = np.minimum((draw.beta(1.0, 2.0, count) * len(PRODUCTS)).astype(np.int32), len(PRODUCTS) - 1)
    premium = pa.array(np.round(draw.gamma(4.0, 700.0, count) * 100).astype(np.int64))
    return {
        "policy": _key(numbers + 2**40),
        "customer": _key(draw.integers(0, max(1, numbers[-1] // 2 + 1), count)),
        "product": pa.DictionaryArray.from_arrays(products, pa.array(list(PRODUCTS))).cast(pa.string()),
        "line": pa.DictionaryArray.from_arrays(products, pa.array(list(PRODUCTS.values()))).cast(pa.string()),
        "channel": _chosen(draw, CHANNELS, count),
        "currency": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array(["CNY"])).cast(pa.string()),
        "branch": draw.integers(1, 6, count),
        "starts_on": starts,
        "ends_on": starts + 365,
        "uw_on": starts,
        "from_on": starts,
        "written_on": starts,
        "until_on": starts + 365,
        "earned_by": ends,
        "amount": _money(premium),
        "premium": _money(premium),
    }


def _claims(draw: np.random.Generator, own: dict[str, Any]) -> dict[str, Any]:
    hit = np.flatnonzero(draw.random(len(own["policy"])) < 0.1)
    occurred = own["starts_on"][hit] + draw.integers(0, 365, len(hit))
    paid = draw.random(len(hit)) < 0.8
    paid_on = occurred + draw.integers(5, 90, len(hit))
    amount = pa.array(np.round(draw.gamma(1.2, 4000.0, len(hit)) * 100).astype(np.int64))
    days = pa.array(paid_on.astype("datetime64[D]"), mask=~paid)
    return {
        "claim": own["policy"][hit] + 1,
        "policy": own["policy"][hit],
        "customer": own["customer"][hit],
        "uw_on": own["starts_on"][hit],
        "occurrences": np.ones(len(hit), np.int64),
        "occurred_on": occurred,
        "notified_on": occurred + 2,
        "paid_on": days,
        "settled_on": days,
        "claimed": _money(amount),
        "paid": _money(amount),
    }


def _money(cents: pa.Array) -> pa.Array:
    """Cents as yuan with two places, without a division."""
    whole = cents.cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, 2), len(whole), whole.buffers()).cast(pa.decimal128(16, 2))


def _table(table: Any, columns: dict[str, Any]) -> pa.Table:
    count = len(next(iter(columns.values())))
    made = []
    for field in table.schema:
        values = columns.get(field.name)
        made.append(pa.nulls(count, field.type) if values is None else pa.array(values).cast(field.type))
    return pa.table(made, schema=table.schema)
