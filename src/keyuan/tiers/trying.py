"""What other rules would make of the book, before they hold: how many customers each level would have."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from keyuan.accounts.scope import Viewer
from keyuan.tiers import rules
from keyuan.tiers.queries.measuring import measured
from keyuan.tiers.queries.scope import standings
from keyuan.tiers.queries.versions import in_force
from keyuan.tiers.rules import Ladder, Measure

#: So many customers are measured anew; of a larger book those with the lowest ids stand for all.
MOST = 200_000


def preview(draft: Ladder, *, viewer: Viewer, on: date) -> dict[str, Any]:
    """Customers by level under the rules in force and under the draft, and how many would go up or down.

    Nobody goes down before their membership year is over: ``down`` is what the draft would come to.
    """
    present = in_force(draft.code, on=on)
    rows = measured({draft.code: draft}, viewer=viewer, on=on).filter(customer__kind=draft.code)
    now, then = Counter[int](), Counter[int]()
    up = down = 0
    known = {
        pk: (converted, contribution)
        for pk, converted, contribution in standings(viewer=viewer)
        .filter(customer__kind=draft.code)
        .order_by("pk")
        .values_list("pk", "converted", "contribution")[:MOST]
    }
    fresh = dict(rows.order_by("customer_id").values_list("customer_id", "converted")[:MOST])
    for customer in known.keys() | fresh.keys():
        converted, contribution = known.get(customer, (rules.ZERO, None))
        before = rules.level_of(Measure(converted, contribution), present)
        after = rules.level_of(Measure(fresh.get(customer, rules.ZERO), contribution), draft)
        now[before] += 1
        then[after] += 1
        up, down = up + (after > before), down + (after < before)
    return {
        "day": on.isoformat(),
        "looked_at": sum(now.values()),
        "up": up,
        "down": down,
        "now": {str(level): n for level, n in sorted(now.items())},
        "then": {str(level): n for level, n in sorted(then.items())},
    }
