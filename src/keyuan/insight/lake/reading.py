"""Rows out of PostgreSQL: COPY in its text form, read by Arrow while PostgreSQL goes on sending."""

from __future__ import annotations

import io
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pc_csv
from django.db import connection

from keyuan.insight.lake.declared import Kind
from keyuan.insight.lake.keys import keyed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyuan.insight.lake.declared import Table
    from keyuan.insight.lake.files import Partitions

BYTES_AT_ONCE = 8_000_000
PIECES_AHEAD = 2


def copy_into(files: Partitions, select: str) -> int:
    """Write the rows of ``select`` into ``files``; returns how many. One thread reads, one makes them Parquet."""
    table = files.table
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="lake") as other:
        for piece in _pieces(select):
            waiting.append(other.submit(_take, files, table, piece))
            if len(waiting) > PIECES_AHEAD:
                waiting.popleft().result()
        for one in waiting:
            one.result()
    return files.rows


def _take(files: Partitions, table: Table, piece: bytearray) -> None:
    files.add(_rows(table, piece))


def _pieces(select: str) -> Iterator[bytearray]:
    piece = bytearray()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as stream:
        for row in stream:
            piece += row
            if len(piece) >= BYTES_AT_ONCE:
                yield piece
                piece = bytearray()
    if piece:
        yield piece


def _rows(table: Table, piece: bytearray) -> pa.Table:
    names = [column.name for column in table.columns]
    read = pc_csv.read_csv(
        io.BytesIO(piece),
        read_options=pc_csv.ReadOptions(column_names=names, block_size=len(piece) + 1, use_threads=False),
        parse_options=pc_csv.ParseOptions(newlines_in_values=True),
        convert_options=pc_csv.ConvertOptions(
            column_types=table.schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    for place, column in enumerate(table.columns):
        if column.kind is Kind.KEY:
            read = read.set_column(place, column.name, _keyed(read[column.name], column.of))
    return read


def _keyed(numbers: pa.ChunkedArray, of: str) -> pa.Array:
    """The column with a pseudonym in the place of each row number; nothing stays nothing."""
    whole = numbers.combine_chunks()
    if whole.null_count == 0:
        return pa.array(keyed(whole.to_numpy(), kind=of))
    known: Any = whole.is_valid().to_numpy(zero_copy_only=False)
    keys = keyed(whole.fill_null(0).to_numpy(), kind=of)
    return pa.array(keys, mask=~known)
