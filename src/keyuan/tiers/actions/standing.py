"""Where customers stand by both scales, written for many at once in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.tiers.queries.measuring import measured
from keyuan.tiers.rules import Ladder


@dataclass(frozen=True, slots=True)
class Whom:
    """Which customers are looked at: those of some ids, or those from one id up to (not with) another."""

    ids: tuple[int, ...] = ()
    since: int = 0
    until: int = 0

    def by(self, column: str) -> Q:
        if self.ids:
            return Q(**{f"{column}__in": self.ids})
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})


# The steps of all ladders come as columns; whoever counts nothing, is known for nothing and holds nothing gets no row.
_WRITE = """
WITH counted (customer_id, converted, policies) AS ({measured}),
person (customer_id, kind) AS ({people}),
step (kind, level, premium, contribution) AS (
  SELECT * FROM unnest(%s::text[], %s::int[], %s::numeric[], %s::numeric[])
),
ruled (kind, by) AS (SELECT * FROM unnest(%s::text[], %s::text[])),
whole AS (
  SELECT p.customer_id, p.kind, coalesce(c.policies, 0) AS policies, coalesce(c.converted, 0) AS converted, s.contribution
  FROM person p LEFT JOIN counted c USING (customer_id) LEFT JOIN tiers_standing s USING (customer_id)
  WHERE c.customer_id IS NOT NULL OR s.customer_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM tiers_membership m WHERE m.customer_id = p.customer_id AND m.ends_on IS NULL)
),
levelled AS (
  SELECT w.*, reached.by_premium, CASE WHEN w.contribution IS NOT NULL THEN reached.by_contribution END AS by_contribution
  FROM whole w CROSS JOIN LATERAL (
    SELECT coalesce(max(t.level) FILTER (WHERE w.converted >= t.premium), 0) AS by_premium,
      coalesce(max(t.level) FILTER (WHERE w.contribution >= t.contribution), 0) AS by_contribution
    FROM step t WHERE t.kind = w.kind
  ) reached
)
INSERT INTO tiers_standing AS kept (customer_id, policies, converted, contribution, by_premium, by_contribution, level)
SELECT l.customer_id, l.policies, l.converted, l.contribution, l.by_premium, l.by_contribution,
  CASE WHEN l.by_contribution IS NULL OR r.by = 'premium' THEN l.by_premium
       WHEN r.by = 'contribution' THEN l.by_contribution
       WHEN r.by = 'higher' THEN greatest(l.by_premium, l.by_contribution)
       ELSE least(l.by_premium, l.by_contribution) END
FROM levelled l JOIN ruled r USING (kind)
ON CONFLICT (customer_id) DO UPDATE SET policies = excluded.policies, converted = excluded.converted,
  by_premium = excluded.by_premium, by_contribution = excluded.by_contribution, level = excluded.level
WHERE (kept.policies, kept.converted, kept.by_premium, kept.by_contribution, kept.level)
  IS DISTINCT FROM (excluded.policies, excluded.converted, excluded.by_premium, excluded.by_contribution, excluded.level)
"""


def write_standings(whom: Whom, ladders: Mapping[str, Ladder], *, viewer: Viewer, on: date) -> None:
    """Count what every one of them has in force on the day, and the levels that it reaches; what stays is not touched."""
    sql, values = statement(whom, ladders, viewer=viewer, on=on)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def statement(whom: Whom, ladders: Mapping[str, Ladder], *, viewer: Viewer, on: date) -> tuple[str, list[Any]]:
    """The statement and its values, also for whoever wants to see its plan."""
    counted, counted_values = _composed(measured(ladders, viewer=viewer, on=on).filter(whom.by("customer_id")))
    people = customers.visible(viewer).filter(whom.by("pk")).order_by().values_list("pk", "kind")
    person, person_values = _composed(people)
    steps = [(code, tier) for code, ladder in ladders.items() for tier in ladder.tiers if tier.level]
    columns: list[list[Any]] = [
        [code for code, _tier in steps],
        [tier.level for _code, tier in steps],
        [tier.premium for _code, tier in steps],
        [tier.contribution for _code, tier in steps],
        list(ladders),
        [str(ladder.rules_by) for ladder in ladders.values()],
    ]
    return _WRITE.format(measured=counted, people=person), [*counted_values, *person_values, *columns]


def _composed(found: QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    sql, values = found.query.sql_with_params()
    # The text goes through ``format`` once: braces of its own would be taken for gaps.
    return sql, list(values)
