"""Custom fields of an imported book: columns ``custom.slug`` of JSON texts into the column ``custom``."""

from __future__ import annotations

import polars as pl
from django.db import connection

from keyuan.customfields.shapes import PREFIX


def columns_of(frame: pl.DataFrame) -> list[str]:
    """The columns of custom fields that the book fills."""
    return [name for name in frame.columns if name.startswith(PREFIX)]


def packed(frame: pl.DataFrame, *, with_nothing: bool = False) -> pl.Series:
    """The column ``custom`` as JSON text: each row's values; ``with_nothing`` names the empty ones as null."""
    names = columns_of(frame)
    keys = [f'"{name.removeprefix(PREFIX)}":' for name in names]
    rows = [
        "{"
        + ",".join(f"{key}{value or 'null'}" for key, value in zip(keys, row, strict=True) if value or with_nothing)
        + "}"
        for row in frame.select(names).iter_rows()
    ]
    return pl.Series("custom", rows, dtype=pl.String)


def merge(table: str, frame: pl.DataFrame) -> None:
    """Put the book's values over what the records (``id``) have; fields that the book does not know stay."""
    if not columns_of(frame) or frame.is_empty():
        return
    texts = packed(frame, with_nothing=True).to_list()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} kept SET custom = jsonb_strip_nulls(kept.custom || told.custom::jsonb)"  # noqa: S608  our table
            " FROM unnest(%s::bigint[], %s::text[]) AS told(id, custom) WHERE kept.id = told.id",
            [frame["id"].to_list(), texts],
        )
