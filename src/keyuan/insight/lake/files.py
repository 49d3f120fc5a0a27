"""Rows as Parquet files by year: a stream of record batches in, one file for each year out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    from keyuan.insight.lake.declared import Table

ROWS_A_GROUP = 250_000
UNKNOWN_YEAR = 0


class Partitions:
    """Files of one table, ``year=2024/<name>.parquet`` under ``root/<table>``; written as whole row groups."""

    def __init__(self, table: Table, root: Path, name: str) -> None:
        self.table, self.root, self.name = table, root / table.name, name
        self.rows = 0
        self._waiting: dict[int, list[pa.Table]] = defaultdict(list)
        self._writers: dict[int, pq.ParquetWriter] = {}

    def __enter__(self) -> Self:
        self.root.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        try:
            if error[0] is None:
                for year in list(self._waiting):
                    self._flush(year)
        finally:
            for writer in self._writers.values():
                writer.close()

    def add(self, rows: pa.Table) -> None:
        """Take in some rows."""
        self.rows += rows.num_rows
        years = pc.fill_null(pc.year(rows[self.table.year_of]), UNKNOWN_YEAR)
        for year in pc.unique(years).to_pylist():
            part = rows.filter(pc.equal(years, year))
            self._waiting[year].append(part)
            if sum(one.num_rows for one in self._waiting[year]) >= ROWS_A_GROUP:
                self._flush(year)

    def _flush(self, year: int) -> None:
        waiting = self._waiting.pop(year, [])
        if waiting:
            self._writer(year).write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=ROWS_A_GROUP)

    def _writer(self, year: int) -> pq.ParquetWriter:
        if year not in self._writers:
            path = self._path(year)
            path.parent.mkdir(parents=True, exist_ok=True)
            # What both DuckDB and Spark read: plain types, statistics to skip by, a codec that costs little.
            self._writers[year] = pq.ParquetWriter(path, self.table.schema, compression="zstd", compression_level=1)
        return self._writers[year]

    def _path(self, year: int) -> Path:
        return self.root / f"year={year:04d}" / f"{self.name}.parquet"

    def files(self, where: Path) -> list[str]:
        """The files written, relative to the lake."""
        return [str(self._path(year).relative_to(where)) for year in sorted(self._writers)]


def write_empty(table: Table, root: Path) -> Path:
    """A file without rows, so that a table that has none still has its columns."""
    path = root / table.name / "schema.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        pq.write_table(table.schema.empty_table(), path)
    return path
