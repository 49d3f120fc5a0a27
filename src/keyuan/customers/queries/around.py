"""What surrounds a customer: one plain statement, for the 360 page waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from keyuan.customers.queries.scope import InScope, visible
from keyuan.customers.queries.ties_then import household_then, relations_then
from keyuan.kernel.statements import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyuan.accounts.scope import Viewer

_AROUND = """
SELECT 'household' AS what, other.id, other.number, other.name, member.role, NULL::timestamptz, NULL::date
FROM customers_householdmember own
JOIN customers_householdmember member ON member.household_id = own.household_id AND member.customer_id <> own.customer_id
JOIN customers_customer other ON other.id = member.customer_id
WHERE own.customer_id = %(id)s
UNION ALL
SELECT 'relation', other.id, other.number, other.name, relation.kind, NULL, NULL
FROM customers_relation relation JOIN customers_customer other ON other.id = relation.other_id
WHERE relation.customer_id = %(id)s AND (relation.since IS NULL OR relation.since <= %(on)s)
UNION ALL
SELECT 'consent', 0, '', '', purpose, given_at, NULL
FROM customers_consent
WHERE customer_id = %(id)s AND given_at < %(at)s AND (withdrawn_at IS NULL OR withdrawn_at >= %(at)s)
UNION ALL
(SELECT 'agent', 0, agent.code, agent.name, '', NULL, agent.left_on
FROM customers_assignment assignment JOIN agents_agent agent ON agent.id = assignment.agent_id
WHERE assignment.customer_id = %(id)s AND assignment.kind = 'servicing' AND assignment.starts_on <= %(on)s
  AND (assignment.ends_on IS NULL OR assignment.ends_on > %(on)s)
ORDER BY assignment.starts_on DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody tied to the customer; ``number`` is empty where the viewer may not open their page."""

    customer_id: int
    number: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class ServedBy:
    """The agent who served the customer; ``left_on`` is their first day outside the company."""

    name: str
    code: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Around:
    """Household (without the customer), relations known by the day, purposes agreed to and since when, and the agent."""

    household: list[Near]
    relations: list[Near]
    consents: dict[str, datetime]
    agent: ServedBy | None


def ask_around(seen: InScope, *, on: date, at: datetime, past: bool = False) -> Callable[[], Around]:
    """Ask for all around the customer on the day ``on``, consents at the moment ``at``; a second query for a narrow scope,
    and for a ``past`` day some more for what has ended since."""
    asked = ask(_AROUND, {"id": seen.customer_id, "on": on, "at": at})
    return lambda: _around(_as_then(asked.rows(), seen, on=on, at=at) if past else asked.rows(), seen.viewer)


def _as_then(rows: list[tuple[Any, ...]], seen: InScope, *, on: date, at: datetime) -> list[tuple[Any, ...]]:
    """The same rows with the ties of that moment in the place of today's."""
    household = household_then(seen.customer_id, at=at)
    relations = relations_then(seen.customer_id, on=on, at=at)
    return [
        *(("household", one.customer_id, one.number, one.name, one.role, None, None) for one in household),
        *(("relation", one.customer_id, one.number, one.name, one.role, None, None) for one in relations),
        *(row for row in rows if row[0] not in ("household", "relation")),
    ]


def _around(found: list[tuple[Any, ...]], viewer: Viewer) -> Around:
    rows = sorted(found, key=lambda row: (row[4], row[1]))
    ids = {row[1] for row in rows if row[1]}
    if ids and not viewer.sees_whole_company:
        ids = set(visible(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    return Around(
        [_near(row, ids) for row in rows if row[0] == "household"],
        [_near(row, ids) for row in rows if row[0] == "relation"],
        {row[4]: row[5] for row in rows if row[0] == "consent"},
        next((ServedBy(row[3], row[2], row[6]) for row in rows if row[0] == "agent"), None),
    )


def _near(row: tuple[Any, ...], seen: set[int]) -> Near:
    _, id_, number, name, role, *_rest = row
    return Near(id_, number, name, role) if id_ in seen else Near(0, "", name, role)
