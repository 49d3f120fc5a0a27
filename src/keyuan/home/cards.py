"""A policy as a card: what it is, and which buttons it has. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from keyuan.policies.states import NextDateKind

if TYPE_CHECKING:
    from keyuan.customer360.shapes import DueDay, Holding

SHORTEST_RENEWED: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Card:
    """``document``: made (True), being made (False), or none because the policy was not sold through us (None).

    ``days_left``: of the cooling-off period, today included as 0 on its last day; None outside it.
    """

    policy: Holding
    document: bool | None
    days_left: int | None

    @property
    def dates(self) -> tuple[DueDay, ...]:
        """What is due when. Cover for a journey ends with it: nobody waits for a renewal."""
        seen = self.policy
        short = seen.ends_on is not None and seen.ends_on - seen.starts_on < SHORTEST_RENEWED
        return tuple(one for one in seen.next_dates if not (short and one.kind.code == NextDateKind.RENEWAL))


def card(seen: Holding, documents: Mapping[int, bool]) -> Card:
    """The card of a policy."""
    ends = (one.days_left for one in seen.next_dates if one.kind.code == NextDateKind.COOLING_OFF_END)
    end = next(ends, None)
    return Card(seen, documents.get(seen.id), None if end is None else end - 1)
