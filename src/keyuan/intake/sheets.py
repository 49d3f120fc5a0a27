"""Rows of an XLSX sheet, streamed. Formulas are never run: a cell's stored value is read, nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from keyuan.intake.refusals import TooManyCells, UnknownSheet, UnreadableFile

LARGEST_MB = 4096
# Texts that cells share lie in memory while the sheet is read.
LARGEST_TEXTS_MB = 128
EXACT_DIGITS = 1e15


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, in order."""
    return list(_open(path).sheetnames)


def sheet_rows(path: Path, sheet: str = "") -> Iterator[list[str]]:
    """Every row of a sheet (the first one unless named) as texts; raises UnknownSheet, TooManyCells, UnreadableFile."""
    workbook = _open(path)
    try:
        if sheet and sheet not in workbook.sheetnames:
            raise UnknownSheet(file=path.name, sheet=sheet, found=", ".join(workbook.sheetnames))
        worksheet = workbook[sheet] if sheet else workbook.worksheets[0]
        # What a file claims as its size is not to be trusted, and is often missing.
        worksheet.reset_dimensions()
        width = 0
        for row in worksheet.iter_rows(values_only=True):
            cells = [_text(cell) for cell in row]
            width = width or len(cells)
            # Empty cells at a row's end are not stored.
            yield [*cells, *[""] * (width - len(cells))] if any(cells) else []
    finally:
        workbook.close()


def _open(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        total = sum(entry.file_size for entry in entries) >> 20
        texts = sum(entry.file_size for entry in entries if "sharedStrings" in entry.filename) >> 20
        if total > LARGEST_MB:
            raise TooManyCells(file=path.name, size=total, limit=LARGEST_MB)
        if texts > LARGEST_TEXTS_MB:
            raise TooManyCells(file=path.name, size=texts, limit=LARGEST_TEXTS_MB)
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise UnreadableFile(file=path.name, row=1, problem=str(error)) from error


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT_DIGITS else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
