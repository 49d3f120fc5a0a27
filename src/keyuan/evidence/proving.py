"""Proofs that lines of the log are in sealed batches, for an evidence file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

from keyuan.eventlog.raw import texts_of
from keyuan.evidence.models import Batch
from keyuan.evidence.offline import log
from keyuan.evidence.offline.lines import line_bytes
from keyuan.evidence.offline.merkle import leaf_hash, path
from keyuan.evidence.offline.parts import PROOFS, line_name
from keyuan.evidence.refusals import LogNotSealedYet
from keyuan.trust.canonical import canonical

HASH: Final = 32
#: Batches between two that are needed: so many heads are put in to link them; across longer stretches the file says so.
LINKS: Final = 500


class PlaceInBatch(NamedTuple):
    """Where a line stands, and the hashes that lead from it to the batch's root."""

    batch: int
    at: int
    path: list[bytes]


@dataclass(slots=True)
class Proof:
    """Lines by number, their places, and the batches: heads by number, seals of those that hold a line."""

    lines: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, PlaceInBatch] = field(default_factory=dict)
    heads: dict[int, bytes] = field(default_factory=dict)
    seals: dict[int, bytes] = field(default_factory=dict)

    def members(self) -> dict[str, bytes]:
        """As they lie in an evidence file."""
        told: dict[str, Any] = {
            str(number): {"batch": one.batch, "index": one.at, "path": [each.hex() for each in one.path]}
            for number, one in self.places.items()
        }
        return {
            PROOFS: canonical({"form": log.FORM, "lines": told}),
            **{line_name(number): raw for number, raw in self.lines.items()},
            **{f"batches/{number}.json": raw for number, raw in self.heads.items()},
            **{f"batches/{number}.p7s": raw for number, raw in self.seals.items()},
        }


def prove(ids: Collection[int]) -> Proof:
    """The proof of some lines; raises LogNotSealedYet unless all are in sealed batches."""
    proof, batches = Proof(), dict[int, Batch]()
    for line in texts_of(sorted(ids)):
        raw = line_bytes(line.columns, line.payload)
        batch = _batch_of((line.xid, line.id), batches)
        leaves = [bytes(batch.leaves[at : at + HASH]) for at in range(0, len(batch.leaves), HASH)]
        own = leaf_hash(raw)
        # A line that was altered is in no batch any more: it is put in as it stands, and whoever verifies will say so.
        index = leaves.index(own) if own in leaves else 0
        proof.lines[line.id] = raw
        proof.places[line.id] = PlaceInBatch(batch.number, index, path(leaves, index))
        proof.seals[batch.number] = bytes(batch.seal or b"")
    proof.heads = _heads(proof.seals)
    return proof


def _batch_of(place: tuple[int, int], known: dict[int, Batch]) -> Batch:
    for one in known.values():
        if (one.first_xid, one.first_id) <= place <= (one.last_xid, one.last_id):
            return one
    # In two steps, so that the index is walked and not the batches.
    found = (
        Batch.objects.filter(last_xid=place[0], last_id__gte=place[1]).order_by("last_xid", "last_id").first()
        or Batch.objects.filter(last_xid__gt=place[0]).order_by("last_xid", "last_id").first()
    )
    if found is None or found.seal is None:
        raise LogNotSealedYet
    known[found.number] = found
    return found


def _heads(needed: Iterable[int]) -> dict[int, bytes]:
    """The heads of these batches, and of those between two that are not too far from each other."""
    numbers = sorted(needed)
    wanted = set(numbers)
    for before, number in pairwise(numbers):
        if number - before <= LINKS:
            wanted |= set(range(before, number))
    rows = Batch.objects.filter(number__in=wanted, head__isnull=False).values_list("number", "head")
    return {number: bytes(head) for number, head in rows if head is not None}
