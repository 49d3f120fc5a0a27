"""Writing many rows of a model with COPY: the fastest way into PostgreSQL, with the model's own fields preparing values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from psycopg import sql

Preparer = Callable[[Any], Any]

# Fields whose Python value psycopg writes as it is; all others go through Field.get_db_prep_save.
_PLAIN = (
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DecimalField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append ``rows`` (values in the order of the field ``names``) to the model's table; returns how many.

    A foreign key is given as the other row's id. Fields left out take the database's default, or else the model's. Runs
    in the caller's transaction; constraints and triggers apply as always.
    """
    left_out = [field for field in model._meta.local_concrete_fields if _takes_models_default(field, names)]
    fields: list[Any] = [*(model._meta.get_field(name) for name in names), *left_out]
    defaults = tuple(field.get_default() for field in left_out)
    preparers = [(place, _preparer(field)) for place, field in enumerate(fields)]
    special = [(place, prepare) for place, prepare in preparers if prepare is not None]
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), columns)
    written = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            if special or defaults:
                values = [*row, *defaults]
                for place, prepare in special:
                    values[place] = prepare(values[place])
                copy.write_row(values)
            else:
                copy.write_row(row)
            written += 1
    return written


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` ids of the model's sequence that nobody else gets; a range when they have no gap, as they mostly do."""
    if count == 0:
        return range(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, str(model._meta.pk.column), count],
        )
        ids = [number for (number,) in cursor.fetchall()]
    return range(ids[0], ids[0] + count) if ids[-1] - ids[0] == count - 1 else ids


def check_keys_at_once() -> None:
    """Check foreign keys after each statement of this transaction, so that the list of pending checks does not grow."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _takes_models_default(field: Any, names: Sequence[str]) -> bool:
    return field.name not in names and not field.primary_key and field.db_default is NOT_PROVIDED


def _preparer(field: Any) -> Preparer | None:
    if isinstance(field, _PLAIN) and not isinstance(field, models.UUIDField):
        return None
    return lambda value: None if value is None else field.get_db_prep_save(value, connection)
