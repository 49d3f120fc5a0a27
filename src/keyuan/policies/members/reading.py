"""A member list from an Excel or CSV file: rows as texts, streamed, with the number that a spreadsheet shows."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from keyuan.policies.refusals import ListTooLong, ListUnreadable

MOST_ROWS = 50_000
LARGEST_UNPACKED_MB = 512
EXACT_DIGITS = 1e15
LONGEST_CELL = 500
# What a number of more than fifteen digits has become in a spreadsheet: its last digits are gone for good.
LOST = "\ue000"
BROKEN = "\ufffd"


def rows_of(file: IO[bytes], *, name: str, kind: str) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of the first sheet or of the text; empty rows are left out. Raises ListUnreadable, ListTooLong."""
    rows = _sheet(file, name) if kind == "xlsx" else _text(file, name)
    for number, cells in rows:
        if number > MOST_ROWS + 1:
            raise ListTooLong(limit=MOST_ROWS)
        if any(cell for cell in cells):
            yield number, cells


def _sheet(file: IO[bytes], name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist()) >> 20
        if unpacked > LARGEST_UNPACKED_MB:
            raise ListTooLong(limit=MOST_ROWS)
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file claims as its size is not to be trusted
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in row]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError, IndexError, SyntaxError) as error:
        raise ListUnreadable(name=name, problem=str(error)[:200]) from error


def _cell(value: Any) -> str:
    """A cell as text: whole numbers without a point, days in ISO form; a number that lost digits says so."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).strip()[: LONGEST_CELL + 1]
    if abs(value) >= EXACT_DIGITS:
        return f"{LOST}{value}"
    return str(int(value)) if float(value).is_integer() else repr(value)


def _text(file: IO[bytes], name: str) -> Iterator[tuple[int, list[str]]]:
    raw = file.read()
    text = _decoded(raw)
    head = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            yield number, [_unguarded(cell.strip())[: LONGEST_CELL + 1] for cell in cells]
    except csv.Error as error:
        raise ListUnreadable(name=name, problem=str(error)[:200]) from error


def _unguarded(cell: str) -> str:
    """Without the apostrophe that our own export puts before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "'") else cell


def _decoded(raw: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, UTF-8 if it all is, else GB 18030; what cannot be read is marked."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
