"""Sealing batches: the head of each names the one before it and that one's seal, so they are sealed in order."""

from __future__ import annotations

import hashlib
import time
from typing import Final

from django.db import transaction
from django.db.models import Count, Sum

from keyuan.eventlog.cursors import follow_by, place_of
from keyuan.eventlog.raw import waiting
from keyuan.evidence.models import Batch
from keyuan.evidence.offline.batches import Head
from keyuan.evidence.readers import NAME, make_batch, next_lines
from keyuan.evidence.refusals import LogNotSealedYet
from keyuan.trust.sealing import check_seal, seal

#: Who asks for a seal at once makes so many batches at most, and waits so often for another who reads.
AT_ONCE: Final = 20
PATIENCE: Final = 20
PAUSE: Final = 0.1


def head_of(batch: Batch, before: Batch | None) -> Head:
    """What the seal of a batch stands over; ``before`` is the batch with the number below, sealed."""
    return Head(
        batch.number,
        batch.lines,
        (batch.first_xid, batch.first_id),
        (batch.last_xid, batch.last_id),
        bytes(batch.root),
        b"" if before is None else _digest(before.head),
        b"" if before is None else _digest(before.seal),
    )


def _digest(kept: bytes | memoryview | None) -> bytes:
    return hashlib.sha256(bytes(kept or b"")).digest()


def batch_before(number: int) -> Batch | None:
    """The batch with the number below."""
    return Batch.objects.defer("leaves").filter(number=number - 1).first()


def so_far() -> tuple[int, int]:
    """How many batches are sealed, and how many lines they hold."""
    told = Batch.objects.filter(seal__isnull=False).aggregate(batches=Count("number"), lines=Sum("lines"))
    return told["batches"], told["lines"] or 0


def seal_all() -> int:
    """Seal what is not sealed, each batch in a transaction of its own; raises NoAuthority, KeyUnavailable."""
    done = 0
    while seal_next():
        done += 1
    return done


@transaction.atomic
def seal_next() -> Batch | None:
    """Seal the oldest batch that has no seal; None if all have."""
    rows = Batch.objects.select_for_update().defer("leaves")
    batch = rows.filter(seal__isnull=True).order_by("number").first()
    if batch is None:
        return None
    head = head_of(batch, batch_before(batch.number))
    batch.head, batch.seal = head.as_bytes(), seal(head.digest)
    batch.sealed_at = check_seal(head.digest, batch.seal).at
    batch.save(update_fields=["head", "seal", "sealed_at"])
    return batch


def seal_up_to(place: tuple[int, int]) -> None:
    """Seal all lines up to a place now, without waiting for a batch to fill. Not inside a transaction.

    Raises LogNotSealedYet if many more lines wait, or a transaction older than the place still runs; NoAuthority.
    """
    for _ in range(PATIENCE):
        read = place_of(NAME)
        if read >= place:
            seal_all()
            return
        if waiting(xid=read[0], event_id=read[1], limit=AT_ONCE * 4096)[0] >= AT_ONCE * 4096:
            raise LogNotSealedYet
        if not follow_by(NAME, make_batch, next_lines, limit=0):
            time.sleep(PAUSE)
    raise LogNotSealedYet
