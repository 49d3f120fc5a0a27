"""Precision and recall of the finder on the labelled set; and how long a search through a database takes.

    python -m benchmarks duplicates [--size 100000] [--seed 2]
    python -m benchmarks duplicates --stored 20000 100000

``--stored`` searches the books that ``foundation`` imported (run that first, one size at a time), with the command as
people run it: reading, opening the secrets, comparing, storing.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import django

from benchmarks.ground import Ground, write_results


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks duplicates")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument(
        "--missed", action="store_true", help="what became of each sort of corruption and of lookalikes"
    )
    parser.add_argument(
        "--stored", type=int, nargs="+", metavar="CUSTOMERS", help="time the search through these books"
    )
    given = parser.parse_args(arguments)
    if given.stored:
        print(write_results("duplicates", list(_searched(given.stored))).read_text())
        return
    # The finder stands in the rooms, which Django must know; it asks no database here.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")
    os.environ.setdefault("DATABASE_URL", "postgresql:///none")
    django.setup()
    import_module("benchmarks.finder").judged(given.size, seed=given.seed, missed=given.missed)


def _searched(sizes: Iterable[int]) -> Iterator[dict[str, Any]]:
    for size in sizes:
        ran = Ground(f"foundation-{size}", reuse=True).run("-m", "keyuan.cli", "duplicates", "--json", "--limit", "0")
        told = json.loads(ran.output)["search"]
        each = round(told["seconds"] / told["customers"] * 1e6, 1)
        yield {**told, "microseconds_a_customer": each, "peak_mb": round(ran.peak_mb)}
