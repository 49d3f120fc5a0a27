"""What holds for a claim on a day, and which legal clocks run. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from keyuan.claims.states import MOVES, ClaimStatus, ClockKind, Decision, Step


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """The dated facts of a claim; None: it has not happened."""

    notified_on: date
    papers_complete_on: date | None = None
    decided_on: date | None = None
    decision: str = ""
    refusal_notified_on: date | None = None
    paid_on: date | None = None
    closed_on: date | None = None

    def as_of(self, on: date) -> ClaimFacts:
        """The facts without those that came after the day ``on``."""

        def known(day: date | None) -> date | None:
            return None if day is None or day > on else day

        decided_on = known(self.decided_on)
        return ClaimFacts(
            notified_on=self.notified_on,
            papers_complete_on=known(self.papers_complete_on),
            decided_on=decided_on,
            decision="" if decided_on is None else self.decision,
            refusal_notified_on=known(self.refusal_notified_on),
            paid_on=known(self.paid_on),
            closed_on=known(self.closed_on),
        )


@dataclass(frozen=True, slots=True)
class ClaimClocks:
    """The law's periods in days, with the articles they come from (claims/clocks.py)."""

    decision_days: int
    payment_days: int
    refusal_notice_days: int
    undisputed_days: int
    articles: tuple[tuple[ClockKind, str], ...] = ()


class LegalClock(NamedTuple):
    """One running or finished period. ``deadline`` is the last day that is still in time."""

    kind: ClockKind
    started_on: date
    deadline: date
    done_on: date | None
    article: str

    def overdue(self, on: date) -> bool:
        """Whether it is still undone on ``on``, after the deadline."""
        return self.done_on is None and on > self.deadline

    @property
    def late(self) -> bool:
        """Whether it was done, but after the deadline."""
        return self.done_on is not None and self.done_on > self.deadline


def statuses(facts: ClaimFacts, *, on: date, clocks: ClaimClocks) -> frozenset[ClaimStatus]:
    """Everything that holds on the day ``on``; nothing before the claim was notified."""
    if on < facts.notified_on:
        return frozenset()
    known = facts.as_of(on)
    held = _progress(known)
    if known.closed_on is not None:
        return frozenset((held - _OPEN) | {ClaimStatus.CLOSED})
    if any(clock.overdue(on) for clock in legal_clocks(facts, on=on, clocks=clocks)):
        held.add(ClaimStatus.OVERDUE)
    return frozenset(held)


_OPEN = {ClaimStatus.NOTIFIED, ClaimStatus.IN_ASSESSMENT, ClaimStatus.DECIDED, ClaimStatus.PAYMENT_DUE}


def _progress(known: ClaimFacts) -> set[ClaimStatus]:
    if known.paid_on is not None:
        return {ClaimStatus.PAID}
    if known.decision == Decision.REFUSED:
        return {ClaimStatus.REFUSED}
    if known.decided_on is not None:
        return {ClaimStatus.DECIDED, ClaimStatus.PAYMENT_DUE}
    if known.papers_complete_on is not None:
        return {ClaimStatus.IN_ASSESSMENT}
    return {ClaimStatus.NOTIFIED}


def legal_clocks(facts: ClaimFacts, *, on: date, clocks: ClaimClocks) -> tuple[LegalClock, ...]:
    """The clocks that have started by ``on``. While papers are missing the clock of the decision does not run (§22, §23)."""
    known = facts.as_of(on)
    articles = dict(clocks.articles)
    found: list[LegalClock] = []

    def start(kind: ClockKind, day: date, days: int, done_on: date | None) -> None:
        found.append(LegalClock(kind, day, day + timedelta(days=days), done_on, articles.get(kind, "")))

    # A claim that is closed without a decision was withdrawn: nothing is owed any more.
    decided = known.decided_on or known.closed_on
    if known.papers_complete_on is not None:
        # 保险法 §23: decide within 30 days of the request with its papers.
        start(ClockKind.DECISION, known.papers_complete_on, clocks.decision_days, decided)
        if decided is None:
            # 保险法 §25: unresolved at 60 days, pay what is not in dispute.
            start(ClockKind.UNDISPUTED_PAYMENT, known.papers_complete_on, clocks.undisputed_days, known.paid_on)
    if known.decided_on is not None and known.decision == Decision.REFUSED:
        # 保险法 §24: refusal notice with reasons within 3 days of the decision.
        notified = known.refusal_notified_on or known.closed_on
        start(ClockKind.REFUSAL_NOTICE, known.decided_on, clocks.refusal_notice_days, notified)
    elif known.decided_on is not None:
        # 保险法 §23: pay within 10 days of the agreement.
        start(ClockKind.PAYMENT, known.decided_on, clocks.payment_days, known.paid_on)
    return tuple(found)


def may(step: Step, held: frozenset[ClaimStatus]) -> bool:
    """Whether the table of moves allows the step while ``held`` holds."""
    return ClaimStatus.CLOSED not in held and bool(MOVES[step] & held)
