"""What falls due in a period, as SQL over the whole book: terms that end, and premiums of long-term cover.

retention/rules.py says the same in Python for one policy; a test there compares the two over random books. The rooms
above read it as a table expression, so that one statement answers "the list of this month" at any size.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet

from keyuan.policies.clocks import clocks_for
from keyuan.policies.states import ENDINGS, Channel, PaymentMode
from keyuan.products.queries import product_lines

if TYPE_CHECKING:
    from keyuan.customers.models import Customer

LARGE, REMEMBERED, NEAR = 100_000, 600.0, 1_000
CHECKED = "policies.terms_checked_to"
_WITHOUT_TERMS = """
SELECT EXISTS (SELECT 1 FROM policies_policy p
               WHERE NOT EXISTS (SELECT 1 FROM policies_policyterm t WHERE t.policy_id = p.id) {})
"""
_remembered: dict[str, tuple[bool, float]] = {}

# Each statement walks the days of the period in the order of an index that holds all it needs, and asks for everything
# else by the policy of the row: LATERAL … OFFSET 0 keeps PostgreSQL from reading a whole table beside the month's rows,
# and from working a state out more than once.
# A policy without any term on record is covered from its start to its end (rules, queries/holdings.covers).
# kind, policy_id, customer_id, product_id, payment_mode, premium, due_on, settled, lapses_on, declined_on.
_TERM_ENDS = """
SELECT 'term_end' AS kind, t.policy_id, t.customer_id, p.product_id, p.payment_mode, t.premium, t.ends_on AS due_on,
  next.settled, t.ends_on AS lapses_on, other.declined_on
FROM policies_policyterm t
CROSS JOIN LATERAL (
  SELECT p.product_id, p.payment_mode, p.starts_on, p.signed_on FROM policies_policy p
  WHERE p.id = t.policy_id AND p.product_id = ANY(%(short)s) AND p.signed_on <= %(on)s
    AND (t.starts_on = p.starts_on OR coalesce(t.agreed_on, t.starts_on) <= %(on)s) OFFSET 0) p
CROSS JOIN LATERAL (
  SELECT max(f."on") FILTER (WHERE f.kind = 'renewal_declined' AND f."on" >= t.starts_on) AS declined_on,
    coalesce(bool_or(f.kind = ANY(%(endings)s) AND f."on" < t.ends_on AND f."on" >= CASE
      WHEN t.starts_on = p.starts_on THEN p.signed_on ELSE coalesce(t.agreed_on, t.starts_on) END), false) AS ended
  FROM policies_policyfact f WHERE f.policy_id = t.policy_id AND NOT (f.kind = 'premium_paid') AND f."on" <= %(on)s
  OFFSET 0) other
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT 1 FROM policies_policyterm n WHERE n.policy_id = t.policy_id AND n.starts_on >= t.ends_on
                 AND coalesce(n.agreed_on, n.starts_on) <= %(on)s) AS settled OFFSET 0) next
WHERE t.ends_on >= %(first_term)s AND t.ends_on < %(last)s AND t.ends_on >= t.starts_on + %(shortest)s::int
  AND NOT other.ended {scope_t}
"""
_ENDS_WITHOUT_TERMS = """
SELECT 'term_end' AS kind, p.id AS policy_id, p.customer_id, p.product_id, p.payment_mode, p.premium, p.ends_on AS due_on,
  false AS settled, p.ends_on AS lapses_on,
  (SELECT max(f."on") FROM policies_policyfact f WHERE f.policy_id = p.id AND f.kind = 'renewal_declined'
   AND f."on" BETWEEN p.starts_on AND %(on)s) AS declined_on
FROM policies_policy p
WHERE p.ends_on >= %(first_term)s AND p.ends_on < %(last)s AND p.ends_on >= p.starts_on + %(shortest)s::int
  AND p.product_id = ANY(%(short)s) AND p.signed_on <= %(on)s
  AND NOT EXISTS (SELECT 1 FROM policies_policyterm t WHERE t.policy_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM policies_policyfact e WHERE e.policy_id = p.id AND e.kind = ANY(%(endings)s)
                  AND e."on" < p.ends_on AND e."on" <= %(on)s AND e."on" >= p.signed_on)
  {scope_p}
"""
_PREMIUMS = """
SELECT 'premium' AS kind, f.policy_id, f.customer_id, p.product_id, p.payment_mode, p.premium, f.until AS due_on,
  later.settled,
  LEAST(f.until + (%(grace)s::int[])[array_position(%(long)s::bigint[], p.product_id::bigint)] + 1,
        other.demanded_on + (%(after_demand)s::int[])[array_position(%(long)s::bigint[], p.product_id::bigint)] + 1,
        other.ended_on) AS lapses_on,
  NULL::date AS declined_on
FROM policies_policyfact f
CROSS JOIN LATERAL (
  SELECT p.product_id, p.payment_mode, p.premium FROM policies_policy p
  WHERE p.id = f.policy_id AND p.product_id = ANY(%(long)s) AND p.payment_mode <> %(single)s AND p.signed_on <= %(on)s
    AND (p.ends_on IS NULL OR f.until < p.ends_on)
    AND (coalesce(p.payment_years, 0) = 0
         OR f.until < (p.starts_on + make_interval(years => p.payment_years))::date) OFFSET 0) p
CROSS JOIN LATERAL (
  SELECT max(o."on") FILTER (WHERE o.kind = 'premium_demanded' AND o."on" >= f.until) AS demanded_on,
    min(o."on") FILTER (WHERE o.kind = ANY(%(endings)s)) AS ended_on,
    coalesce(bool_or(o.kind = 'paid_up'), false) AS paid_up
  FROM policies_policyfact o WHERE o.policy_id = f.policy_id AND NOT (o.kind = 'premium_paid') AND o."on" <= %(on)s
  OFFSET 0) other
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT 1 FROM policies_policyfact n WHERE n.policy_id = f.policy_id AND n.kind = 'premium_paid'
                 AND n.until > f.until AND n."on" <= %(on)s) AS settled,
    EXISTS (SELECT 1 FROM policies_policyfact n WHERE n.policy_id = f.policy_id AND n.kind = 'premium_paid'
            AND n.until = f.until AND n."on" <= %(on)s AND n.id < f.id) AS twice OFFSET 0) later
WHERE f.kind = 'premium_paid' AND f.until >= %(first_premium)s AND f.until < %(last)s AND f."on" <= %(on)s
  AND NOT later.twice AND (later.settled OR NOT other.paid_up)
  AND (other.ended_on IS NULL OR other.ended_on >= f.until) {scope_f}
"""


def dues_sql(
    scope: QuerySet[Customer, Any] | None,
    *,
    first: date,
    last: date,
    on: date,
    shortest_days: int,
    kinds: Sequence[str] = ("term_end", "premium"),
    lines: Iterable[str] = (),
    alive: bool = False,
) -> tuple[list[str], dict[str, Any]]:
    """The table expressions (to be united) for what falls due from ``first`` to before ``last``, as it is known on ``on``.

    ``scope`` are the customers that the caller may see (None: all); whoever composes this has asked
    ``customers.queries.visible``. ``lines`` narrows to lines of business; ``alive`` to what can still be saved on
    the day. Raises EmptyResultSet for an empty scope.
    """
    wanted = set(lines)
    sold = [product for product in product_lines() if not wanted or product.line in wanted]
    long_term = [product for product in sold if product.long_term]
    clocks = [
        clocks_for(product=one.code, line=one.line, channel=Channel.AGENT, long_term=True, on=on) for one in long_term
    ]
    longest = max((clock.grace_days for clock in clocks), default=0)
    parameters: dict[str, Any] = {
        "first": first,
        "first_term": max(first, on + timedelta(days=1)) if alive else first,
        "first_premium": max(first, on - timedelta(days=longest)) if alive else first,
        "last": last,
        "on": on,
        "shortest": shortest_days,
        "short": [product.pk for product in sold if not product.long_term],
        "long": [product.pk for product in long_term],
        "grace": [clock.grace_days for clock in clocks],
        "after_demand": [clock.grace_after_demand_days for clock in clocks],
        "endings": sorted(ENDINGS),
        "single": PaymentMode.SINGLE.value,
    }
    condition = _in_scope(scope, parameters)
    parts = []
    if "term_end" in kinds and parameters["short"]:
        parts.append(_TERM_ENDS)
        if _some_have_no_terms():
            parts.append(_ENDS_WITHOUT_TERMS)
    if "premium" in kinds and parameters["long"]:
        parts.append(_PREMIUMS)
    texts = [
        part.format(scope_t=condition("t"), scope_f=condition("f"), scope_p=condition("p"))
        for part in parts or [_TERM_ENDS]
    ]
    return texts, parameters


def _some_have_no_terms() -> bool:
    """Whether any policy may have no term on record, as in a book that was imported without them.

    In a large book finding none takes seconds: the worker does that (``check_terms``), and here only the policies that
    came since are looked at, once in some minutes. Before the worker has looked the answer is yes: slower, and right.
    """
    known, at = _remembered.get(CHECKED, (True, -REMEMBERED))
    if time.monotonic() - at <= REMEMBERED:
        return known
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'policies_policy'::regclass")
        known = True
        if cursor.fetchone()[0] >= LARGE:
            checked = cache.get(CHECKED)
            if checked is not None:
                cursor.execute(_WITHOUT_TERMS.format("AND p.id > %s"), [checked])
                known = cursor.fetchone()[0]
            _remembered[CHECKED] = (known, time.monotonic())
        return known


def check_terms() -> None:
    """Look through the whole book for policies without any term on record, and remember up to which one there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM policies_policy")
        newest = cursor.fetchone()[0]
        cursor.execute(_WITHOUT_TERMS.format(""))
        if cursor.fetchone()[0]:
            cache.delete(CHECKED)
        else:
            # What was being written meanwhile has a number near the newest.
            cache.set(CHECKED, max(0, newest - NEAR), timeout=2 * 24 * 3600)


def _in_scope(scope: QuerySet[Customer, Any] | None, parameters: dict[str, Any]) -> Callable[[str], str]:
    """A condition on the customer of a row, with its parameters by name."""
    if scope is None:
        return lambda table: ""
    sql, values = scope.values("pk").query.sql_with_params()
    names = {f"scope_{place}": value for place, value in enumerate(values)}
    parameters |= names
    subquery = sql % tuple(f"%({name})s" for name in names)
    return lambda table: f"AND {table}.customer_id IN ({subquery})"
