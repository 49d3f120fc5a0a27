"""The whole log against its batches: every line hashed again, every root, link and seal looked at. One batch in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from keyuan.eventlog.raw import texts_between, waiting
from keyuan.evidence.models import Batch, LogCheck
from keyuan.evidence.offline.lines import line_bytes
from keyuan.evidence.offline.merkle import Tree, leaf_hash
from keyuan.evidence.sealing import head_of
from keyuan.kernel.clock import now
from keyuan.trust import authorities
from keyuan.trust.pki.checking import Broken, check_seal_bytes

if TYPE_CHECKING:
    from cryptography import x509

    from keyuan.eventlog.raw import LineText

HASH: Final = 32
#: Differences that are told; after so many the rest is not looked at.
MOST: Final = 20
#: Lines beyond those that a batch holds, read to name what was put in.
BEYOND: Final = 1000
COUNTED: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not fit: in which batch, at which line of the log (its number) if one can be named."""

    batch: int
    en: str
    zh: str
    line: int | None = None


@dataclass(slots=True)
class LogReport:
    """What a check found. ``waiting`` lines are in no batch yet, ``unsealed`` batches have no seal yet."""

    batches: int = 0
    lines: int = 0
    unsealed: int = 0
    waiting: int = 0
    found: list[Difference] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not self.found


def check_log(
    roots: Sequence[x509.Certificate], *, progress: Callable[[LogReport], None] = lambda report: None
) -> LogReport:
    """Check everything; ``roots`` are trusted. Nothing is written."""
    report, before = LogReport(), None
    for batch in _batches():
        report.found += _differences(batch, before, roots)
        report.batches += 1
        report.lines += batch.lines
        report.unsealed += batch.seal is None
        progress(report)
        before = batch
        if len(report.found) >= MOST:
            break
    place = (0, 0) if before is None else (before.last_xid, before.last_id)
    report.waiting = waiting(xid=place[0], event_id=place[1], limit=COUNTED)[0]
    return report


def check_and_keep() -> LogCheck:
    """Check everything, and keep what was found for the page."""
    begun = now()
    report = check_log(authorities.roots())
    found = asdict(report.found[0]) if report.found else {}
    return LogCheck.objects.create(
        begun_at=begun, ended_at=now(), batches=report.batches, lines=report.lines, found=found
    )


def _batches() -> Iterator[Batch]:
    number = 0
    while found := list(Batch.objects.filter(number__gt=number).order_by("number")[:16]):
        yield from found
        number = found[-1].number


def _differences(batch: Batch, before: Batch | None, roots: Sequence[x509.Certificate]) -> Iterator[Difference]:
    number = batch.number
    expected = 1 if before is None else before.number + 1
    if number != expected:
        yield Difference(expected, "the batch is missing", "缺少这一批")
    after = (0, 0) if before is None else (before.last_xid, before.last_id)
    lines = texts_between(after, (batch.last_xid, batch.last_id), limit=batch.lines + BEYOND)
    yield from _lines(batch, lines)
    if batch.seal is not None:
        yield from _seal(batch, before if number == expected else None, roots)


def _lines(batch: Batch, lines: list[LineText]) -> Iterator[Difference]:
    whole = bytes(batch.leaves)
    kept = [whole[at : at + HASH] for at in range(0, len(whole), HASH)]
    own = [leaf_hash(line_bytes(one.columns, one.payload)) for one in lines]
    if Tree(kept).root() != bytes(batch.root) or len(kept) != batch.lines:
        yield Difference(batch.number, "the root does not fit the hashes of its lines", "根哈希与各行的哈希不符")
    if own == kept:
        return
    at = next((place for place, pair in enumerate(zip(own, kept, strict=False)) if pair[0] != pair[1]), None)
    place = min(len(own), len(kept)) if at is None else at
    line = lines[place].id if place < len(lines) else None
    if len(own) == len(kept):
        for place, one in enumerate(lines):
            if own[place] != kept[place]:
                yield Difference(batch.number, "the line was altered", "这一行被改动", one.id)
    elif len(own) < len(kept):
        missing = len(kept) - len(own)
        told = "" if line is None else f", the first of them before line {line}"
        yield Difference(
            batch.number, f"{missing} lines are missing{told}", f"缺少 {missing} 行，第一处缺失在这一行之前", line
        )
    else:
        extra = len(own) - len(kept)
        yield Difference(batch.number, f"{extra} lines were put in", f"多出 {extra} 行", line)


def _seal(batch: Batch, before: Batch | None, roots: Sequence[x509.Certificate]) -> Iterator[Difference]:
    head = head_of(batch, before)
    if head.as_bytes() != bytes(batch.head or b""):
        yield Difference(
            batch.number,
            "its head does not fit the batch or the one before it",
            "批次头与本批内容或前一批不符",
        )
        return
    why = Broken("no root certificate", "没有根证书")
    for root in roots:
        try:
            check_seal_bytes(head.digest, bytes(batch.seal or b""), root=root)
        except Broken as broken:
            why = broken
        else:
            return
    yield Difference(batch.number, f"its seal does not hold: {why}", f"封印无效：{why.zh}")
