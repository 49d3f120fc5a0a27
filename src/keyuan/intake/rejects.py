"""Rejected rows as a file that can be corrected and imported again: CSV or XLSX, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import xlsxwriter

from keyuan.intake.guard import headings, neutral
from keyuan.intake.models import Reject, Run
from keyuan.intake.queries import reasons, rejects_of

XLSX_LONGEST = 32_767


def reject_table(run: Run, file: int) -> Iterator[list[str]]:
    """The heading and the rejected rows of one of the run's files, cells neutralised."""
    header = run.files[file].get("header", [])
    yield [*headings(), *map(neutral, header)]
    for reject in rejects_of(run).filter(file=file).iterator(chunk_size=2000):
        yield _row(run, reject)


def _row(run: Run, reject: Reject) -> list[str]:
    name = run.files[reject.file]["name"]
    return [name, str(reject.row), neutral(reject.column), neutral(reasons(reject)), *map(neutral, reject.cells)]


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """The table as CSV with a BOM, so that spreadsheets take it for UTF-8."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()


def write_xlsx(run: Run, target: io.BufferedIOBase | str) -> None:
    """Every file's rejects on a sheet of its own, as text. A cell over Excel's limit is cut (the CSV has it whole)."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        for file, told in enumerate(run.files):
            sheet = workbook.add_worksheet(_sheet_name(file, told["name"]))
            for number, row in enumerate(reject_table(run, file)):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell[:XLSX_LONGEST])


def _sheet_name(file: int, name: str) -> str:
    return f"{file + 1} " + "".join(sign for sign in name if sign not in "[]:*?/\\'")[:28]


def write_rejects(run: Run, path: Path) -> None:
    """Write the rejects beside the book: .xlsx, or .csv (one file after another when the book has several)."""
    if path.suffix.lower() == ".xlsx":
        write_xlsx(run, str(path))
        return
    with path.open("w", encoding="utf-8", newline="") as target:
        for file in range(len(run.files)):
            lines = csv_lines(reject_table(run, file))
            if file:
                next(lines)
            target.writelines(lines)
