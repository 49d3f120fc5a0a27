"""Customers who have just come in, compared with those who share something with them: quick, and not the whole book."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import polars as pl

from keyuan.customers import queries as customers
from keyuan.customers.states import CustomerKind
from keyuan.duplicates.finding import compare, frame_of, prepared, shared_pairs

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


def pairs_of_newcomers(
    ids: Collection[int], *, viewer: Viewer, size: int
) -> Iterator[tuple[CustomerKind, pl.DataFrame]]:
    """For each kind the pairs, one or both of these ids, that weigh enough for a review in a book of ``size``."""
    beside = customers.ids_beside(ids, viewer=viewer)
    if len(beside) < 2:
        return
    shared = shared_pairs(customers.shared_identifiers(viewer=viewer, ids=ids))
    new = list(ids)
    for kind in CustomerKind:
        rows = [row for batch in customers.matching_records(kind, viewer=viewer, ids=beside) for row in batch]
        records = frame_of(kind, prepared(kind, rows), size=size)
        found = compare(kind, records, shared, size=size).pairs
        told = found.filter(pl.col("left").is_in(new) | pl.col("right").is_in(new))
        if not told.is_empty():
            yield kind, told
