"""One row written by a prepared statement, so that it can travel together with others (kernel.statements).

Django composes an INSERT anew for each row and waits for each. The text is still taken from the model: a renamed column is
renamed here as well, and every value goes through its field.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault

from keyuan.kernel.statements import Answer, ask


def ask_to_insert(row: Model) -> Answer:
    """Ask for a new row of the values that ``row`` has; what the database gives by itself is left to it.

    Like every statement of ``together``, it may fail only when the block ends. The answer's only row is the primary key.
    """
    values, told, given = [], [], []
    database = connections[DEFAULT_DB_ALIAS]
    for field in row._meta.local_concrete_fields:
        value = field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault) or (field.primary_key and value is None):
            given.append(field)
            continue
        told.append(field)
        values.append(field.get_db_prep_save(value, connection=database))
    answer = ask(_text(type(row), tuple(told)), values)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    for field in given:
        if not field.primary_key:
            row.__dict__.pop(field.attname, None)  # read from the database by whoever asks
    return answer


@lru_cache(maxsize=200)
def _text(model: type[Model], told: tuple[Field[Any, Any], ...]) -> str:
    """The statement for these columns."""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in told)
    places = ", ".join("%s" for _ in told)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}"  # noqa: S608  names of our own model
