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
from keyuan.intake.known import NOTHING_FRESH, Fresh, look_up, with_references
from keyuan.intake.mapping import Mapping
from keyuan.intake.models import Reject
from keyuan.intake.reading import ROW, Batch, Part
from keyuan.intake.write import Counts, Writer
from keyuan.kernel import ahead
from keyuan.kernel.actor import Actor
from keyuan.kernel.sealing import keyring

PATIENCE = 3
# Newcomers are compared at once up to this many (about two seconds at 100,000 customers); a search compares everybody.
NEWCOMERS = 1000


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a batch: its records, the rows that were rejected, the customers who are new."""

    counts: Counts
    rejects: list[Reject]
    newest: list[int]
    head_office: int


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
    # This run and those before it that read the same files in the same way.
    runs: Sequence[int] = ()
    # The unit of those who have none, known once a batch is written.
    head_office: int = 0
    # Whether to trust that the book is new; ``clashes`` counts how often that was wrong.
    fresh_book: bool = False
    clashes: int = 0
    # How often a batch was prepared while the one before it was written, and could not be written so.
    stumbles: int = 0
    # The first customers that came in, to be compared with those who were there.
    newcomers: list[int] = field(default_factory=list)

    @property
    def hopeful(self) -> bool:
        """Whether to take it that the rows of the next batch are all new."""
        return self.fresh_book and self.clashes < PATIENCE

    def stands(self, done: Done) -> None:
        """A batch is written: its customers are newcomers, as far as there is room."""
        self.newcomers += done.newest[: max(0, NEWCOMERS - len(self.newcomers))]
        self.head_office = done.head_office
        # Rows that speak of the same record again and again do so across batches too.
        if any(count["repeated"] for count in done.counts.values()):
            self.fresh_book = False

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


@dataclass(slots=True)
class Ready:
    """A batch that only needs to be written: the writes, what they make of its records, and the rows that are rejected."""

    file: int
    batch: Batch
    done: Done
    fresh: Fresh
    writes: ahead.Writes

    def write(self) -> None:
        """Write it, in the caller's transaction."""
        self.writes.make()
        Reject.objects.bulk_create(self.done.rejects, batch_size=2000)

    @property
    def rows(self) -> int:
        """How many rows of the file it was."""
        return self.batch.frame.height + len(self.batch.bad)


def prepare(taking: Taking, rows: Read, *, hopeful: bool, behind: Ready | None) -> Ready:
    """Look up and check a batch while the one before it (``behind``) is being written; raises ahead.MustWait."""
    with ahead.preparing(behind.writes if behind else None) as writes:
        done, fresh = _take(taking, rows, hopeful=hopeful, fresh=behind.fresh if behind else NOTHING_FRESH)
    return Ready(rows.file, rows.batch, done, fresh, writes)


def take(taking: Taking, rows: Read, *, hopeful: bool = False) -> Done:
    """Take in one batch; once it stands, ``taking`` is to be told."""
    done, _fresh = _take(taking, rows, hopeful=hopeful, fresh=NOTHING_FRESH)
    Reject.objects.bulk_create(done.rejects, batch_size=2000)
    return done


def _take(taking: Taking, rows: Read, *, hopeful: bool, fresh: Fresh) -> tuple[Done, Fresh]:
    file, batch, problems = rows.file, rows.batch, list(rows.problems)
    made = [Built(built.record, built.frame) for built in rows.made]
    known = look_up(taking.book_id, made, default_branch=taking.mapping.branch, hopeful=hopeful, fresh=fresh)
    around = Surroundings(taking.run_id, taking.runs, taking.mapping, taking.names, file, hopeful)
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
    rejects = _rejects(taking.run_id, file, batch, problems)
    return Done(counts, rejects, writer.fresh_customers, writer.head_office), writer.fresh


def _rejects(run_id: int, file: int, batch: Batch, problems: Sequence[Problem]) -> list[Reject]:
    """The rows that are not taken in, with their cells as they came."""
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
    return rows


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
