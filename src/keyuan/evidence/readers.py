"""The reader of the log that makes batches of it. It signs nothing: that is a job (tasks.seal)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from keyuan.eventlog.followers import reader
from keyuan.eventlog.raw import texts_after, waiting
from keyuan.evidence.models import Batch
from keyuan.evidence.offline.lines import line_bytes
from keyuan.evidence.offline.merkle import Tree, leaf_hash
from keyuan.kernel.clock import now

if TYPE_CHECKING:
    from keyuan.eventlog.raw import LineText

NAME = "seal"


def ready_lines(*, xid: int, event_id: int, limit: int) -> list[LineText]:
    """The lines of the next batch: a full one, or what there is if the first of them has waited long enough."""
    count, since = waiting(xid=xid, event_id=event_id, limit=settings.KEYUAN_SEAL_LINES)
    if since is None:
        return []
    waited = now() - since >= timedelta(seconds=settings.KEYUAN_SEAL_SECONDS)
    if count < settings.KEYUAN_SEAL_LINES and not waited:
        return []
    return next_lines(xid=xid, event_id=event_id)


def next_lines(*, xid: int, event_id: int, limit: int = 0) -> list[LineText]:
    """The lines of the next batch, whether it is full or not."""
    return texts_after(xid=xid, event_id=event_id, limit=settings.KEYUAN_SEAL_LINES)


@reader(NAME, ready_lines)
def make_batch(lines: list[LineText]) -> None:
    """One batch of these lines; they are settled, so none can come between them any more."""
    leaves = [leaf_hash(line_bytes(one.columns, one.payload)) for one in lines]
    newest = Batch.objects.order_by("-number").values_list("number", flat=True).first() or 0
    Batch.objects.create(
        number=newest + 1,
        lines=len(lines),
        first_xid=lines[0].xid,
        first_id=lines[0].id,
        last_xid=lines[-1].xid,
        last_id=lines[-1].id,
        root=Tree(leaves).root(),
        leaves=b"".join(leaves),
    )
