"""Set-based writing of policies, for an imported book: terms, facts, objects and parties with them.

The caller has allotted ``id`` and checked the references; each function writes rows and their log lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import polars as pl
from django.db import connection

from keyuan.customers import bulk as customers
from keyuan.customers.states import IdentifierKind
from keyuan.customfields import bulk as customfields
from keyuan.eventlog import bulk as log
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel import ahead
from keyuan.kernel.actor import Actor
from keyuan.kernel.copying import copy_rows, fetch_frame, filled, new_ids, update_rows
from keyuan.policies.events import IMPORTED, RENEWED
from keyuan.policies.models import InsuredObject, Party, Policy, PolicyFact, PolicyTerm

POLICY = (
    "product_id",
    "channel",
    "currency",
    "premium",
    "sum_insured",
    "payment_mode",
    "payment_years",
    "signed_on",
    "starts_on",
    "ends_on",
    "agent_id",
    "org_unit_id",
)
TABLES = {
    "policy": Policy._meta.db_table,
    "term": PolicyTerm._meta.db_table,
    "fact": PolicyFact._meta.db_table,
    "object": InsuredObject._meta.db_table,
    "party": Party._meta.db_table,
}
PARTS = {
    "term": ("starts_on", "ends_on", "premium"),
    "fact": ("kind", "on", "until", "amount", "note"),
    "object": ("kind", "label", "plate", "vin", "details"),
    "party": ("role", "share"),
}
TEXTS = {"term": (), "fact": ("note",), "object": ("plate", "vin"), "party": ()}


def allot(kind: str, count: int) -> list[int]:
    """Keys for ``count`` new rows of a kind (policy, term, fact, object, party)."""
    return new_ids(TABLES[kind], count)


def holders_of(ids: Sequence[int]) -> pl.DataFrame:
    """(id, customer_id, org_unit_id, starts_on, currency) of the policies that exist."""
    sql = "SELECT id, customer_id, org_unit_id, starts_on, currency FROM policies_policy WHERE id = ANY(%s)"
    schema = {
        "id": pl.Int64,
        "customer_id": pl.Int64,
        "org_unit_id": pl.Int64,
        "starts_on": pl.Date,
        "currency": pl.String,
    }
    return fetch_frame(sql, [list(ids)], schema)


def numbers_taken(numbers: Sequence[str]) -> pl.DataFrame:
    """(number, id) of the policies that already bear one of these numbers."""
    sql = "SELECT number, id FROM policies_policy WHERE number = ANY(%s)"
    return fetch_frame(sql, [list(numbers)], {"number": pl.String, "id": pl.Int64})


def add(frame: pl.DataFrame, *, by: Actor, today: date) -> None:
    """Write new policies, their numbers in the registry and ``policy.imported`` lines."""
    columns = [name for name in POLICY if name in frame.columns]
    told = [customfields.packed(frame)] if customfields.columns_of(frame) else []
    copy_rows(TABLES["policy"], frame.select("id", "customer_id", "number", *columns, *told))
    customers.claim(
        customers.identifier_rows(IdentifierKind.POLICY_NO, frame, value="number", subject="id"), since=today
    )
    _log(IMPORTED, frame, subject="id", day="starts_on", payload=("number", "premium", "currency"), by=by)


def change(frame: pl.DataFrame, *, by: Actor) -> None:
    """Overwrite policies that an earlier import made, and write a ``policy.imported`` line for each."""
    columns = [name for name in POLICY if name in frame.columns]
    update_rows(TABLES["policy"], frame.select("id", *columns))
    customfields.merge(TABLES["policy"], frame)
    _log(IMPORTED, frame, subject="id", day="starts_on", payload=("number", "premium", "currency"), by=by)


def add_parts(kind: str, frame: pl.DataFrame, *, by: Actor, today: date) -> None:
    """Write new terms, facts, objects or parties. A term that begins after its policy did is a renewal in the log.

    Columns beside the part's own: id, policy_id, customer_id, org_unit_id, policy_starts_on, currency.
    """
    have = [name for name in PARTS[kind] if name in frame.columns]
    whole = filled(frame, TEXTS[kind], "")
    whole = filled(whole, ["details"], "{}") if kind == "object" else whole
    columns = dict.fromkeys([*have, *TEXTS[kind], *(["details"] if kind == "object" else [])])
    copy_rows(TABLES[kind], whole.select("id", "policy_id", "customer_id", *columns))
    if kind == "term":
        renewals = frame.filter(pl.col("starts_on") > pl.col("policy_starts_on"))
        _log(RENEWED, renewals, subject="policy_id", day="starts_on", payload=("premium", "currency", "ends_on"), by=by)
    if kind == "object":
        for column, name in (("plate", IdentifierKind.PLATE), ("vin", IdentifierKind.VIN)):
            if column in frame.columns:
                rows = customers.identifier_rows(name, frame, value=column, subject="policy_id")
                free = rows.unique("digest").join(customers.in_use(rows["digest"].to_list()), on="digest", how="anti")
                customers.claim(free, since=today)


def change_parts(kind: str, frame: pl.DataFrame) -> None:
    """Overwrite parts that an earlier import made."""
    columns = [name for name in PARTS[kind] if name in frame.columns]
    update_rows(
        TABLES[kind], filled(frame, [name for name in TEXTS[kind] if name in columns], "").select("id", *columns)
    )


def follow_terms(policy_ids: Sequence[int], *, ends: bool, premium: bool) -> None:
    """Let policies take their end (the last term's) or their premium (the last term's, per payment) from their terms."""
    settings = []
    if ends:
        settings.append("ends_on = last.ends_on")
    if premium:
        settings.append(
            "premium = CASE WHEN p.payment_mode = 0 THEN last.premium"
            " ELSE round(last.premium * p.payment_mode / 12, 2) END"
        )
    if not settings or not policy_ids:
        return
    sql = (
        f"UPDATE policies_policy p SET {', '.join(settings)} FROM ("  # noqa: S608  constant texts
        " SELECT DISTINCT ON (policy_id) policy_id, ends_on, premium FROM policies_policyterm"
        " WHERE policy_id = ANY(%s) ORDER BY policy_id, starts_on DESC) last WHERE p.id = last.policy_id"
    )
    step = partial(_run, sql, list(policy_ids))
    if not ahead.keep(step):
        step()


def _run(sql: str, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids])


def _log(kind: EventKind, frame: pl.DataFrame, *, subject: str, day: str, payload: Sequence[str], by: Actor) -> None:
    if frame.is_empty():
        return
    told = [pl.col(name).cast(pl.String) for name in payload if name in frame.columns]
    lines = frame.select(
        "customer_id",
        "org_unit_id",
        pl.lit("policy").alias("subject_type"),
        pl.col(subject).cast(pl.String).alias("subject_id"),
        pl.struct(told).struct.json_encode().alias("payload"),
        pl.col(day)
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("Asia/Shanghai", non_existent="null", ambiguous="earliest")
        .alias("occurred_at"),
    )
    log.append(kind, lines, by=by)
