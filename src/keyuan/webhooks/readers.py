"""The reader of the log that queues deliveries. It calls nobody: the deliveries are sent by ``delivering``."""

from __future__ import annotations

from keyuan.eventlog.followers import follower
from keyuan.eventlog.models import Event
from keyuan.webhooks.queueing import queue


@follower("webhooks")
def queue_deliveries(lines: list[Event]) -> None:
    """Queue what the endpoints are to be told of these lines."""
    queue(lines)
