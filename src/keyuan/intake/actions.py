"""Taking in a book: in batches, each its own transaction with its checkpoint, so that a killed run goes on where it stood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl
from django.db import connection, transaction
from django.db.models import QuerySet

from keyuan.accounts.scope import system_viewer
from keyuan.duplicates.actions import look_at_newcomers
from keyuan.eventlog.actions import record
from keyuan.intake.batches import add, read_ahead, step, take_all, writing
from keyuan.intake.build import plans
from keyuan.intake.encodings import scan
from keyuan.intake.events import IMPORT_FINISHED, IMPORT_STARTED
from keyuan.intake.mapping import Mapping
from keyuan.intake.models import Book, ImportedRecord, Reject, Run
from keyuan.intake.queries import alike, alike_pairs, reject_codes
from keyuan.intake.reading import ROW, Batch, Part, batches, parts_of
from keyuan.intake.refusals import BookBusy
from keyuan.intake.take import Taking, read, take
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today
from keyuan.kernel.refusals import Refusal

# Three are held at a time: one written, one prepared, one read.
BATCH = 20_000
# A file begins with a small batch: new branches, agents and products are mostly met there, and their batch goes alone.
FIRST = 1000
KEPT = 1000
LOCK_CLASS = 0x6B79  # the two letters that our advisory locks begin with
SHOWN_ALIKE = 20
WAITING = ("unknown_customer", "unknown_policy")
Progress = Callable[[Run], None]


class DryRunOver(Exception):
    """Ends the transaction of a dry run without keeping anything."""


def open_run(book: Path, mapping: Mapping, *, by: Actor) -> tuple[Run, list[Part], bool]:
    """The run for these files and this mapping: the unfinished one if there is one (True), else a new one."""
    parts = parts_of(book, mapping)
    parts, files = _scanned(parts)
    shape = json.dumps([(file["name"], file["digest"]) for file in files])
    files_digest = hashlib.sha256(shape.encode()).hexdigest()
    owner, _made = Book.objects.get_or_create(name=mapping.book)
    unfinished = Run.objects.filter(
        book=owner, files_digest=files_digest, mapping_digest=mapping.digest, finished_at=None, dry=False
    ).order_by("-id")
    run = unfinished.first()
    if run is not None:
        return run, parts, run.beat_at is not None
    with transaction.atomic():
        run = Run.objects.create(
            book=owner,
            title=mapping.title,
            mapping=mapping.text,
            mapping_digest=mapping.digest,
            files=files,
            files_digest=files_digest,
            started_by=by.name,
            started_by_id=int(by.id) if by.kind == "user" else None,
        )
        payload = {"book": owner.name, "files": [file["name"] for file in files]}
        record(IMPORT_STARTED, by=by, subject=("import", run.pk), payload=payload)
    return run, parts, False


def _scanned(parts: Sequence[Part]) -> tuple[list[Part], list[dict[str, object]]]:
    """The parts with their encodings, and what the run remembers of its files."""
    found: list[Part] = []
    files: list[dict[str, object]] = []
    for part in parts:
        told = scan(part.path, text=part.form in (".csv", ".txt", ".tsv"), encoding=part.source.encoding)
        found.append(Part(part.path, part.source, told.encoding))
        header = next(batches(found[-1], size=1)).header
        files.append(
            {
                "name": part.name,
                "digest": told.digest,
                "size": told.size,
                "encoding": told.encoding,
                # About how many rows there will be, for the progress bar; 0 when nobody knows.
                "rows": told.lines,
                "header": [name for name in header if name],
            }
        )
    return found, files


def import_book(
    book: Path,
    mapping: Mapping,
    *,
    by: Actor,
    batch: int = BATCH,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[Run, bool]:
    """Take in a book; returns the run and whether it went on from an earlier one.

    Raises BookBusy while another process takes in the same book, and the refusals of refusals.py; what was written
    before stays, and the same call goes on from there. A dry run does all of it and keeps nothing.
    """
    if dry_run:
        return _dry(book, mapping, by=by, batch=batch, progress=progress), False
    run, parts, resumed = open_run(book, mapping, by=by)
    with _alone(run.book):
        _carry_on(run, parts, mapping, by=by, batch=batch, progress=progress)
    return run, resumed


def _dry(book: Path, mapping: Mapping, *, by: Actor, batch: int, progress: Progress | None) -> Run:
    run = Run()
    try:
        with transaction.atomic():
            run, parts, _resumed = open_run(book, mapping, by=by)
            run.dry = True
            _carry_on(run, parts, mapping, by=by, batch=batch, progress=progress)
            run.kept_rejects = list(Reject.objects.filter(run=run).order_by("file", "row")[:KEPT])
            run.kept_codes = reject_codes(run)
            run.kept_alike = alike(alike_pairs(run), viewer=system_viewer(by.name))
            raise DryRunOver
    except DryRunOver:
        return run


def first_batch(book: Path, mapping: Mapping, *, by: Actor, size: int) -> tuple[Run, Batch]:
    """Take in the first rows of a book only, for a preview; the caller's transaction is to be rolled back."""
    run, parts, _resumed = open_run(book, mapping, by=by)
    taking = Taking(run.pk, run.book_id, mapping.book, mapping, parts, by, today(), [run.pk])
    run.position = {}
    _file, piece = next(_pieces(run, parts, size))
    step(run, taking, read(taking, 0, piece, plans(mapping, parts[0].source)))
    _look_at_newcomers(run, taking)
    return run, piece


@contextmanager
def _alone(book: Book) -> Iterator[None]:
    """Hold the book for this process; the lock falls with the connection, so a killed run leaves none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, book.pk])
        if not cursor.fetchone()[0]:
            raise BookBusy(book=book.name)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, book.pk])


def _carry_on(
    run: Run, parts: Sequence[Part], mapping: Mapping, *, by: Actor, batch: int, progress: Progress | None
) -> None:
    with writing(run.book_id) as pen:
        Run.objects.filter(pk=run.pk).update(
            stop_asked_at=None, stopped_at=None, failed_at=None, failure={}, beat_at=now()
        )
        run.refresh_from_db()
        taking = Taking(run.pk, run.book_id, mapping.book, mapping, parts, by, today())
        taking.runs = list(_alike_runs(run).values_list("pk", flat=True))
        taking.fresh_book = not ImportedRecord.objects.filter(book_id=run.book_id).exists()
        try:
            with closing(read_ahead(taking, _pieces(run, parts, batch))) as ready:
                for _landed in take_all(run, taking, ready, pen):
                    if progress is not None:
                        progress(run)
                    if _stop_asked(run):
                        return
            _second_chance(run, taking, batch)
        except Refusal as refusal:
            Run.objects.filter(pk=run.pk).update(failed_at=now(), failure=refusal.as_dict())
            raise
    _look_at_newcomers(run, taking)
    _finish(run, by)


def _alike_runs(run: Run) -> QuerySet[Run]:
    """The run itself and those before it with the very same files and mapping."""
    return Run.objects.filter(book=run.book_id, files_digest=run.files_digest, mapping_digest=run.mapping_digest)


def _pieces(run: Run, parts: Sequence[Part], size: int) -> Iterator[tuple[int, Batch]]:
    """The batches that are still to be taken in."""
    start, row = run.position.get("file", 0), run.position.get("row", 1)
    for file in range(start, len(parts)):
        for piece in batches(parts[file], size=size, first=FIRST, after=row if file == start else 1):
            yield file, piece


def _second_chance(run: Run, taking: Taking, size: int) -> None:
    """Rows that named a customer or policy which came later in the book are taken in now."""
    before = -1
    while (waiting := _waiting(run).count()) and waiting != before:
        before = waiting
        for file in range(len(taking.parts)):
            after = 0
            while rows := list(_waiting(run).filter(file=file, row__gt=after).order_by("row")[:size]):
                after = rows[-1].row
                _again(run, taking, file, rows)


def _waiting(run: Run) -> QuerySet[Reject]:
    return Reject.objects.filter(run=run, code__in=WAITING)


def _again(run: Run, taking: Taking, file: int, rows: Sequence[Reject]) -> None:
    part = taking.parts[file]
    names: list[str] = run.files[file]["header"]
    columns = list(zip(*(row.cells for row in rows), strict=True))
    frame = pl.DataFrame(
        [pl.Series(ROW, [row.row for row in rows], dtype=pl.Int64)]
        + [pl.Series(name, values, dtype=pl.String) for name, values in zip(names, columns, strict=True)]
    )
    with transaction.atomic():
        Reject.objects.filter(pk__in=[row.pk for row in rows]).delete()
        planned = plans(taking.mapping, part.source)
        done = take(taking, read(taking, file, Batch(tuple(names), frame), planned))
        add(run, done, rows=0, rejected_before=len(rows))
        run.beat_at = now()
        run.save(update_fields=["counts", "beat_at"])
    taking.stands(done)


def _look_at_newcomers(run: Run, taking: Taking) -> None:
    """Who of those that came in is probably there already: into the queue of duplicates, and counted. Refuses nothing."""
    if not taking.newcomers:
        return
    looked = look_at_newcomers(taking.newcomers, by=taking.by)
    run.counts["alike"] = {
        "checked": looked.checked, "found": len(looked.pairs), "pairs": looked.pairs[:SHOWN_ALIKE],
    }  # fmt: skip
    Run.objects.filter(pk=run.pk).update(counts=run.counts)


def _stop_asked(run: Run) -> bool:
    asked = Run.objects.filter(pk=run.pk, stop_asked_at__isnull=False).update(stopped_at=now())
    if asked:
        run.refresh_from_db()
    return bool(asked)


def _finish(run: Run, by: Actor) -> None:
    with transaction.atomic():
        run.finished_at = now()
        run.save(update_fields=["finished_at"])
        record(
            IMPORT_FINISHED, by=by, subject=("import", run.pk), payload={"book": run.book.name, "counts": run.counts}
        )


def ask_to_stop(run_id: int) -> None:
    """Ask a run to stop after the batch that it is at."""
    Run.objects.filter(pk=run_id, finished_at=None).update(stop_asked_at=now())
