"""Precision and recall of the finder on the labelled set; ``duplicates.py`` has set up what it imports.

The first baseline is what the registry does by itself: two records that have had the same identifier. The second is what
most systems do. No database is needed.
"""

from __future__ import annotations

import json
import resource
import time
from collections import Counter
from typing import Any

import polars as pl

from benchmarks.labelled import Labelled, labelled
from keyuan.customers.states import CustomerKind
from keyuan.duplicates.finding import compare, frame_of, prepared, shared_pairs
from keyuan.duplicates.rules.scoring import WEIGHT
from keyuan.duplicates.rules.weights import least_weight, limits

THRESHOLDS = (0.1, 0.5, 0.9, 0.99)


def judged(size: int, *, seed: int, missed: bool) -> None:
    """Print the figures of one labelled book as JSON; ``missed``: also what the finder did not find, and why."""
    book = labelled(size, seed=seed)
    began = time.perf_counter()
    frame = frame_of(CustomerKind.INDIVIDUAL, prepared(CustomerKind.INDIVIDUAL, book.rows))  # type: ignore[arg-type]
    shared = shared_pairs(book.shared)
    found = compare(CustomerKind.INDIVIDUAL, frame, shared, at_least=min(THRESHOLDS))
    seconds = time.perf_counter() - began
    told: dict[str, Any] = {
        "records": found.records,
        "true_pairs": len(book.true),
        "compared_pairs": found.compared,
        "seconds": round(seconds, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "baseline: an identifier in common": _figures(set(_pairs(shared)), book),
        "baseline: same name and birth date": _figures(_same_name_and_birth(frame), book),
        **{f"at {each}": _figures(set(_pairs(_above(found.pairs, each, found.records))), book) for each in THRESHOLDS},
    }
    print(json.dumps(told, indent=1))
    if missed:
        _explain(found.pairs, found.records, book)


def _same_name_and_birth(frame: pl.DataFrame) -> set[tuple[int, int]]:
    rows = frame.lazy().select("id", "name", "birth_date").drop_nulls()
    pairs = rows.join(rows, on=["name", "birth_date"], suffix="_right").filter(pl.col("id") < pl.col("id_right"))
    return set(pairs.select("id", "id_right").collect().iter_rows())


def _above(pairs: pl.DataFrame, probability: float, records: int) -> pl.DataFrame:
    return pairs.filter(pl.col(WEIGHT) >= least_weight(probability, records=records))


def _pairs(frame: pl.DataFrame) -> list[tuple[int, int]]:
    return [(left, right) for left, right in frame.select("left", "right").iter_rows()]


def _figures(found: set[tuple[int, int]], book: Labelled) -> dict[str, float]:
    right = len(found & book.true.keys())
    return {
        "found": len(found),
        "precision": round(right / len(found), 4) if found else 1.0,
        "recall": round(right / len(book.true), 4),
        "lookalikes_among_them": len(found & book.lookalikes.keys()),
    }


def _explain(pairs: pl.DataFrame, records: int, book: Labelled) -> None:
    got = set(_pairs(_above(pairs, limits().review, records)))
    every, missed = Counter[str](), Counter[str]()
    for pair, how in book.true.items():
        every.update(how)
        if pair not in got:
            missed.update(how)
    print("missed by corruption:", {how: f"{missed[how]}/{count}" for how, count in every.most_common()})
    print("lookalikes taken for one:", Counter(book.lookalikes[pair] for pair in got & book.lookalikes.keys()))
    wrong = [pair for pair in got if pair not in book.true][:12]
    for left, right in wrong:
        print(book.records[left - 1], book.records[right - 1], sep="\n   ", end="\n\n")
