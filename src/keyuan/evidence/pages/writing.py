"""One row more in a trace, by one statement: page, head of the chain and row together or not at all.

A page that is only shown does not wait for the disk (``synchronous_commit`` is off for its transaction alone): the commit
of the next step that counts carries everything before it, because the server writes its log in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import brotli
from django.db import IntegrityError, connection

from keyuan.evidence.offline.chain import GENESIS, canonical, digest_of
from keyuan.evidence.pages.folding import fold
from keyuan.evidence.pages.models import PageBody, TraceRow
from keyuan.kernel.clock import now
from keyuan.kernel.sealing import keyring

QUALITY: Final = 5
BODY_CONTEXT: Final = "evidence.page-body"
_TOLD = TraceRow._meta.get_field("told")
_VOLATILE = TraceRow._meta.get_field("volatile")
_PACKED = PageBody._meta.get_field("packed")


@dataclass(frozen=True, slots=True)
class Place:
    """Which trace: that of a sale (an order's public id), or that of a visit which is no sale yet."""

    sale: UUID | None = None
    visit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it was sent, and the texts in it that are its own alone."""

    page: bytes
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands after a row."""

    trace: UUID
    rows: int
    head: bytes
    product: str


BODY: Final = """body AS (
    INSERT INTO evidence_pagebody (digest, size, packed) VALUES (%(body)s, %(size)s, %(packed)s)
    ON CONFLICT (digest) DO NOTHING),"""
# A trace that is not there yet begins with this row.
UPSERT: Final = """trace AS (
    INSERT INTO evidence_trace (id, sale, number, product, policy_number, started_at, last_at, rows, head)
    VALUES (%(id)s, %(sale)s, '', '', '', %(at)s, %(at)s, 1, sha256(%(genesis)s || %(raw)s))
    ON CONFLICT ({key}) DO UPDATE SET rows = evidence_trace.rows + 1, last_at = EXCLUDED.last_at,
        head = sha256(evidence_trace.head || %(raw)s)
    RETURNING id, rows, head, product)"""
ONLY_IF_THERE: Final = """trace AS (
    UPDATE evidence_trace SET rows = rows + 1, last_at = %(at)s, head = sha256(head || %(raw)s)
    WHERE sale = %(sale)s RETURNING id, rows, head, product)"""
ROW: Final = """
    , row AS (
    INSERT INTO evidence_tracerow (trace_id, n, at, kind, told, head, page_key, upto, body_id, volatile)
    SELECT id, rows, %(at)s, %(kind)s, %(told)s, head, %(page_key)s, %(upto)s, %(body)s, %(volatile)s FROM trace)
    SELECT id, rows, head, product{quick} FROM trace"""
QUICK: Final = ", set_config('synchronous_commit', 'off', true)"


def stamp(at: datetime) -> str:
    """A moment as rows say it: UTC, to the millisecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def append(
    place: Place,
    kind: str,
    said: Mapping[str, Any],
    *,
    shown: Shown | None = None,
    page_key: str = "",
    upto: int = 0,
    quick: bool = False,
    only_if_there: bool = False,
) -> Head | None:
    """Write the row; None only if there was to be a trace (``only_if_there``) and there is none.

    ``quick``: do not wait for the disk. Never inside a transaction that something else relies on.
    """
    at = now()
    told: dict[str, Any] = {"at": stamp(at), "kind": kind, **said}
    values: dict[str, Any] = {"at": at, "kind": kind, "page_key": page_key, "upto": upto}
    values |= {"body": None, "volatile": None, "id": place.visit or uuid4(), "sale": place.sale, "genesis": GENESIS}
    if shown is not None:
        told |= {"page": digest_of(shown.page), "size": len(shown.page)}
        values |= _packed(shown)
    raw = canonical(told)
    values |= {"raw": raw, "told": keyring().seal_bytes(raw, context=_TOLD.seal_context)}
    trace = ONLY_IF_THERE if only_if_there else UPSERT.format(key="id" if place.sale is None else "sale")
    statement = f"WITH {BODY if shown is not None else ''} {trace}{ROW.format(quick=QUICK if quick else '')}"
    try:
        return _run(statement, values)
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        # The body was swept away between the two: now it is written.
        return _run(statement, values)


def body_digest(body: bytes) -> str:
    """The keyed digest that a body is kept under."""
    return keyring().digest(digest_of(body), context=BODY_CONTEXT).hex()


def _packed(shown: Shown) -> dict[str, Any]:
    body, volatile = fold(shown.page, also=[one.encode("ascii") for one in shown.own])
    ring = keyring()
    packed = ring.seal_bytes(brotli.compress(body, quality=QUALITY), context=_PACKED.seal_context)
    held = ring.seal("\n".join(volatile), context=_VOLATILE.seal_context) if volatile else None
    return {"body": body_digest(body), "size": len(body), "packed": packed, "volatile": held}


def _run(statement: str, values: Mapping[str, Any]) -> Head | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else Head(row[0], row[1], bytes(row[2]), row[3])
