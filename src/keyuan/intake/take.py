"""One batch: build, look up, check, write, and keep what was rejected. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from keyuan.intake.build import Built, Plan, Problem, build
from keyuan.intake.checks import Surroundings, settle
from keyuan.intake.encodings import storable
from keyuan.intake.known import look_up, with_references
from keyuan.intake.mapping import Mapping
from keyuan.intake.models import Reject
from keyuan.intake.reading import ROW, Batch, Part
from keyuan.intake.write import Counts, Writer
from keyuan.kernel.actor import Actor
from keyuan.kernel.sealing import keyring


@dataclass(slots=True)
class Taking:
    """What every batch of a run shares."""

    run_id: int
    book_id: int
    book: str
    mapping: Mapping
    parts: Sequence[Part]
    by: Actor
    today: date
    head_office: int = 0
    # Whether to trust that the book is new; ``clashes`` counts how often that was wrong.
    fresh_book: bool = False
    clashes: int = 0
    # The first customers that came in, to be compared with those who were there; ``newest`` are those of the last batch.
    newcomers: list[int] = field(default_factory=list)
    newest: list[int] = field(default_factory=list)

    def keep_newest(self, most: int) -> None:
        """The last batch is written: its customers are newcomers, as far as there is room."""
        self.newcomers += self.newest[: max(0, most - len(self.newcomers))]
        self.newest = []

    @property
    def names(self) -> list[str]:
        return [part.name for part in self.parts]


def secret() -> bytes:
    """The key of the digests by which records are known again."""
    return keyring().index_key[:64]


@dataclass(slots=True)
class Read:
    """A batch whose rows have become records; nothing has been looked up yet."""

    file: int
    batch: Batch
    made: list[Built]
    problems: list[Problem]


def read(taking: Taking, file: int, batch: Batch, planned: Sequence[Plan]) -> Read:
    """Make records of the rows of a batch. Asks no database, so that it may be done while another batch is written."""
    made, problems = build(batch.frame, taking.parts[file].source, planned, secret=secret())
    for built in made:
        with_references(built, secret())
    return Read(file, batch, made, problems)


def take(taking: Taking, rows: Read, *, hopeful: bool = False) -> tuple[Counts, int]:
    """Take in one batch; returns what became of the records and how many rows were rejected. ``rows`` is used up."""
    file, batch, made, problems = rows.file, rows.batch, rows.made, rows.problems
    known = look_up(taking.book_id, made, default_branch=taking.mapping.branch, hopeful=hopeful)
    around = Surroundings(taking.run_id, taking.mapping, taking.names, file, hopeful)
    problems += settle(made, known, around)
    writer = Writer(
        run_id=taking.run_id,
        book_id=taking.book_id,
        book=taking.book,
        mapping=taking.mapping,
        file=file,
        file_name=taking.names[file],
        known=known,
        by=taking.by,
        today=taking.today,
        head_office=taking.head_office,
        first_row=int(batch.frame[ROW].min() or 0),  # type: ignore[arg-type]
    )
    counts = writer.write(made)
    taking.newest = writer.fresh_customers
    return counts, reject(taking.run_id, file, batch, problems)


def reject(run_id: int, file: int, batch: Batch, problems: Sequence[Problem]) -> int:
    """Keep the rows that were not taken in, with their cells as they came."""
    by_row: dict[int, list[dict[str, Any]]] = {}
    for problem in problems:
        told = {"column": problem.column, "code": problem.code, "gaps": problem.gaps}
        by_row.setdefault(problem.row, []).append(told)
    rows: list[Reject] = [
        _reject(run_id, file, bad.row, [{"column": bad.column, "code": bad.code, "gaps": bad.gaps}], bad.cells)
        for bad in batch.bad
    ]
    if by_row:
        names = [name for name in batch.header if name]
        held = batch.frame.filter(pl.col(ROW).is_in(list(by_row))).select(ROW, *names)
        for row, *cells in held.iter_rows():
            rows.append(
                _reject(run_id, file, row, by_row[row], ["" if cell is None else storable(cell) for cell in cells])
            )
    Reject.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _reject(run_id: int, file: int, row: int, problems: list[dict[str, Any]], cells: list[str]) -> Reject:
    first = problems[0]
    return Reject(
        run_id=run_id,
        file=file,
        row=row,
        column=first["column"][:200],
        code=first["code"],
        problems=problems,
        cells=cells,
    )
