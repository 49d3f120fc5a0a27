"""What holds for a complaint on a day, and by when it must be dealt with. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.servicedesk.states import COMPLAINT_MOVES, ComplaintStatus, ComplaintStep


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """The dated facts of a complaint; None: it has not happened."""

    received_on: date
    complex_on: date | None = None
    extended_on: date | None = None
    decided_on: date | None = None
    told_on: date | None = None
    closed_on: date | None = None

    def as_of(self, on: date) -> ComplaintFacts:
        """The facts without those that came after the day ``on``."""

        def known(day: date | None) -> date | None:
            return None if day is None or day > on else day

        return ComplaintFacts(
            self.received_on,
            known(self.complex_on),
            known(self.extended_on),
            known(self.decided_on),
            known(self.told_on),
            known(self.closed_on),
        )


@dataclass(frozen=True, slots=True)
class ComplaintClocks:
    """《银行业保险业消费投诉处理管理办法》: days to decide (simple, complex, extended) and to tell the decision."""

    simple_days: int
    complex_days: int
    extended_days: int
    notice_days: int


def decide_by(facts: ComplaintFacts, *, clocks: ComplaintClocks) -> date:
    """The last day on which a decision is in time, by what has been found and approved."""
    days = clocks.simple_days
    if facts.complex_on is not None:
        days = clocks.complex_days
    if facts.extended_on is not None:
        days = clocks.extended_days
    return facts.received_on + timedelta(days=days)


def deadline(facts: ComplaintFacts, *, on: date, clocks: ComplaintClocks) -> date | None:
    """The last day of what is owed next on the day ``on``: the decision, then its notice; None when nothing is."""
    known = facts.as_of(on)
    if known.closed_on is not None or known.told_on is not None:
        return None
    if known.decided_on is not None:
        return known.decided_on + timedelta(days=clocks.notice_days)
    return decide_by(known, clocks=clocks)


def statuses(facts: ComplaintFacts, *, on: date, clocks: ComplaintClocks) -> frozenset[ComplaintStatus]:
    """Everything that holds on the day ``on``; nothing before the complaint was received."""
    if on < facts.received_on:
        return frozenset()
    known = facts.as_of(on)
    if known.closed_on is not None:
        return frozenset({ComplaintStatus.CLOSED})
    held = _progress(known)
    by = deadline(facts, on=on, clocks=clocks)
    if by is not None and on > by:
        held.add(ComplaintStatus.OVERDUE)
    return frozenset(held)


def _progress(known: ComplaintFacts) -> set[ComplaintStatus]:
    if known.decided_on is not None:
        return {ComplaintStatus.DECIDED} | ({ComplaintStatus.NOTICE_DUE} if known.told_on is None else set())
    held = {ComplaintStatus.OPEN}
    if known.complex_on is not None:
        held.add(ComplaintStatus.COMPLEX)
    if known.extended_on is not None:
        held.add(ComplaintStatus.EXTENDED)
    return held


def may(step: ComplaintStep, held: frozenset[ComplaintStatus]) -> bool:
    """Whether the table of moves allows the step while ``held`` holds."""
    needs, never = COMPLAINT_MOVES[step]
    return bool(needs & held) and not never & held
