"""The batches of a run, one behind the other: while PostgreSQL writes one, the next is looked up and the one after is read.

Each is one transaction with its checkpoint. A batch that cannot be prepared while another is on its way (it changes what
is there, or enters a new branch, agent or product) waits for that one and is taken in alone.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from keyuan.intake.build import plans
from keyuan.intake.models import Run
from keyuan.intake.reading import Batch
from keyuan.intake.take import PATIENCE, Done, Read, Ready, Taking, prepare, read, take
from keyuan.kernel.ahead import MustWait
from keyuan.kernel.clock import now
from keyuan.kernel.copying import commit_lazily

ATTEMPTS = 3
WRITER_LOCK = 0x6B7A  # held by the connection that writes, beside the lock of the process that takes the book in
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Underway:
    """A batch that is being written."""

    ready: Ready
    done: Future[None]


@contextmanager
def writing(book_id: int) -> Iterator[ThreadPoolExecutor | None]:
    """A thread with a connection of its own that writes; none within a transaction (a dry run), which only one can see.

    A killed process may leave its writing connection to finish a commit that it had sent: whoever goes on waits for that.
    """
    if connection.in_atomic_block:
        yield None
        return

    def begin() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [WRITER_LOCK, book_id])

    def end() -> None:
        connection.close()

    with ThreadPoolExecutor(1, thread_name_prefix="import-writes") as pen:
        pen.submit(begin).result()
        try:
            yield pen
        finally:
            pen.submit(end).result()


def read_ahead(taking: Taking, pieces: Iterator[tuple[int, Batch]]) -> Generator[Read]:
    """The batches read; the next one is read in a thread of its own while PostgreSQL takes this one in."""

    def next_one() -> Read | None:
        file, piece = next(pieces, (0, None))
        return None if piece is None else _read(taking, file, piece)

    with ThreadPoolExecutor(1, thread_name_prefix="import-reads") as reader:
        coming = reader.submit(next_one)
        while (rows := coming.result()) is not None:
            coming = reader.submit(next_one)
            yield rows


def _read(taking: Taking, file: int, piece: Batch) -> Read:
    return read(taking, file, piece, plans(taking.mapping, taking.parts[file].source))


def take_all(run: Run, taking: Taking, batches: Iterator[Read], pen: ThreadPoolExecutor | None) -> Iterator[None]:
    """Take in every batch, in their order; yields after each that stands. Whoever stops asking loses none of those."""
    underway: Underway | None = None
    for rows in batches:
        ready = _prepared(taking, rows, underway) if pen is not None else None
        if underway is not None:
            sound = _land(run, taking, underway)
            underway = None
            yield
            # What was prepared behind a batch that came to nothing rests on nothing.
            ready = ready if sound else None
        if ready is not None and pen is not None:
            underway = _send(run, ready, pen)
        else:
            step(run, taking, rows)
            yield
    if underway is not None:
        _land(run, taking, underway)
        yield


def _prepared(taking: Taking, rows: Read, underway: Underway | None) -> Ready | None:
    # The first batch of a process finds or opens the head office.
    if not taking.head_office or taking.stumbles >= PATIENCE:
        return None
    try:
        return prepare(taking, rows, hopeful=taking.hopeful, behind=underway.ready if underway else None)
    except MustWait:
        return None


def _send(run: Run, ready: Ready, pen: ThreadPoolExecutor) -> Underway:
    add(run, ready.done, rows=ready.rows)
    run.position = {"file": ready.file, "row": ready.batch.last_row}
    run.beat_at = now()
    checkpoint = {"position": run.position, "counts": run.counts, "beat_at": run.beat_at}

    def write() -> None:
        with transaction.atomic():
            commit_lazily()
            ready.write()
            Run.objects.filter(pk=run.pk).update(**checkpoint)

    return Underway(ready, pen.submit(write))


def _land(run: Run, taking: Taking, underway: Underway) -> bool:
    """Wait until a batch stands. One that clashed is taken again with everything looked up; then False is returned."""
    ready = underway.ready
    try:
        underway.done.result()
    except IntegrityError:
        _clashed(run, taking)
        taking.stumbles += 1
        step(run, taking, _read(taking, ready.file, ready.batch), hopeful=False)
        return False
    taking.stands(ready.done)
    return True


def step(run: Run, taking: Taking, rows: Read, *, hopeful: bool = True) -> None:
    """One batch and its checkpoint. A clash with somebody who wrote at the same moment is looked at again."""
    piece = rows.batch
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                commit_lazily()
                done = take(taking, rows, hopeful=hopeful and taking.hopeful and not attempt)
                add(run, done, rows=piece.frame.height + len(piece.bad))
                run.position = {"file": rows.file, "row": piece.last_row}
                run.beat_at = now()
                run.save(update_fields=["position", "counts", "beat_at"])
            taking.stands(done)
            return
        except IntegrityError:
            _clashed(run, taking)
            if attempt == ATTEMPTS - 1:
                raise


def _clashed(run: Run, taking: Taking) -> None:
    run.refresh_from_db(fields=["position", "counts"])
    taking.clashes += 1
    log.info("a batch after %s of run %s clashed; it is taken again with everything looked up", run.position, run.pk)


def add(run: Run, done: Done, *, rows: int, rejected_before: int = 0) -> None:
    """Add what became of a batch to the run's counts (not saved)."""
    total = dict(run.counts)
    total["rows"] = total.get("rows", 0) + rows
    total["rejected"] = total.get("rejected", 0) + len(done.rejects) - rejected_before
    for kind, count in done.counts.items():
        before = total.get(kind, {})
        total[kind] = {name: before.get(name, 0) + number for name, number in count.items()}
    run.counts = total
