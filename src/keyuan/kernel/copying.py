"""Many rows at once: polars frames into PostgreSQL by COPY, and set-based updates from a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl
from django.db import connection

from keyuan.kernel import ahead

UPDATES = "rows_to_change"


def copy_rows(table: str, frame: pl.DataFrame) -> int:
    """Append ``frame`` to ``table`` (column names alike), in the caller's transaction; returns how many rows.

    Null is NULL and the empty text is the empty text. Binary columns are bytea. Kept where writes are prepared ahead.
    """
    if not frame.is_empty() and not ahead.keep(partial(_copy, table, frame), table, frame):
        _copy(table, frame)
    return frame.height


def _copy(table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    copy = f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)'
    # A broken constraint comes to light inside the stream: let it be Django's IntegrityError, as everywhere.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copy) as stream:
        for part in frame.iter_slices(10_000):
            stream.write(_printable(part).write_csv(include_header=False))


def update_rows(table: str, frame: pl.DataFrame, *, key: str = "id") -> int:
    """Set the columns of ``frame`` on the rows of ``table`` that ``key`` names; returns how many rows."""
    values = [name for name in frame.columns if name != key]
    if frame.is_empty() or not values:
        return 0
    ahead.must_be_alone()
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    settings = ", ".join(f'"{name}" = source."{name}"' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{UPDATES}")
        cursor.execute(f'CREATE TEMP TABLE {UPDATES} ON COMMIT DROP AS SELECT {columns} FROM "{table}" WITH NO DATA')  # noqa: S608  names, not values
    copy_rows(UPDATES, frame)
    with connection.cursor() as cursor:
        cursor.execute(
            # The names come from the models, never from a book.
            f'UPDATE "{table}" AS target SET {settings} FROM {UPDATES} AS source WHERE target."{key}" = source."{key}"'  # noqa: S608
        )
    return frame.height


def new_ids(table: str, count: int) -> list[int]:
    """``count`` fresh keys from the sequence of ``table``.id, never given to anybody else."""
    # The keys themselves travel only if somebody else drew from the sequence meanwhile.
    sql = (
        "SELECT min(i), max(i), CASE WHEN max(i) - min(i) + 1 > count(*) THEN array_agg(i) END"
        " FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')::regclass) AS i FROM generate_series(1, %s)) AS drawn"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [table, count])
        first, last, scattered = cursor.fetchone()
    if scattered:
        return sorted(scattered)
    return list(range(first, last + 1)) if count else []


def commit_lazily() -> None:
    """Let the transaction's commit not wait for the disk: for writes that a crash may lose whole, and that are made again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def fetch_frame(sql: str, values: Sequence[Any], schema: Mapping[str, type[pl.DataType] | pl.DataType]) -> pl.DataFrame:
    """The rows of a query as a frame of the given schema."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def listed(digests: Iterable[str | bytes]) -> str:
    """Digests as one parameter for ``decode(unnest(string_to_array(%s, ',')), 'hex')``: cheaper than an array."""
    return ",".join(item if isinstance(item, str) else item.hex() for item in digests)


def filled(frame: pl.DataFrame, names: Iterable[str], value: object) -> pl.DataFrame:
    """The frame with ``value`` where one of the named columns has nothing; a missing column is made of it."""
    have = set(frame.columns)
    return frame.with_columns(
        (pl.col(name).fill_null(pl.lit(value)) if name in have else pl.lit(value)).alias(name) for name in names
    )


def _printable(frame: pl.DataFrame) -> pl.DataFrame:
    binary = [name for name, kind in frame.schema.items() if kind == pl.Binary]
    return frame.with_columns((pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name) for name in binary)
