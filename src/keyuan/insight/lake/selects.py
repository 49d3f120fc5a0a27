"""What is read for each table of the lake: one statement a table, its columns in the order of ``declared.py``.

Gaps in braces are filled by ``exporting.py`` from closed lists (kinds of facts, shares of commission), never from a book.
"""

from __future__ import annotations

from typing import Final

#: Later than any cover: what has no end ends here, so that every stretch has two days.
NO_END: Final = "9999-12-31"
#: A word that somebody typed goes into the lake only if so many customers have it: a rare one may tell who they are.
FEWEST: Final = 5


def _common(table: str, column: str) -> str:
    found = f"SELECT {column} FROM {table} WHERE {column} <> '' GROUP BY 1 HAVING count(*) >= {FEWEST}"  # noqa: S608
    return f"({found})"


def _word(row: str, known: str, column: str) -> str:
    return f"CASE WHEN {known}.{column} IS NOT NULL THEN {row}.{column} WHEN {row}.{column} <> '' THEN 'other' END"


# The day on which what happened on ``day`` was underwritten: the start of its term, or of a long contract.
def _underwritten(day: str) -> str:
    latest = f"SELECT max(t.starts_on) FROM policies_policyterm t WHERE t.policy_id = p.id AND t.starts_on <= {day}"  # noqa: S608
    return f"CASE WHEN d.long_term THEN p.starts_on ELSE coalesce(({latest}), p.starts_on) END"


CUSTOMERS: Final = f"""
SELECT c.id AS customer, c.kind, c.org_unit_id AS unit, c.source,
  (c.created_at AT TIME ZONE 'Asia/Shanghai')::date AS known_on, extract(year FROM q.starts_on)::int AS cohort,
  nullif(p.sex, '') AS sex, date_trunc('month', p.birth_date)::date AS born, nullif(p.education, '') AS education,
  nullif(p.marital_status, '') AS marital, {_word("p", "o", "occupation")} AS occupation, p.occupation_class,
  {_word("e", "n", "business_nature")} AS nature, {_word("e", "i", "industry")} AS industry,
  nullif(left(coalesce(nullif(p.region, ''), e.region), 4), '') AS region,
  c.kind || '-' || lpad(coalesce(m.level, 0)::text, 2, '0') AS tier
FROM customers_customer c
LEFT JOIN (SELECT customer_id, min(starts_on) AS starts_on FROM policies_policy GROUP BY 1) q ON q.customer_id = c.id
LEFT JOIN tiers_membership m ON m.customer_id = c.id AND m.ends_on IS NULL
LEFT JOIN customers_person p ON p.customer_id = c.id
LEFT JOIN {_common("customers_person", "occupation")} o ON o.occupation = p.occupation
LEFT JOIN customers_enterprise e ON e.customer_id = c.id
LEFT JOIN {_common("customers_enterprise", "business_nature")} n ON n.business_nature = e.business_nature
LEFT JOIN {_common("customers_enterprise", "industry")} i ON i.industry = e.industry
"""  # noqa: S608  constant texts

POLICIES: Final = """
SELECT p.id AS policy, p.customer_id AS customer, d.code AS product, d.line, d.long_term, p.channel, p.currency,
  p.agent_id AS agent, p.org_unit_id AS unit,
  coalesce(nullif(split_part(u.path, '/', 3), ''), split_part(u.path, '/', 2))::bigint AS branch,
  p.signed_on, p.starts_on, p.ends_on, x.over_on, p.payment_mode, p.payment_years, p.premium, p.sum_insured
FROM policies_policy p
LEFT JOIN (
  SELECT f.policy_id, min(f."on") AS over_on
  FROM policies_policyfact f JOIN policies_policy p ON p.id = f.policy_id JOIN products_product d ON d.id = p.product_id
  WHERE d.long_term AND f."on" >= p.signed_on AND f.kind IN ({endings}) AND NOT (f.kind = 'premium_paid') GROUP BY 1
) x ON x.policy_id = p.id
JOIN products_product d ON d.id = p.product_id
JOIN accounts_orgunit u ON u.id = p.org_unit_id
"""


def _whole(detail: str) -> str:
    """A number of the insured object's details; nothing where something else was written there."""
    return f"CASE WHEN o.details ->> '{detail}' ~ '^[0-9]{{{{1,12}}}}$' THEN (o.details ->> '{detail}')::bigint END"


def _year(detail: str) -> str:
    return f"CASE WHEN o.details ->> '{detail}' ~ '^[0-9]{{{{4}}}}-' THEN left(o.details ->> '{detail}', 4)::bigint END"


# What is insured: the insured person (the holder where nobody else is named), and what the object's details say of it.
RISKS: Final = f"""
SELECT p.id AS policy, p.customer_id AS customer, p.starts_on,
  date_trunc('month', i.birth_date)::date AS born, nullif(i.sex, '') AS sex, i.smoker, i.occupation_class,
  nullif(left(coalesce(nullif(i.region, ''), e.region), 4), '') AS region,
  {_word("e", "n", "industry")} AS industry, o.use, o.kilometres, o.value, o.registered_year, o.building_age, o.members
FROM policies_policy p
LEFT JOIN (
  SELECT DISTINCT ON (policy_id) policy_id, customer_id FROM policies_party
  WHERE role = 'insured' ORDER BY policy_id, rank, id
) t ON t.policy_id = p.id
LEFT JOIN customers_person i ON i.customer_id = coalesce(t.customer_id, p.customer_id)
LEFT JOIN customers_enterprise e ON e.customer_id = p.customer_id
LEFT JOIN {_common("customers_enterprise", "industry")} n ON n.industry = e.industry
LEFT JOIN (
  SELECT DISTINCT ON (o.policy_id) o.policy_id,
    CASE WHEN o.details ->> 'use' IN ('private', 'ride_hailing', 'company', 'goods') THEN o.details ->> 'use' END AS use,
    {_whole("kilometres_a_year")} AS kilometres, {_whole("price")} AS value,
    coalesce({_whole("registered_year")}, {_year("registered_on")}) AS registered_year,
    {_whole("building_age")} AS building_age, {_whole("members")} AS members
  FROM policies_insuredobject o ORDER BY o.policy_id, o.id
) o ON o.policy_id = p.id
"""  # noqa: S608  constant texts

# The terms of every policy; one that has none on record is covered from its start to its end. ``known_from`` as in
# policies/rules.py: an ending before it is overtaken by the term.
_TERMS: Final = f"""
endings AS (
  SELECT policy_id, array_agg("on") AS days FROM policies_policyfact
  WHERE kind IN ({{endings}}) AND NOT (kind = 'premium_paid') GROUP BY 1
),
terms AS (
  SELECT t.policy_id, t.customer_id, t.starts_on, t.ends_on, t.premium,
    CASE WHEN t.starts_on = p.starts_on THEN p.signed_on ELSE coalesce(t.agreed_on, t.starts_on) END AS known_from,
    CASE WHEN d.long_term THEN p.starts_on ELSE t.starts_on END AS uw_on, d.long_term,
    t.starts_on = p.starts_on AS is_first
  FROM policies_policyterm t JOIN policies_policy p ON p.id = t.policy_id JOIN products_product d ON d.id = p.product_id
  UNION ALL
  SELECT p.id, p.customer_id, p.starts_on, p.ends_on, p.premium, p.signed_on, p.starts_on, d.long_term, true
  FROM policies_policy p JOIN products_product d ON d.id = p.product_id
  WHERE NOT EXISTS (SELECT 1 FROM policies_policyterm t WHERE t.policy_id = p.id)
),
ended AS (
  SELECT t.*, coalesce(t.ends_on, DATE '{NO_END}') AS last_on,
    (SELECT min(e.day) FROM unnest(x.days) AS e(day) WHERE e.day >= t.known_from) AS over_on
  FROM terms t LEFT JOIN endings x ON x.policy_id = t.policy_id
)
"""  # noqa: S608  constant texts

# 保险法 §36-37: cover that is not paid for is suspended after the period of grace, also where nobody has noted it yet.
COVERS: Final = f"""
WITH {_TERMS},
owed AS (
  SELECT f.policy_id, max(f.until) + {{grace}} + 1 AS grace_end
  FROM policies_policyfact f JOIN policies_policy p ON p.id = f.policy_id JOIN products_product d ON d.id = p.product_id
  WHERE f.kind = 'premium_paid' AND d.long_term AND p.payment_mode <> 0
    AND NOT EXISTS (SELECT 1 FROM policies_policyfact u WHERE u.policy_id = p.id AND u.kind = 'paid_up')
  GROUP BY f.policy_id, p.id
  HAVING (p.ends_on IS NULL OR max(f.until) < p.ends_on)
    AND (p.payment_years IS NULL OR max(f.until) < (p.starts_on + make_interval(years => p.payment_years))::date)
),
stopped AS (
  SELECT s.policy_id, range_agg(daterange(s."on", (
    SELECT min(r."on") FROM policies_policyfact r
    WHERE r.policy_id = s.policy_id AND r.kind = 'reinstated' AND r."on" >= s."on"))) AS days
  FROM policies_policyfact s WHERE s.kind = 'suspended' GROUP BY 1
),
held AS (
  SELECT e.policy_id, e.customer_id, e.uw_on, e.starts_on,
    greatest(e.starts_on, least(e.last_on, e.over_on, CASE WHEN e.long_term THEN o.grace_end END)) AS until_on
  FROM ended e LEFT JOIN owed o ON o.policy_id = e.policy_id
)
SELECT h.policy_id AS policy, h.customer_id AS customer, h.uw_on, h.starts_on AS from_on, h.until_on
FROM held h WHERE h.until_on > h.starts_on AND NOT EXISTS (SELECT 1 FROM stopped s WHERE s.policy_id = h.policy_id)
UNION ALL
SELECT h.policy_id, h.customer_id, h.uw_on, lower(part.days), upper(part.days)
FROM held h JOIN stopped s ON s.policy_id = h.policy_id
CROSS JOIN LATERAL unnest(datemultirange(daterange(h.starts_on, h.until_on)) - s.days) AS part(days)
"""  # noqa: S608  constant texts

PREMIUMS: Final = f"""
WITH {_TERMS},
paid AS (
  SELECT f.policy_id, f.customer_id, f."on" AS written_on, f.amount, f.until, p.starts_on AS uw_on, p.ends_on, p.signed_on,
    coalesce(lag(f.until) OVER (PARTITION BY f.policy_id ORDER BY f.until, f."on", f.id), p.starts_on) AS from_on
  FROM policies_policyfact f JOIN policies_policy p ON p.id = f.policy_id JOIN products_product d ON d.id = p.product_id
  WHERE d.long_term AND f.kind = 'premium_paid' AND f.amount IS NOT NULL
),
pieces AS (
  SELECT e.policy_id, e.customer_id, e.uw_on, e.starts_on AS written_on, e.starts_on AS from_on,
    coalesce(e.ends_on, e.starts_on + 1) AS until_on, e.over_on, e.premium AS amount
  FROM ended e LEFT JOIN (SELECT DISTINCT policy_id FROM paid) b ON b.policy_id = e.policy_id
  WHERE b.policy_id IS NULL AND (e.is_first OR e.over_on IS NULL OR e.over_on > e.starts_on)
  UNION ALL
  SELECT b.policy_id, b.customer_id, b.uw_on, b.written_on, b.from_on,
    greatest(b.from_on + 1, coalesce(b.until, b.ends_on, b.from_on + 1)),
    (SELECT min(e.day) FROM unnest(x.days) AS e(day) WHERE e.day >= b.signed_on), b.amount
  FROM paid b LEFT JOIN endings x ON x.policy_id = b.policy_id
),
given_back AS (SELECT DISTINCT policy_id FROM policies_policyfact WHERE kind = 'cooling_off_cancelled')
SELECT s.policy_id AS policy, s.customer_id AS customer, s.uw_on, s.written_on, s.from_on, s.until_on,
  least(s.until_on, CASE WHEN s.over_on IS NOT NULL THEN greatest(s.from_on, s.over_on) END) AS earned_by, s.amount,
  CASE WHEN p.agent_id IS NULL OR g.policy_id IS NOT NULL OR k.share IS NULL THEN 0.00
       ELSE round(s.amount * k.share, 2) END AS commission
FROM pieces s JOIN policies_policy p ON p.id = s.policy_id
LEFT JOIN given_back g ON g.policy_id = s.policy_id
LEFT JOIN (VALUES {{commission}}) AS k(product_id, channel, year, share)
  ON k.product_id = p.product_id AND k.channel = p.channel
  AND k.year = extract(year FROM age(s.from_on, p.starts_on))::int + 1
"""  # noqa: S608  constant texts

PAYOUTS: Final = f"""
SELECT f.policy_id AS policy, f.customer_id AS customer, {_underwritten('f."on"')} AS uw_on, f.kind,
  f."on" AS paid_on, f.amount
FROM policies_policyfact f JOIN policies_policy p ON p.id = f.policy_id JOIN products_product d ON d.id = p.product_id
WHERE f.kind IN ({{payouts}}) AND NOT (f.kind = 'premium_paid') AND f.amount IS NOT NULL
"""  # noqa: S608  constant texts

CLAIMS: Final = f"""
SELECT f.id AS claim, f.policy_id AS policy, f.customer_id AS customer, {_underwritten("f.occurred_on")} AS uw_on,
  f.occurrences, f.occurred_on, f.notified_on, f.decided_on, nullif(f.decision, '') AS decision, f.paid_on, f.closed_on,
  least(f.paid_on, f.closed_on, CASE WHEN f.decision = 'refused' THEN f.decided_on END) AS settled_on,
  f.claimed_amount AS claimed, f.paid_amount AS paid
FROM claims_claim f JOIN policies_policy p ON p.id = f.policy_id JOIN products_product d ON d.id = p.product_id
"""  # noqa: S608  constant texts

EVENTS: Final = """
SELECT e.xid::text AS xid, e.id AS line, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS recorded_at,
  (e.occurred_at AT TIME ZONE 'Asia/Shanghai')::date AS happened_on, e.name, e.customer_id AS customer,
  CASE WHEN e.subject_type = 'policy' AND e.subject_id ~ '^[0-9]{{1,18}}$' THEN e.subject_id::bigint
       WHEN e.subject_type = 'claim' AND e.subject_id ~ '^[0-9]{{1,18}}$'
       THEN (SELECT c.policy_id FROM claims_claim c WHERE c.id = e.subject_id::bigint) END AS policy,
  e.org_unit_id AS unit, e.actor_kind AS actor
FROM eventlog_event e
WHERE (e.xid, e.id) > ({xid}::text::xid8, {line}) AND (e.xid, e.id) <= ({to_xid}::text::xid8, {to_line})
"""
