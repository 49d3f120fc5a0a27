"""Exporting the book: every table of one moment, and the log from where the last export left off."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from keyuan.eventlog.actions import record
from keyuan.eventlog.cursors import last_settled
from keyuan.insight.events import LAKE_EXPORTED
from keyuan.insight.lake import declared, folder
from keyuan.insight.lake.files import Partitions, write_empty
from keyuan.insight.lake.folder import TABLES, Manifest
from keyuan.insight.lake.reading import copy_into
from keyuan.kernel.clock import now, today
from keyuan.policies.clocks import clocks_for
from keyuan.policies.states import ENDINGS, PAYOUTS, Channel
from keyuan.products.queries import ProductNotFound, product_lines, version
from keyuan.products.refusals import NotOnSale, VersionNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from decimal import Decimal
    from pathlib import Path

    from keyuan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did. ``changed`` is False where nothing had happened since the last one; ``rows`` were written now."""

    manifest: Manifest
    changed: bool
    rows: dict[str, int]
    seconds: float

    @property
    def rows_a_second(self) -> int:
        return round(sum(self.rows.values()) / self.seconds) if self.seconds else 0


def export(*, by: Actor, again: bool = False) -> Exported:
    """Bring the lake up to date; ``again``: also where nothing happened. Raises LakeBusy.

    Killed at any point it leaves the lake as it was: what it wrote is in no manifest, and the next export removes it.
    """
    where, begin = folder.folder(), time.perf_counter()
    with folder.alone(where):
        old = folder.manifest(where)
        folder.clear(where, old)
        with _one_moment():
            reached = last_settled()
            if old is not None and not again and _nothing_since(old.cursor, reached):
                return Exported(old, False, {}, time.perf_counter() - begin)
            new, rows = _write(where, old, reached)
        folder.publish(where, new)
        folder.clear(where, old, new)
    with transaction.atomic():
        record(LAKE_EXPORTED, by=by, subject=("lake", new.stamp), payload={"rows": rows, "as_of": new.as_of})
    return Exported(new, True, rows, time.perf_counter() - begin)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything read in the block is of the same moment."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _nothing_since(last: tuple[int, int], reached: tuple[int, int]) -> bool:
    """Whether the log has no new line but those of exports: every write leaves a line."""
    sql = """SELECT EXISTS (SELECT 1 FROM eventlog_event WHERE (xid, id) > (%s::text::xid8, %s)
             AND (xid, id) <= (%s::text::xid8, %s) AND name <> %s)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(last[0]), last[1], str(reached[0]), reached[1], LAKE_EXPORTED.name])
        return not cursor.fetchone()[0]


def _write(where: Path, old: Manifest | None, reached: tuple[int, int]) -> tuple[Manifest, dict[str, int]]:
    moment = now()
    stamp = f"{moment:%Y%m%dT%H%M%S%f}-{os.getpid()}"
    files: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    gaps = _gaps()
    for table in declared.TABLES:
        if table.incremental:
            continue
        with Partitions(table, where / TABLES / stamp, "part") as parts:
            rows[table.name] = copy_into(parts, table.select.format(**gaps))
        files[table.name] = _with_empty(where, table, where / TABLES / stamp, parts.files(where))
    last = (0, 0) if old is None else old.cursor
    rows[declared.EVENTS.name], new = _write_log(where, last, reached)
    kept = [] if old is None else old.files[declared.EVENTS.name]
    files[declared.EVENTS.name] = _with_empty(where, declared.EVENTS, where, list(dict.fromkeys([*kept, *new])))
    total = dict(rows)
    if old is not None:
        total[declared.EVENTS.name] += old.rows[declared.EVENTS.name]
    return Manifest(moment.isoformat(), today().isoformat(), reached, stamp, files, total), rows


def _with_empty(where: Path, table: declared.Table, root: Path, files: list[str]) -> list[str]:
    return files or [str(write_empty(table, root).relative_to(where))]


def _write_log(where: Path, last: tuple[int, int], reached: tuple[int, int]) -> tuple[int, list[str]]:
    """The lines after ``last`` up to ``reached``, in files that are named by the two: written again, they are the same."""
    if reached == last:
        return 0, []
    name = f"{last[0]:013d}-{last[1]:012d}--{reached[0]:013d}-{reached[1]:012d}"
    select = declared.EVENTS.select.format(xid=last[0], line=last[1], to_xid=reached[0], to_line=reached[1])
    with Partitions(declared.EVENTS, where, name) as parts:
        count = copy_into(parts, select)
    return count, parts.files(where)


def _gaps() -> dict[str, str]:
    return {
        "endings": _quoted(ENDINGS),
        "payouts": _quoted(PAYOUTS),
        "grace": str(clocks_for(long_term=True, line="life", channel=Channel.AGENT, on=today()).grace_days),
        "commission": _commission(),
    }


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(map(str, words)))


def _commission() -> str:
    """The share of the premium that the seller has, by product, channel and policy year, as the products say now."""
    rows = ["(0::bigint, '', 0, 0::numeric)"]
    for one in product_lines():
        try:
            definition = version(one.code)
        except (ProductNotFound, NotOnSale, VersionNotFound):
            continue  # a product of an imported book: nobody told us what its sellers earn
        for channel in Channel.values:
            shares: dict[int, Decimal] = {}
            for name in (None, "agent", channel):  # the later, the nearer: journeys/commission.py
                shares |= {each.year: each.share for each in definition.commission if each.channel == name}
            rows += [f"({one.pk}, '{channel}', {year}, {share})" for year, share in sorted(shares.items())]
    return ", ".join(rows)
