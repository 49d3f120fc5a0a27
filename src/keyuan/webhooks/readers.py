"""The reader of the log that queues deliveries. It calls nobody: the deliveries are sent by ``delivering``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.eventlog.followers import follower
from keyuan.webhooks.queueing import queue

if TYPE_CHECKING:
    from keyuan.eventlog.models import Event


@follower("webhooks")
def queue_deliveries(lines: list[Event]) -> None:
    """Queue what the endpoints are to be told of these lines."""
    queue(lines)
