"""When premiums fall due and how much each is. Pure: a quote and a day in, instalments out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keyuan.billing.states import InstalmentState
from keyuan.kernel.money import Money
from keyuan.kernel.term import add_months


@dataclass(frozen=True, slots=True)
class Due:
    """One premium; ``number`` counts from 1."""

    number: int
    due_on: date
    amount: Money


def instalments(yearly: Sequence[Money], *, years: int, starts_on: date, mode: int) -> tuple[Due, ...]:
    """All premiums: those of one policy year, as the quote tells them, in each of ``years`` years.

    Days are counted from the start, so that the 31st does not drift to the 28th (policies.rules.paid_to_after); with a
    single premium (mode 0) there is one, on the first day.
    """
    if mode and len(yearly) * mode != 12:
        raise ValueError(f"{len(yearly)} premiums a year are not one every {mode} months")
    if not mode and (len(yearly), years) != (1, 1):
        raise ValueError("a single premium is one")
    amounts = [amount for _ in range(years) for amount in yearly]
    return tuple(
        Due(number, add_months(starts_on, (number - 1) * mode), amount)
        for number, amount in enumerate(amounts, start=1)
    )


def state_on(day: date, *, due_on: date, paid_on: date | None, closed_on: date | None = None) -> InstalmentState:
    """What holds of a premium on a day. Overdue begins the day after it was due (民法典 §201)."""
    if paid_on is not None and paid_on <= day:
        return InstalmentState.PAID
    if closed_on is not None and closed_on <= day:
        return InstalmentState.CLOSED
    if day < due_on:
        return InstalmentState.UPCOMING
    return InstalmentState.DUE if day == due_on else InstalmentState.OVERDUE
