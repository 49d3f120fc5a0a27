"""Every write of the duplicates room: a search stores what it found, a person decides."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import connection, transaction

from keyuan.accounts import access
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer, system_viewer
from keyuan.customers import merging
from keyuan.customers import queries as customers
from keyuan.customers.states import CustomerKind
from keyuan.duplicates import events
from keyuan.duplicates.finding import find
from keyuan.duplicates.models import Duplicate, DuplicateSearch
from keyuan.duplicates.newcomers import pairs_of_newcomers
from keyuan.duplicates.queries import the_pair
from keyuan.duplicates.refusals import NothingPicked, PurposeMissing, SearchOutsideScope, SearchRunning
from keyuan.duplicates.rules.telling import evidence_of
from keyuan.duplicates.rules.weights import limits, probability
from keyuan.duplicates.states import SearchState, Verdict, search_state
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import now
from keyuan.kernel.copying import copy_rows
from keyuan.kernel.refusals import Refusal

if TYPE_CHECKING:
    from keyuan.customers.models import Merge
    from keyuan.kernel.actor import Actor

LOCK = 7_310_005  # of the one search at a time
_FOUND = "duplicates_found_now"
_TAKE = f"""
INSERT INTO duplicates_duplicate AS known (customer_id, other_id, weight, probability, evidence, verdict, reason, decided_by)
SELECT customer_id, other_id, weight, probability, evidence::jsonb, '', '', '' FROM {_FOUND}
ON CONFLICT (customer_id, other_id) DO UPDATE
SET weight = excluded.weight, probability = excluded.probability, evidence = excluded.evidence
RETURNING xmax = 0
"""  # noqa: S608  a name of ours
_DROP_GONE = f"""
DELETE FROM duplicates_duplicate old WHERE verdict = '' AND found_at < %s AND NOT EXISTS (
    SELECT FROM {_FOUND} found WHERE found.customer_id = old.customer_id AND found.other_id = old.other_id)
"""  # noqa: S608  a name of ours


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found of customers who have just come in: ``pairs`` (the likeliest first, older record first)."""

    checked: int
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to. ``new`` pairs were not known before; ``seconds`` on the clock."""

    customers: int
    compared: int
    found: int
    new: int
    seconds: float


def begin_search(*, by: Viewer) -> DuplicateSearch:
    """Note that a search is wanted; the worker does it. Raises SearchOutsideScope and SearchRunning."""
    access.require(by, Permission.MERGE_CUSTOMERS)
    if not by.sees_whole_company:
        raise SearchOutsideScope
    last = DuplicateSearch.objects.order_by("-pk").first()
    if last is not None and search_state(last, at=now()) in (SearchState.WAITING, SearchState.RUNNING):
        raise SearchRunning
    return DuplicateSearch.objects.create(started_by=by.name[:120])


def search(search_id: int | None = None, *, by: Actor, told: Callable[[str, int], None] | None = None) -> Searched:
    """Go through the whole book and store the pairs found; a pair that was judged stays judged. Raises SearchRunning.

    A pair that is no longer found (a record was corrected, or merged) leaves the queue unless somebody judged it.
    """
    run = DuplicateSearch.objects.filter(pk=search_id or 0).first() or DuplicateSearch.objects.create(
        started_by=by.name[:120]
    )
    began, counts = time.perf_counter(), run.counts
    viewer = system_viewer(by.name)
    with _alone():

        def progress(stage: str, done: int) -> None:
            counts[stage] = max(done, counts.get(stage, 0)) if stage == "read" else counts.get(stage, 0) + done
            DuplicateSearch.objects.filter(pk=run.pk).update(beat_at=now(), counts=counts)
            if told is not None:
                told(stage, done)

        counts["total"] = customers.visible(viewer).count()
        progress("read", 0)
        started = now()
        frames = []
        for kind in CustomerKind:
            found = find(kind, viewer=viewer, progress=progress)
            counts["records"] = counts.get("records", 0) + found.records
            frames.append(_rows(kind, found.pairs, found.records))
        new, pairs = _store(pl.concat(frames), since=started)
        seconds = round(time.perf_counter() - began, 2)
        counts |= {"found": pairs, "new": new, "seconds": seconds}
        with transaction.atomic():
            DuplicateSearch.objects.filter(pk=run.pk).update(finished_at=now(), beat_at=now(), counts=counts)
            record(events.SEARCHED, by=by, subject=("duplicate_search", run.pk), payload={"counts": counts})
    return Searched(counts["records"], counts.get("compare", 0), pairs, new, seconds)


def look_at_newcomers(ids: Collection[int], *, by: Actor) -> Looked:
    """Put those of these customers who are probably there twice into the queue; nothing else of it changes.

    Quick: compares them with those who share a name, a birth date or an identifier, not with the whole book.
    """
    viewer = system_viewer(by.name)
    frames, size = [], customers.book_size()
    for kind, pairs in pairs_of_newcomers(ids, viewer=viewer, size=size):
        frames.append(_rows(kind, pairs, max(size, pairs.height)))
    if not frames:
        return Looked(len(ids), ())
    found = pl.concat(frames).sort("weight", descending=True)
    with transaction.atomic():
        _store(found, since=None)
    once = found.filter(pl.col("customer_id") < pl.col("other_id")).select("customer_id", "other_id")
    return Looked(len(ids), tuple((one, other) for one, other in once.iter_rows()))


def _rows(kind: CustomerKind, pairs: pl.DataFrame, records: int) -> pl.DataFrame:
    """Both rows of each pair."""
    one = [
        (row["left"], row["right"], row["weight"], probability(row["weight"], records=records), evidence_of(row, kind))
        for row in pairs.iter_rows(named=True)
    ]
    schema = {
        "customer_id": pl.Int64, "other_id": pl.Int64, "weight": pl.Float64, "probability": pl.Float64,
        "evidence": pl.String,
    }  # fmt: skip
    return pl.DataFrame([*one, *((right, left, *rest) for left, right, *rest in one)], schema=schema, orient="row")


@transaction.atomic
def _store(frame: pl.DataFrame, *, since: Any) -> tuple[int, int]:
    """Write what was found; returns how many pairs are new, and how many there are.

    Pairs known before ``since`` (None: all stay) and not found now leave the queue.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_FOUND}")
        cursor.execute(
            f"CREATE TEMP TABLE {_FOUND} (customer_id bigint, other_id bigint, weight float8, probability float8, "
            "evidence text) ON COMMIT DROP"
        )
    copy_rows(_FOUND, frame)
    with connection.cursor() as cursor:
        # Somebody may have merged one of the two while the search went on.
        cursor.execute(
            f"DELETE FROM {_FOUND} WHERE NOT EXISTS (SELECT FROM customers_customer WHERE id = customer_id) "  # noqa: S608
            "OR NOT EXISTS (SELECT FROM customers_customer WHERE id = other_id)"
        )
        cursor.execute(_TAKE)
        fresh = [row[0] for row in cursor.fetchall()]
        if since is not None:
            cursor.execute(_DROP_GONE, [since])
    return sum(fresh) // 2, len(fresh) // 2


class _alone:  # noqa: N801  reads as a sentence
    """One search at a time, over all processes; the lock goes with the connection if the process dies."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise SearchRunning

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def not_the_same(left_id: int, right_id: int, *, reason: str = "", by: Viewer) -> None:
    """The two are different people, for ever: no later search proposes them again. Remembered on both sides."""
    access.require(by, Permission.MERGE_CUSTOMERS)
    pair = the_pair(left_id, right_id, viewer=by)
    _judge(pair, Verdict.NOT_SAME, by=by, reason=reason.strip()[:200])
    for one, other in ((pair.customer, pair.other), (pair.other, pair.customer)):
        record(
            events.NOT_SAME,
            by=by.actor,
            customer_id=one.pk,
            org_unit_id=one.org_unit_id,
            subject=("customer", other.pk),
            payload={"number": other.number, "other_name": other.name, "text": reason.strip()[:200]},
        )


@transaction.atomic
def look_again(left_id: int, right_id: int, *, on: date | None, by: Viewer) -> None:
    """Put the pair off until a day, or with None back into the queue now (a wrong "not the same" is taken back so)."""
    access.require(by, Permission.MERGE_CUSTOMERS)
    pair = the_pair(left_id, right_id, viewer=by)
    _judge(pair, Verdict.OPEN if on is None else Verdict.LATER, by=by, again_on=on)


def _judge(pair: Duplicate, verdict: Verdict, *, by: Viewer, reason: str = "", again_on: date | None = None) -> None:
    ids = (pair.customer_id, pair.other_id)
    both = Duplicate.objects.filter(customer_id__in=ids, other_id__in=ids)
    both.select_for_update().order_by("pk").first()
    both.update(verdict=verdict, reason=reason, again_on=again_on, decided_by=by.name[:120], decided_at=now())


def merge_pairs(pairs: Iterable[tuple[int, int]], *, reason: str, by: Viewer) -> tuple[list[Merge], list[Refusal]]:
    """Merge several pairs, the older record kept each time; those that are refused are told, the others done.

    Only pairs that are certain (weights.toml): the rest are for a person to look at one by one.
    """
    wanted = list(pairs)
    if not wanted:
        raise NothingPicked
    done, refused = [], []
    for left, right in wanted:
        try:
            pair = the_pair(left, right, viewer=by)
            if pair.probability < limits().certain:
                continue
            keep, drop = sorted((pair.customer_id, pair.other_id))
            done.append(merging.merge(keep, drop, reason=reason, by=by))
        except Refusal as refusal:
            refused.append(refusal)
    return done, refused


@transaction.atomic
def note_export(*, purpose: str, filters: dict[str, str], file_format: str, count: int, by: Viewer) -> None:
    """Somebody takes the queue away as a file. Raises PurposeMissing."""
    access.require(by, Permission.EXPORT)
    if not (stated := purpose.strip()[:200]):
        raise PurposeMissing(field="purpose")
    payload = {"purpose": stated, "filters": filters, "format": file_format, "rows": count}
    record(events.EXPORTED, by=by.actor, subject=("duplicates", ""), payload=payload)
