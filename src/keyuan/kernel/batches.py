"""Statements that travel to PostgreSQL in one packet, and come back in one.

psycopg's own pipeline sends each statement as it is asked: a system call, and PostgreSQL woken, thirteen times for one
customer. Here they are queued in libpq's buffer and sent at once; what is read and how values are written stays psycopg's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

KEPT: Final = 300  # plans a connection keeps; conditions that people ask have texts of their own
FAILED: Final = frozenset((ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED))


class Plans:
    """The prepared statements of one connection, the least asked forgotten first.

    A name is never used twice: one whose preparation failed may or may not be known to PostgreSQL.
    """

    def __init__(self) -> None:
        self._names: OrderedDict[tuple[bytes, tuple[int, ...]], bytes] = OrderedDict()
        self._numbers = count(1)
        self.stale = False  # PostgreSQL may hold some that are forgotten here

    def name(self, text: bytes, types: tuple[int, ...]) -> tuple[bytes, bool]:
        """The name under which this text is prepared for values of these types; whether it still has to be."""
        known = self._names.get((text, types))
        if known is not None:
            self._names.move_to_end((text, types))
            return known, False
        name = self._names[text, types] = b"keyuan_%d" % next(self._numbers)
        return name, True

    def surplus(self) -> list[bytes]:
        """The names of those that are to be given back, if there are too many."""
        return [self._names.popitem(last=False)[1] for _ in range(len(self._names) - KEPT)]

    def forget(self) -> None:
        """After a fault nobody knows which of them PostgreSQL has, nor whether their plans still fit the tables."""
        self._names.clear()
        self.stale = True


_PLANS: WeakKeyDictionary[psycopg.Connection[Any], Plans] = WeakKeyDictionary()


class Batch:
    """What is asked of one connection before anybody looks at an answer."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        """``database``: open, and able to be asked."""
        connection: psycopg.Connection[Any] = database.connection
        self._connection = connection
        self._prepares = connection.prepare_threshold is not None  # DATABASE_URL may say prepared=no
        self._faults_of = database.wrap_database_errors
        self._plans = _PLANS.get(connection) or _PLANS.setdefault(connection, Plans())
        self._transformer = Transformer.from_context(connection)
        self._commands: list[tuple[Any, ...]] = []
        self._answers: list[PGresult] = []

    def add(self, text: bytes, values: Sequence[Any], *, keep_plan: bool) -> int:
        """Queue a statement with places ($1, $2); its place among the answers."""
        written: Sequence[Any] = ()
        types: tuple[int, ...] = ()
        if values:
            with self._faults_of:
                written = self._transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
            types = tuple(self._transformer.types or ())
        self._commands.append((text, written, types, self._transformer.formats if values else None, keep_plan))
        return len(self._commands) - 1

    def rows(self, place: int) -> list[tuple[Any, ...]]:
        """The rows of the statement at ``place``; sends what has not been sent. Raises Django's database errors."""
        self.send()
        result = self._answers[place]
        if result.status != ExecStatus.TUPLES_OK:
            return []
        with self._faults_of:
            self._transformer.set_pgresult(result)
            return self._transformer.load_rows(0, result.ntuples, tuple)

    def send(self) -> None:
        """Send everything, and wait until every answer is here. The first fault is raised."""
        commands = self._commands[len(self._answers) :]
        if not commands:
            return
        connection = self._connection
        with self._faults_of, connection.lock:
            pgconn = connection.pgconn
            pgconn.enter_pipeline_mode()
            try:
                steps = [self._begin(pgconn) + self._queue(pgconn, *commands[0])]
                steps += [self._queue(pgconn, *command) for command in commands[1:]]
                pgconn.pipeline_sync()
                connection.wait(generators.send(pgconn))
                faults = [fault for wanted in steps if (fault := self._collect(wanted))]
                connection.wait(generators.fetch_many(pgconn))  # the end of the pipeline
            finally:
                self._leave(pgconn)
            if faults:
                self._plans.forget()
                raise error_from_result(faults[0], encoding=connection.info.encoding)

    def _begin(self, pgconn: PGconn) -> tuple[bool, ...]:
        """What goes before the first statement; a connection that does not commit by itself begins its transaction."""
        words = []
        if not self._connection.autocommit and pgconn.transaction_status == TransactionStatus.IDLE:
            level = self._connection.isolation_level
            words.append(f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}" if level else "BEGIN")
        if self._plans.stale:
            words.append("DEALLOCATE ALL")
            self._plans.stale = False
        for text in words:
            pgconn.send_query_params(text.encode(), None)
        return (False,) * len(words)

    def _queue(
        self, pgconn: PGconn, text: bytes, written: Sequence[Any], types: tuple[int, ...], formats: Any, keep_plan: bool
    ) -> tuple[bool, ...]:
        """Put one statement into libpq's buffer; which of the results to come are its own rows."""
        if not (keep_plan and self._prepares):
            pgconn.send_query_params(text, written, types, formats)
            return (True,)
        name, fresh = self._plans.name(text, types)
        before = 0
        if fresh:
            given_back = self._plans.surplus()
            for one in given_back:
                pgconn.send_query_params(b'DEALLOCATE "%s"' % one, None)
            pgconn.send_prepare(name, text, types)
            before = len(given_back) + 1
        pgconn.send_query_prepared(name, written, formats)
        return before * (False,) + (True,)

    def _collect(self, wanted: tuple[bool, ...]) -> PGresult | None:
        """Fetch the results of one statement; the one that failed, if any."""
        fault = None
        for own in wanted:
            results = self._connection.wait(generators.fetch_many(self._connection.pgconn))
            if results[-1].status in FAILED:
                fault = fault or results[-1]
            if own:
                self._answers.append(results[-1])
        return fault

    def _leave(self, pgconn: PGconn) -> None:
        if pgconn.status != ConnStatus.OK:
            return
        try:
            pgconn.exit_pipeline_mode()
        except psycopg.OperationalError:
            # Interrupted while answers were on their way: this connection can no longer be understood.
            self._connection.close()
