"""Writing the log: always in the transaction of the change that the line tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from keyuan.eventlog.kinds import EventKind
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now
from keyuan.kernel.inserting import ask_to_insert


class OutsideTransaction(RuntimeError):
    """A line was about to be written without the change that it belongs to."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be written; see Event for what each part means."""

    kind: EventKind
    by: Actor
    customer_id: int | None = None
    org_unit_id: int | None = None
    subject: tuple[str, str | int] = ("", "")
    payload: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None

    def as_event(self) -> Event:
        return Event(
            name=self.kind.name,
            customer_id=self.customer_id,
            org_unit_id=self.org_unit_id,
            actor_kind=self.by.kind,
            actor_id=self.by.id,
            actor_name=self.by.name,
            subject_type=self.subject[0],
            subject_id=str(self.subject[1]),
            payload=dict(self.payload),
            occurred_at=now() if self.occurred_at is None else self.occurred_at,
        )


def record(
    kind: EventKind,
    *,
    by: Actor,
    customer_id: int | None = None,
    org_unit_id: int | None = None,
    subject: tuple[str, str | int] = ("", ""),
    payload: Mapping[str, Any] | None = None,
    occurred_at: datetime | None = None,
) -> Event:
    """Append one line, in the caller's transaction; raises OutsideTransaction if there is none."""
    line = Line(kind, by, customer_id, org_unit_id, subject, payload or {}, occurred_at)
    return record_many([line])[0]


def record_many(lines: Sequence[Line]) -> list[Event]:
    """Append several lines in one statement, in the caller's transaction."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("a log line is written in the transaction of its change")
    return Event.objects.bulk_create([line.as_event() for line in lines])


def append(line: Line) -> None:
    """Ask for one line, in the caller's transaction, without waiting: for a write that travels ``together`` with others."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("a log line is written in the transaction of its change")
    ask_to_insert(line.as_event())
