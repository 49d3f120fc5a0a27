"""Files into batches of rows, streaming: never the whole file in memory, and never a row lost on the way."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

import polars as pl

from keyuan.intake.encodings import BROKEN, broken_bytes, lines, storable
from keyuan.intake.guard import is_rejects_header, restored
from keyuan.intake.mapping import Mapping, Source
from keyuan.intake.refusals import (
    EmptyFile,
    MissingColumns,
    NoSuchBook,
    NothingMatches,
    RepeatedColumns,
    UnreadableFile,
)
from keyuan.intake.sheets import sheet_names, sheet_rows

ROW = "_row"
LONGEST_CELL = 100_000
LARGEST_FIELD = 64 << 20
BATCH_CHARACTERS = 48 << 20
# Rows that are taken from the file, and looked at, together: so few that even huge cells are not many at a time.
TOGETHER = 16
LOOKED_AT = 100
TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet", ".pq")
csv.field_size_limit(LARGEST_FIELD)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the book with the source of the mapping that reads it."""

    path: Path
    source: Source
    encoding: str = ""

    @property
    def form(self) -> str:
        suffixes = [suffix.lower() for suffix in self.path.suffixes]
        return suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]

    @property
    def name(self) -> str:
        return f"{self.path.name}#{self.source.sheet}" if self.source.sheet else self.path.name


@dataclass(slots=True)
class RaggedRow:
    """A row that cannot even be laid under the header."""

    row: int
    column: str
    code: str
    gaps: dict[str, Any]
    cells: list[str]


@dataclass(slots=True)
class Batch:
    """Rows of one file: every column as text, ROW is the row's number as a spreadsheet shows it (the header is 1)."""

    header: tuple[str, ...]
    frame: pl.DataFrame
    bad: list[RaggedRow] = field(default_factory=list)
    last_row: int = 1


def parts_of(book: Path, mapping: Mapping) -> list[Part]:
    """The files that the mapping's sources read, in the mapping's order; raises NothingMatches, NoSuchBook."""
    if not book.exists():
        raise NoSuchBook(path=book.name)
    files = sorted(path for path in book.rglob("*") if path.is_file()) if book.is_dir() else [book]
    files = [path for path in files if path.name.lower().removesuffix(".gz").endswith(TABLES)]
    found: list[Part] = []
    for source in mapping.sources:
        fitting = [path for path in files if source.takes(path.name) and _has_sheet(path, source)]
        if not fitting and not source.optional:
            raise NothingMatches(match=source.match, found=", ".join(path.name for path in files[:20]) or "-")
        found.extend(Part(path, source) for path in fitting)
    if not found:
        told = ", ".join(dict.fromkeys(source.match for source in mapping.sources))
        raise NothingMatches(match=told, found=", ".join(path.name for path in files[:20]) or "-")
    return found


def _has_sheet(path: Path, source: Source) -> bool:
    """Whether an optional source's sheet is there; for a required one reading says what is missing."""
    return not (source.optional and source.sheet) or source.sheet in sheet_names(path)


def header_of(part: Part) -> tuple[str, ...]:
    """The column names of a file."""
    return next(batches(part, size=1)).header


def batches(part: Part, *, size: int, after: int = 1, first: int = 0, check: bool = True) -> Iterator[Batch]:
    """The file's rows after row ``after`` in batches of at most ``size``, the first of ``first`` if that is less.

    At least one batch comes, for the header's sake. Parquet gives batches as it likes, none larger.
    """
    if part.form in (".parquet", ".pq"):
        yield from _parquet(part, size, after, check)
        return
    rows = sheet_rows(part.path, part.source.sheet) if part.form == ".xlsx" else _csv_rows(part)
    top = next(rows, None)
    if top is not None and is_rejects_header(top):
        # A corrected file of rejects: its guarded cells are what they were.
        top = [restored(cell) for cell in top]
        rows = ([restored(cell) for cell in cells] for cells in rows)
    sizes = chain([min(first or size, size)], repeat(size))
    yield from _gather(part, _header(part, top, check), rows, sizes, after)


def _header(part: Part, cells: Sequence[str] | None, check: bool) -> tuple[str, ...]:
    if cells is None or not any(cells):
        raise EmptyFile(file=part.name)
    header = tuple(storable(cell.strip().lstrip("\ufeff")) for cell in cells)
    while header and not header[-1]:
        header = header[:-1]
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise RepeatedColumns(file=part.name, columns=", ".join(repeated))
    if check:
        _require(part, header)
    return header


def _require(part: Part, header: Sequence[str]) -> None:
    missing = [name for name in part.source.needed if name not in header]
    if missing:
        raise MissingColumns(file=part.name, missing=", ".join(missing), found=", ".join(header[:60]))


def _csv_rows(part: Part) -> Iterator[list[str]]:
    delimiter = part.source.delimiter
    text = lines(part.path, part.encoding)
    first = next(text, "")
    if delimiter == "auto":
        delimiter = max(",;\t|", key=first.count)
    elif delimiter == "tab":
        delimiter = "\t"

    reader = csv.reader(chain((first,), text), delimiter=delimiter)
    number = 0
    try:
        for cells in reader:
            number += 1
            yield cells
    except csv.Error as error:
        raise UnreadableFile(file=part.name, row=number + 1, problem=str(error)) from error
    except (EOFError, OSError) as error:
        raise UnreadableFile(file=part.name, row=number + 1, problem=str(error)) from error


def _gather(
    part: Part, header: tuple[str, ...], rows: Iterable[list[str]], sizes: Iterator[int], after: int
) -> Iterator[Batch]:
    width = len(header)
    good: list[list[str]] = []
    numbers: list[int] = []
    bad: list[RaggedRow] = []
    characters = 0
    number = 1
    sent = False
    rows = iter(rows)
    size = next(sizes)
    while some := list(islice(rows, max(1, min(TOGETHER, size - len(good) - len(bad))))):
        places = range(number + 1, number + 1 + len(some))
        number = places[-1]
        if places[0] > after and set(map(len, some)) == {width}:
            good += some
            numbers += places
        else:
            for place, cells in zip(places, some, strict=True):
                if place <= after or not cells:
                    continue
                if len(cells) != width and not _trimmed(cells, width):
                    bad.append(_wrong_width(place, cells, width))
                else:
                    good.append(cells)
                    numbers.append(place)
        characters += sum(map(len, chain.from_iterable(some)))
        if len(good) + len(bad) >= size or characters >= BATCH_CHARACTERS:
            yield _batch(part, header, good, numbers, bad, number)
            sent = True
            good, numbers, bad, characters = [], [], [], 0
            size = next(sizes)
    if good or bad or not sent:
        yield _batch(part, header, good, numbers, bad, max(number, after))


def _trimmed(cells: list[str], width: int) -> bool:
    """Whether the row fits once the empty cells at its end are gone (spreadsheets add and drop them)."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return len(cells) == width


def _wrong_width(number: int, cells: list[str], width: int) -> RaggedRow:
    return RaggedRow(
        number, "", "wrong_column_count", {"found": len(cells), "expected": width}, [storable(cell) for cell in cells]
    )


def _batch(
    part: Part, header: tuple[str, ...], good: list[list[str]], numbers: list[int], bad: list[RaggedRow], last: int
) -> Batch:
    good, numbers = _sound(part, header, good, numbers, bad)
    columns = list(zip(*good, strict=True)) if good else [() for _name in header]
    frame = pl.DataFrame(
        [pl.Series(ROW, numbers, dtype=pl.Int64)]
        + [pl.Series(name, values, dtype=pl.String) for name, values in zip(header, columns, strict=True) if name]
    )
    return Batch(header, frame, bad, last)


def _sound(
    part: Part, header: tuple[str, ...], good: list[list[str]], numbers: list[int], bad: list[RaggedRow]
) -> tuple[list[list[str]], list[int]]:
    """Take out the rows with a broken byte, a NUL or an oversized cell; many are looked at before one, rows before cells."""
    kept: list[list[str]] = []
    kept_numbers: list[int] = []
    for start in range(0, len(good), LOOKED_AT):
        rows, places = good[start : start + LOOKED_AT], numbers[start : start + LOOKED_AT]
        if not _all_sound(rows):
            rows, places = _sound_ones(part, header, rows, places, bad)
        kept += rows
        kept_numbers += places
    return kept, kept_numbers


def _all_sound(rows: list[list[str]]) -> bool:
    whole = "".join(chain.from_iterable(rows))
    return len(whole) <= LONGEST_CELL and "\0" not in whole and (whole.isascii() or BROKEN.search(whole) is None)


def _sound_ones(
    part: Part, header: tuple[str, ...], good: list[list[str]], numbers: list[int], bad: list[RaggedRow]
) -> tuple[list[list[str]], list[int]]:
    kept: list[list[str]] = []
    kept_numbers: list[int] = []
    for number, cells in zip(numbers, good, strict=True):
        whole = "".join(cells)
        if (whole.isascii() or BROKEN.search(whole) is None) and "\0" not in whole and len(whole) <= LONGEST_CELL:
            kept.append(cells)
            kept_numbers.append(number)
            continue
        problem = next(filter(None, (_unsound(part, *pair) for pair in zip(header, cells, strict=True))), None)
        if problem is None:
            kept.append(cells)
            kept_numbers.append(number)
        else:
            bad.append(RaggedRow(number, *problem, [storable(cell) for cell in cells]))
    return kept, kept_numbers


def _unsound(part: Part, name: str, cell: str) -> tuple[str, str, dict[str, Any]] | None:
    if BROKEN.search(cell):
        return name, "broken_encoding", {"bytes": broken_bytes(cell), "encoding": part.encoding}
    if "\0" in cell:
        return name, "nul_byte", {}
    if len(cell) > LONGEST_CELL:
        return name, "cell_too_long", {"length": len(cell), "longest": LONGEST_CELL}
    return None


def _parquet(part: Part, size: int, after: int, check: bool) -> Iterator[Batch]:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  half a second, and every command loads this file

        file = pq.ParquetFile(part.path)
    except (OSError, ValueError) as error:
        raise UnreadableFile(file=part.name, row=1, problem=str(error)) from error
    header = _header(part, list(file.schema_arrow.names), check)
    row = 1
    sent = False
    with file:
        for piece in file.iter_batches(batch_size=size):
            height = piece.num_rows
            first, row = row + 1, row + height
            if row <= after:
                continue
            frame = pl.DataFrame(piece)
            frame = frame.select(
                pl.int_range(first, row + 1, dtype=pl.Int64).alias(ROW), *map(_as_text, frame.get_columns())
            )
            yield Batch(header, frame.filter(pl.col(ROW) > after), [], row)
            sent = True
    if not sent:
        empty = pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(header, pl.String)})
        yield Batch(header, empty, [], max(row, after))


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype.is_float():
        # The shortest digits that read back as the same number, without ".0" on whole ones.
        return column.cast(pl.String).str.strip_suffix(".0")
    return column.cast(pl.String)
