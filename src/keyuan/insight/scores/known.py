"""What was known of every policy in force on some days: one row a policy and day, in DuckDB, set by set.

Nothing that is dated after the day goes in. ``label`` alone looks later: it says when the policy was left.
"""

# ruff: noqa: S608  constant texts: no value of anybody goes into a statement

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from typing import Final

import duckdb
import polars as pl

from keyuan.insight.scores.ground import Ground

#: A contract that ends sooner after its start is a trip or the like: nobody expects it to be renewed.
SHORTEST_TERM = 300
#: Contact so many days ago is told as none.
NEVER = 1090
#: Calls about the renewal itself come within so many days before it; they are no sign that anybody cares.
RENEWAL_TALK = 50
#: Income below this is not believed when premiums are measured by it.
LEAST_INCOME = 20_000
#: The customer has gone; or stops paying; or has said that they will not renew.
LEAVING: Final = ("surrendered", "lapsed", "suspended", "paid_up", "renewal_declined")
#: The policy is over for a reason that is not the customer's leaving.
OVER: Final = ("claim_terminated", "matured", "transferred", "rescinded", "cooling_off_cancelled")
ENDED: Final = ("surrendered", "lapsed", *OVER)

# 商业车险无赔款优待系数: the price of motor cover by years without claim and claims of the last year. A default that an
# insurer replaces with its own; it only serves to say beforehand that the price will rise.
_BONUS = """CASE WHEN {claims} >= 5 THEN 2.0 WHEN {claims} = 4 THEN 1.75 WHEN {claims} = 3 THEN 1.5
  WHEN {claims} = 2 THEN 1.25 WHEN {claims} = 1 THEN 1.0
  WHEN {free} >= 3 THEN 0.6 WHEN {free} = 2 THEN 0.7 WHEN {free} = 1 THEN 0.85 ELSE 1.0 END"""


def _in(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_STEPS: Final = (
    # Each short policy's last term and each long contract, if it was begun and not over on the day.
    """CREATE TABLE term AS
SELECT d.day, t.policy, max(t.starts_on) AS term_from, arg_max(t.ends_on, t.starts_on) AS due_on,
  arg_max(t.premium, t.starts_on, 2) AS premiums, count(*) AS terms
FROM terms t JOIN days d ON t.known_on <= d.day GROUP BY 1, 2""",
    """CREATE TABLE paid AS
SELECT policy, on_day, until_day, amount,
  on_day - lag(until_day) OVER (PARTITION BY policy ORDER BY until_day, on_day) AS late
FROM facts WHERE kind = 'premium_paid'""",
    """CREATE TABLE payments AS
SELECT d.day, p.policy, max(p.until_day) AS paid_to, arg_max(p.amount, p.on_day) AS amount,
  count(*) FILTER (WHERE p.late > 5 AND p.on_day > d.day - 730) AS late
FROM paid p JOIN days d ON p.on_day <= d.day GROUP BY 1, 2""",
    f"""CREATE TABLE told AS
SELECT d.day, f.policy, bool_or(f.kind IN ({_in(ENDED)})) AS ended,
  max(f.on_day) FILTER (WHERE f.kind = 'suspended') AS suspended_on,
  max(f.on_day) FILTER (WHERE f.kind = 'reinstated') AS reinstated_on,
  max(f.on_day) FILTER (WHERE f.kind = 'renewal_declined') AS declined_on,
  max(f.on_day) FILTER (WHERE f.kind = 'cancel_requested') AS asked_on,
  bool_or(f.kind = 'paid_up') AS paid_up
FROM facts f JOIN days d ON f.on_day <= d.day WHERE f.kind <> 'premium_paid' GROUP BY 1, 2""",
    f"""CREATE TABLE grid AS
SELECT d.day, p.policy, p.customer, p.product, p.line, p.long_term, p.channel, p.payment_mode, p.payment_years,
  p.starts_on, p.ends_on, t.term_from,
  CASE WHEN p.long_term THEN
    p.starts_on + to_years((datediff('year', p.starts_on, d.day)
      + CASE WHEN p.starts_on + to_years(datediff('year', p.starts_on, d.day)::int) <= d.day THEN 1 ELSE 0 END)::int)
    ELSE t.due_on END::date AS due_on,
  t.premiums, m.paid_to, m.amount, coalesce(m.late, 0) AS late, o.reinstated_on, o.asked_on
FROM policies p JOIN days d ON p.signed_on <= d.day AND p.starts_on <= d.day
JOIN term t ON t.policy = p.policy AND t.day = d.day
LEFT JOIN payments m ON m.policy = p.policy AND m.day = d.day
LEFT JOIN told o ON o.policy = p.policy AND o.day = d.day
WHERE NOT coalesce(o.ended, false) AND NOT coalesce(o.paid_up, false)
  AND (o.suspended_on IS NULL OR o.reinstated_on >= o.suspended_on)
  AND CASE WHEN p.long_term THEN p.ends_on IS NULL OR p.ends_on > d.day
      ELSE t.due_on > d.day AND t.due_on - t.term_from >= {SHORTEST_TERM}
        AND (o.declined_on IS NULL OR o.declined_on < t.term_from) END""",
    "CREATE TABLE people AS SELECT DISTINCT g.day, g.customer FROM grid g",
    """CREATE TABLE claimed AS
SELECT g.day, g.policy,
  coalesce(sum(c.occurrences) FILTER (WHERE c.notified_on > g.day - 730), 0)::int AS claims,
  coalesce(bool_or(c.decision = 'refused' AND c.decided_on <= g.day AND c.decided_on > g.day - 730), false) AS refused,
  coalesce(sum(c.occurrences) FILTER (WHERE c.occurred_on >= g.term_from), 0)::int AS y0,
  coalesce(sum(c.occurrences) FILTER (WHERE c.occurred_on >= g.term_from - 366 AND c.occurred_on < g.term_from), 0)::int
    AS y1,
  coalesce(sum(c.occurrences) FILTER (WHERE c.occurred_on >= g.term_from - 731 AND c.occurred_on < g.term_from - 366), 0)::int
    AS y2,
  coalesce(sum(c.occurrences) FILTER (WHERE c.occurred_on >= g.term_from - 1096
    AND c.occurred_on < g.term_from - 731), 0)::int AS y3
FROM grid g JOIN claims c ON c.policy = g.policy AND c.notified_on <= g.day GROUP BY 1, 2""",
    """CREATE TABLE care AS
SELECT p.day, p.customer, bool_or(s.from_on <= p.day) AND NOT bool_or(s.from_on <= p.day
  AND (s.until_on IS NULL OR s.until_on > p.day)) AS orphan
FROM people p JOIN served s ON s.customer = p.customer AND s.from_on <= p.day GROUP BY 1, 2""",
    f"""CREATE TABLE looked AS
SELECT m.customer, m.on_day FROM moments m WHERE m.kind = 'contact' AND NOT EXISTS (
  SELECT 1 FROM (SELECT p.customer, t.ends_on FROM terms t JOIN policies p ON p.policy = t.policy
                 WHERE NOT p.long_term AND t.ends_on - t.starts_on >= {SHORTEST_TERM}) e
  WHERE e.customer = m.customer AND m.on_day BETWEEN e.ends_on - {RENEWAL_TALK} AND e.ends_on)""",
    """CREATE TABLE talked AS
SELECT p.day, p.customer, max(l.on_day) AS looked_on
FROM people p JOIN looked l ON l.customer = p.customer AND l.on_day <= p.day GROUP BY 1, 2""",
    """CREATE TABLE heard AS
SELECT p.day, p.customer, max(m.on_day) FILTER (WHERE m.kind = 'contact') AS spoken_on,
  count(*) FILTER (WHERE m.kind = 'complaint' AND m.on_day > p.day - 365) AS complaints
FROM people p JOIN moments m ON m.customer = p.customer AND m.on_day <= p.day GROUP BY 1, 2""",
    """CREATE TABLE earned AS
SELECT p.day, p.customer, k.kind, k.sex, k.born, k.household,
  coalesce(arg_min(i.before, i.on_day) FILTER (WHERE i.field = 'annual_income'), any_value(k.income)) AS income,
  coalesce(arg_min(i.before, i.on_day) FILTER (WHERE i.field = 'household_income'), any_value(k.household_income))
    AS household_income, any_value(k.capital) AS capital
FROM people p JOIN customers k ON k.customer = p.customer
LEFT JOIN incomes i ON i.customer = p.customer AND i.on_day > p.day GROUP BY ALL""",
    """CREATE TABLE held AS SELECT day, customer, count(*) AS own FROM grid GROUP BY 1, 2""",
    """CREATE TABLE family AS
SELECT e.day, e.household, sum(h.own) AS held FROM earned e JOIN held h ON h.day = e.day AND h.customer = e.customer
WHERE e.household IS NOT NULL GROUP BY 1, 2""",
    """CREATE TABLE left_lately AS
SELECT p.day, p.customer, count(DISTINCT f.policy) AS lost
FROM people p JOIN policies c ON c.customer = p.customer JOIN facts f ON f.policy = c.policy
WHERE f.kind IN ('surrendered', 'lapsed', 'suspended', 'renewal_declined') AND f.on_day <= p.day AND f.on_day > p.day - 365
GROUP BY 1, 2""",
)

_FEATURES: Final = f"""
WITH priced AS (
  SELECT g.*, datediff('day', g.starts_on, g.day) / 365.25 AS held_years,
    CASE WHEN g.long_term THEN
      CASE WHEN g.payment_mode > 0 AND (g.payment_years IS NULL OR g.payment_years = 0
             OR g.day < g.starts_on + to_years(g.payment_years)) THEN g.amount * 12 / g.payment_mode ELSE 0 END
      ELSE g.premiums[1] END AS yearly,
    CASE WHEN NOT g.long_term AND len(g.premiums) > 1 THEN g.premiums[1] / nullif(g.premiums[2], 0) - 1 END AS last_change,
    coalesce(c.claims, 0) AS claims, coalesce(c.refused, false) AS refused,
    coalesce(c.y0, 0) AS y0, coalesce(c.y1, 0) AS y1,
    least(floor(datediff('day', g.starts_on, g.term_from) / 365.0 + 0.1)::int, CASE
      WHEN coalesce(c.y1, 0) > 0 THEN 0 WHEN coalesce(c.y2, 0) > 0 THEN 1 WHEN coalesce(c.y3, 0) > 0 THEN 2 ELSE 3
      END) AS free
  FROM grid g LEFT JOIN claimed c ON c.policy = g.policy AND c.day = g.day
)
SELECT p.day, p.policy, p.customer, p.product, p.line, p.channel, p.payment_mode::double AS payment_mode,
  p.long_term, p.due_on, p.yearly, t.looked_on, h.spoken_on,
  least(p.held_years, 10) AS tenure,
  least(p.yearly / (greatest(coalesce(CASE WHEN e.capital IS NOT NULL THEN e.capital / 4
    ELSE greatest(e.income, e.household_income / 2) END, NULL), {LEAST_INCOME}) / 10), 3) AS pressure,
  CASE WHEN p.line = 'motor' AND NOT p.long_term THEN greatest(least(
    ({_BONUS.format(claims="p.y0", free="p.free + 1")}) / ({_BONUS.format(claims="p.y1", free="p.free")}) - 1, 1), -0.4)
  END AS dearer,
  p.last_change, coalesce(o.orphan, false)::double AS orphan,
  -- Longer ago than anything is looked back on is never.
  CASE WHEN t.looked_on > p.day - {NEVER} THEN datediff('day', t.looked_on, p.day) END::double AS contact_days,
  p.refused::double AS refused, p.claims::double AS claims, p.late::double AS late,
  CASE WHEN p.long_term AND p.yearly > 0 THEN greatest(datediff('day', p.paid_to, p.day), 0) ELSE 0 END::double AS arrears,
  (p.asked_on IS NOT NULL AND p.asked_on > p.day - 365)::double AS asked,
  (p.reinstated_on IS NOT NULL)::double AS reinstated,
  coalesce(h.complaints, 0)::double AS complaints, n.own::double AS own,
  (coalesce(f.held, n.own) - n.own)::double AS family, coalesce(l.lost, 0)::double AS lost,
  CASE WHEN e.kind = 'individual' THEN datediff('day', e.born, p.day) / 365.25 END AS age,
  coalesce(e.sex, '') AS sex
FROM priced p JOIN earned e ON e.day = p.day AND e.customer = p.customer
JOIN held n ON n.day = p.day AND n.customer = p.customer
LEFT JOIN care o ON o.day = p.day AND o.customer = p.customer
LEFT JOIN talked t ON t.day = p.day AND t.customer = p.customer
LEFT JOIN heard h ON h.day = p.day AND h.customer = p.customer
LEFT JOIN family f ON f.day = e.day AND f.household = e.household
LEFT JOIN left_lately l ON l.day = p.day AND l.customer = p.customer
ORDER BY p.day, p.policy
"""

# When the customer of each row left, if the ground tells: the first thing of its kind after the day.
_LABELS: Final = f"""
SELECT x.day, x.policy,
  least(x.left_on, CASE WHEN NOT x.long_term THEN x.last_end END) AS left_on,
  least(x.over_on, CASE WHEN x.long_term THEN x.ends_on END) AS over_on
FROM (
  SELECT g.day, g.policy, g.long_term, g.ends_on, (SELECT max(t.ends_on) FROM terms t WHERE t.policy = g.policy) AS last_end,
    min(f.on_day) FILTER (WHERE f.kind IN ({_in(LEAVING)})) AS left_on,
    min(f.on_day) FILTER (WHERE f.kind IN ({_in(OVER)})) AS over_on
  FROM grid g LEFT JOIN facts f ON f.policy = g.policy AND f.on_day > g.day AND f.kind <> 'premium_paid'
  GROUP BY 1, 2, 3, 4
) x ORDER BY x.day, x.policy
"""


def features(ground: Ground, days: Sequence[date], *, labels: bool = False) -> pl.DataFrame:
    """A row for each policy in force on each day, with what was known on it; with ``labels`` also left_on and over_on."""
    threads = int(os.environ.get("OMP_NUM_THREADS") or 2)
    with duckdb.connect(config={"threads": threads}) as connection:
        for name, table in ground.tables.items():
            connection.register(f"{name}_arrow", table)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_arrow")
            connection.unregister(f"{name}_arrow")
        connection.execute("CREATE TABLE days AS SELECT unnest(?::date[]) AS day", [list(days)])
        for step in _STEPS:
            connection.execute(step)
        rows = _frame(connection, _FEATURES)
        if not labels:
            return rows
        later = _frame(connection, _LABELS)
        return rows.with_columns(later["left_on"], later["over_on"])


def _frame(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    found = pl.from_arrow(connection.sql(sql).to_arrow_table())
    assert isinstance(found, pl.DataFrame)  # noqa: S101  a table is a frame
    return found
