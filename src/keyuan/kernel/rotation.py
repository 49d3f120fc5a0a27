"""Sealing everything again with the newest key, a batch at a time, while the system runs.

Where it stands is written in the values themselves (each begins with its key's number), so it can be stopped and begun
again at any time, and a second run finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from keyuan.kernel.fields import SealedBytesField, SealedTextField
from keyuan.kernel.sealing import Keyring

BATCH = 1000


@dataclass(frozen=True)
class SealedTable:
    """A table and its sealed columns."""

    model: type[models.Model]
    fields: tuple[SealedTextField | SealedBytesField, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table


def sealed_tables() -> list[SealedTable]:
    """Every table that holds sealed values, by name."""
    found = []
    for model in apps.get_models():
        fields = tuple(
            field
            for field in model._meta.local_concrete_fields
            if isinstance(field, SealedTextField | SealedBytesField)
        )
        if fields:
            found.append(SealedTable(model, fields))
    return sorted(found, key=lambda table: table.name)


def count_by_key() -> dict[int, int]:
    """How many values are sealed with each key."""
    counts: dict[int, int] = {}
    with connection.cursor() as cursor:
        for table in sealed_tables():
            for field in table.fields:
                column = connection.ops.quote_name(str(field.column))
                cursor.execute(
                    f"SELECT get_byte({column}, 0) * 256 + get_byte({column}, 1) AS key, count(*) "  # noqa: S608  own names
                    f"FROM {connection.ops.quote_name(table.name)} WHERE {column} IS NOT NULL GROUP BY 1"
                )
                for key, count in cursor.fetchall():
                    counts[key] = counts.get(key, 0) + count
    return dict(sorted(counts.items()))


def reseal(ring: Keyring, *, progress: Callable[[str, int], None] = lambda table, rows: None) -> int:
    """Seal every value that is not under the newest key again; returns how many rows changed.

    ``progress`` is called after each batch, with the table and the rows done in it so far. Each batch is a transaction.
    """
    total = 0
    for table in sealed_tables():
        done = 0
        for rows in _batches(table, ring):
            done += rows
            progress(table.name, done)
        total += done
    return total


def _batches(table: SealedTable, ring: Keyring) -> Iterator[int]:
    last: Any = None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            rows = _rows_under_old_keys(cursor, table, ring, after=last)
            if not rows:
                return
            _write(cursor, table, [_sealed_anew(row, table, ring) for row in rows])
        last = rows[-1][0]
        yield len(rows)


def _rows_under_old_keys(cursor: Any, table: SealedTable, ring: Keyring, *, after: Any) -> list[tuple[Any, ...]]:
    quote = connection.ops.quote_name
    key = quote(_key_column(table))
    columns = [quote(str(field.column)) for field in table.fields]
    old = " OR ".join(f"substring({column} FROM 1 FOR 2) <> %s" for column in columns)
    beyond = "" if after is None else f"AND {key} > %s"
    cursor.execute(
        f"SELECT {', '.join([key, *columns])} FROM {quote(table.name)} WHERE ({old}) {beyond} "  # noqa: S608  own names
        f"ORDER BY {key} LIMIT {BATCH} FOR UPDATE",
        [ring.current.to_bytes(2, "big")] * len(columns) + ([] if after is None else [after]),
    )
    return list(cursor.fetchall())


def _sealed_anew(row: tuple[Any, ...], table: SealedTable, ring: Keyring) -> tuple[Any, ...]:
    values = []
    for field, value in zip(table.fields, row[1:], strict=True):
        raw = None if value is None else ring.unseal_bytes(bytes(value), context=field.seal_context)
        values.append(None if raw is None else ring.seal_bytes(raw, context=field.seal_context))
    return (row[0], *values)


def _write(cursor: Any, table: SealedTable, rows: list[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    names = [quote(str(field.column)) for field in table.fields]
    key = quote(_key_column(table))
    key_type = table.model._meta.pk.rel_db_type(connection)
    arrays = ", ".join([f"%s::{key_type}[]", *(["%s::bytea[]"] * len(names))])
    cursor.execute(
        f"UPDATE {quote(table.name)} AS kept SET {', '.join(f'{name} = anew.{name}' for name in names)} "  # noqa: S608
        f"FROM unnest({arrays}) AS anew ({', '.join([key, *names])}) WHERE kept.{key} = anew.{key}",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _key_column(table: SealedTable) -> str:
    return str(table.model._meta.pk.column)
