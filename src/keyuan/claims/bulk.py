"""Set-based writing of claims, for an imported book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from keyuan.claims.events import IMPORTED
from keyuan.claims.models import Claim
from keyuan.customers import bulk as customers
from keyuan.customers.states import IdentifierKind
from keyuan.eventlog import bulk as log
from keyuan.kernel.actor import Actor
from keyuan.kernel.copying import copy_rows, fetch_frame, filled, new_ids, update_rows

COLUMNS = (
    "cause",
    "occurrences",
    "occurred_on",
    "notified_on",
    "papers_complete_on",
    "decided_on",
    "decision",
    "paid_on",
    "closed_on",
    "currency",
    "claimed_amount",
    "paid_amount",
)


def allot(count: int) -> list[int]:
    """Keys for ``count`` new claims."""
    return new_ids(Claim._meta.db_table, count)


def numbers_taken(numbers: Sequence[str]) -> pl.DataFrame:
    """(number, id) of the claims that already bear one of these numbers."""
    sql = "SELECT number, id FROM claims_claim WHERE number = ANY(%s)"
    return fetch_frame(sql, [list(numbers)], {"number": pl.String, "id": pl.Int64})


def add(frame: pl.DataFrame, *, by: Actor, today: date) -> None:
    """Write new claims, their numbers in the registry and ``claim.imported`` lines."""
    whole = filled(frame, ["cause", "decision"], "")
    whole = filled(whole, ["occurrences"], 1)
    columns = dict.fromkeys([*(name for name in COLUMNS if name in whole.columns)])
    copy_rows(Claim._meta.db_table, whole.select("id", "customer_id", "policy_id", "number", *columns))
    customers.claim(
        customers.identifier_rows(IdentifierKind.CLAIM_NO, frame, value="number", subject="id"), since=today
    )
    _log(frame, by)


def change(frame: pl.DataFrame, *, by: Actor) -> None:
    """Overwrite claims that an earlier import made, and write a line for each."""
    columns = [name for name in COLUMNS if name in frame.columns]
    texts = [name for name in ("cause", "decision") if name in columns]
    update_rows(Claim._meta.db_table, filled(frame, texts, "").select("id", *columns))
    _log(frame, by)


def _log(frame: pl.DataFrame, by: Actor) -> None:
    if frame.is_empty():
        return
    told = [name for name in ("number", "occurrences", "paid_amount", "currency", "cause") if name in frame.columns]
    lines = frame.select(
        "customer_id",
        "org_unit_id",
        pl.lit("claim").alias("subject_type"),
        pl.col("id").cast(pl.String).alias("subject_id"),
        pl.struct(pl.col(name).cast(pl.String) for name in told).struct.json_encode().alias("payload"),
        pl.col("occurred_on")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Asia/Shanghai", non_existent="null", ambiguous="earliest")
        .alias("occurred_at"),
    )
    log.append(IMPORTED, lines, by=by)
