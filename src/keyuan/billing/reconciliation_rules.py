"""Where a gateway's file and our records differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from keyuan.billing.gateways.bills import Moved
from keyuan.billing.states import DifferenceKind, Side


@dataclass(frozen=True, slots=True)
class Ours:
    """What we have on record under a number: of an attempt (IN) or a refund (OUT)."""

    number: str
    amount: Decimal
    trade_no: str = ""
    attempt_id: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One difference."""

    kind: DifferenceKind
    side: Side
    number: str
    trade_no: str
    ours: Decimal | None
    theirs: Decimal | None
    attempt_id: int | None = None
    customer_id: int | None = None


def number_of(line: Moved) -> str:
    """Our number of what a line tells: the attempt's, or the refund's."""
    return line.number if line.side == Side.IN else line.request


def compare(
    lines: Iterable[Moved],
    *,
    known: Mapping[tuple[Side, str], Ours],
    expected: Iterable[tuple[Side, str]],
) -> list[Found]:
    """The file against our records.

    ``known``: everything of ours that the file names, whenever it was; ``expected``: what the file must name, because it
    moved on that day.
    """
    sums: dict[tuple[Side, str, str], Decimal] = {}
    for line in lines:
        key = (line.side, number_of(line), line.trade_no)
        sums[key] = sums.get(key, Decimal(0)) + line.amount
    found, named = [], set()
    for (side, number, trade_no), theirs in sums.items():
        ours = known.get((side, number))
        if ours is None or (side == Side.IN and ours.trade_no != trade_no):
            found.append(Found(DifferenceKind.MISSING_HERE, side, number, trade_no, None, theirs))
            continue
        named.add((side, number))
        if ours.amount != theirs:
            found.append(_of(ours, DifferenceKind.AMOUNT, side, trade_no, theirs))
    for wanted in expected:
        if wanted not in named:
            found.append(_of(known[wanted], DifferenceKind.MISSING_THERE, wanted[0], known[wanted].trade_no, None))
    return found


def _of(ours: Ours, kind: DifferenceKind, side: Side, trade_no: str, theirs: Decimal | None) -> Found:
    return Found(kind, side, ours.number, trade_no, ours.amount, theirs, ours.attempt_id, ours.customer_id)
