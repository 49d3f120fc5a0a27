"""A customer's tier on a day, by one ready statement: what a header shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.customers.queries import InScope, in_scope
from keyuan.kernel.compiled import Compiled
from keyuan.kernel.wording import in_language
from keyuan.tiers.models import Membership
from keyuan.tiers.queries.versions import ladder_of
from keyuan.tiers.rules import Wording

COLUMNS = ("level", "starts_on", "year_ends_on", "converted", "cause", "ladder", "rules")


@dataclass(frozen=True, slots=True)
class TierSeen:
    """A tier that is held: since when, and when it is looked at again. ``converted`` is what it was reached or kept with."""

    level: int
    name: str
    starts_on: date
    year_ends_on: date
    converted: Decimal
    cause: str


def said(words: Wording) -> str:
    """In the reader's language."""
    return in_language(words.zh, words.en)


def _held_on(customer_id: int, on: date) -> QuerySet[Membership, Any]:
    days = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return Membership.objects.filter(days, customer_id=customer_id).order_by("-starts_on", "-id").values_list(*COLUMNS)


_HELD = Compiled(_held_on)


def tier_of(customer_id: int, *, viewer: Viewer, on: date) -> TierSeen | None:
    """The tier of a customer in scope on a day; None: none. Raises CustomerNotFound."""
    return ask_tier(in_scope(customer_id, viewer=viewer), on=on)()


def ask_tier(seen: InScope, *, on: date) -> Callable[[], TierSeen | None]:
    """Ask for the tier of a customer who is known to be in scope, as it was on the day; None: none."""
    asked = _HELD.ask(customer_id=seen.customer_id, on=on)

    def answer() -> TierSeen | None:
        row = next(iter(asked.rows()), None)
        if row is None:
            return None
        level, starts_on, year_ends_on, converted, cause, ladder, number = row
        name = said(ladder_of(ladder, number).tier(level).name)
        return TierSeen(level, name, starts_on, year_ends_on, converted, cause)

    return answer
