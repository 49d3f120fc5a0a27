"""Many lines at once, by COPY: what an imported book brings with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import polars as pl
from django.db import connection

from keyuan.eventlog.actions import OutsideTransaction
from keyuan.eventlog.kinds import EventKind
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.ahead import is_preparing
from keyuan.kernel.copying import copy_rows


def append(kind: EventKind, lines: pl.DataFrame, *, by: Actor) -> int:
    """Append one line of ``kind`` per row, in the caller's transaction; returns how many.

    Columns: customer_id, org_unit_id, subject_type, subject_id (text), payload (JSON text), occurred_at (zone-aware).
    """
    if not (connection.in_atomic_block or is_preparing()):
        raise OutsideTransaction("a log line is written in the transaction of its change")
    actor = {"name": kind.name, "actor_kind": by.kind, "actor_id": by.id, "actor_name": by.name}
    whole = lines.with_columns(pl.lit(value).alias(name) for name, value in actor.items())
    return copy_rows(Event._meta.db_table, whole)


def payloads_of(kind: EventKind, customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The payload of each customer's first line of a kind: where an imported customer came from."""
    lines = Event.objects.filter(name=kind.name, customer_id__in=customer_ids).order_by("-id")
    return {key: payload for key, payload in lines.values_list("customer_id", "payload") if key is not None}
