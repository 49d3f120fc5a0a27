"""A book in its tenth year for the renewal lists: every customer with a motor policy and one other, written as SQL.

Yearly cover is renewed by 85 of 100 each year; life and critical-illness cover pays premiums yearly, a sixth of the life
policies monthly. Twenty branches of fifty agents. Of what falls due within 45 days some is assigned, talked about,
renewed ahead or refused. Everything follows from the numbers of the rows: the same size gives the same book of a day.
"""

from __future__ import annotations

from datetime import date

import psycopg

PEOPLE = """
from keyuan.accounts.models import OrgUnit, User
from keyuan.agents.models import Agent
from keyuan.customers.models import Person
from keyuan.products.models import Product
root = OrgUnit.objects.create(code="00", name="总公司", kind="head_office", path="")
root.path = f"/{root.pk}/"
root.save()
for place in range(20):
    unit = OrgUnit.objects.create(code=f"{place + 1:02}", name=f"第{place + 1}分公司", kind="branch", parent=root, path="")
    unit.path = f"{root.path}{unit.pk}/"
    unit.save()
    User.objects.create(username=f"manager{place}", role="manager", org_unit=unit, display_name=f"经理{place + 1}")
    users = User.objects.bulk_create(
        User(username=f"agent{place}-{one}", role="agent", org_unit=unit, display_name=f"代理{place + 1}-{one + 1}")
        for one in range(50)
    )
    Agent.objects.bulk_create(
        Agent(code=f"A{place:02}{one:02}", name=user.display_name, org_unit=unit, user=user)
        for one, user in enumerate(users)
    )
for code, line, long_term in (
    ("MOTOR", "motor", False), ("MEDICAL", "medical", False), ("CI", "critical_illness", True), ("TERM", "life", True)
):
    Product.objects.create(code=code, name=code, line=line, long_term=long_term)
print(Person._meta.get_field("mobile").get_prep_value("13800138000").hex())
"""
CUSTOMERS = (
    """
    INSERT INTO customers_customer (id, number, kind, name, name_pinyin, name_initials, name_grams, org_unit_id, source,
        source_detail, synthetic)
    SELECT i, 'K' || lpad(i::text, 10, '0'), 'individual', '客户' || i, 'kehu' || i, 'kh', '{}', units.ids[1 + i %% 20],
        'import', '', true
    FROM generate_series(1, %(customers)s) i,
        (SELECT array_agg(id ORDER BY id) AS ids FROM accounts_orgunit WHERE parent_id IS NOT NULL) units
    """,
    """
    INSERT INTO customers_person (customer_id, sex, birth_date, native_place, marital_status, education, document_kind,
        mobile, employer, department, employer_address, position, fax, occupation, region, housing, hobbies,
        preferred_channel, preferred_time, life_note)
    SELECT id, '', date '1945-01-01' + (id * 7919 %% 21900)::int, '', '', '', 'resident_id', decode(%(mobile)s, 'hex'),
        '', '', '', '', '', '', '', '', '', '', '', ''
    FROM customers_customer
    """,
    """
    INSERT INTO customers_assignment (kind, starts_on, agent_id, customer_id)
    SELECT 'servicing', %(today)s::date - 3650, staff.ids[1 + (c.id / 20) %% 50], c.id
    FROM customers_customer c JOIN (
        SELECT org_unit_id, array_agg(id ORDER BY id) AS ids FROM agents_agent GROUP BY 1
    ) staff USING (org_unit_id)
    """,
)
# Policy 2i-1 of a customer is motor; 2i is medical, critical illness or life by turns. ``years`` it stays.
POLICIES = """
INSERT INTO policies_policy (id, number, channel, currency, premium, payment_mode, payment_years, signed_on, starts_on,
    ends_on, agent_id, customer_id, org_unit_id, product_id)
SELECT i, 'BP' || lpad(i::text, 9, '0'), 'agent', 'CNY', 800 + i * 37 %% 9000,
    CASE WHEN d.code = 'TERM' AND i %% 36 = 4 THEN 1 ELSE 12 END, CASE WHEN d.long_term THEN 20 END, s.day, s.day,
    CASE WHEN d.long_term THEN (s.day + interval '30 years')::date
         ELSE (s.day + make_interval(years => least(years, (%(today)s::date - s.day) / 365 + 1)))::date END,
    NULL, c.id, c.org_unit_id, d.id
FROM (
    SELECT i, (i + 1) / 2 AS customer_id, 1 + floor(ln(((i::bigint * 48271) %% 99991 + 1) / 99992.0)
        / ln(CASE WHEN i %% 2 = 1 OR i / 2 %% 3 = 0 THEN 0.85 ELSE 0.95 END))::int AS years
    FROM generate_series(1, 2 * %(customers)s) i
) drawn
JOIN customers_customer c ON c.id = drawn.customer_id
JOIN products_product d
    ON d.code = CASE WHEN i %% 2 = 1 THEN 'MOTOR' ELSE (ARRAY['MEDICAL', 'CI', 'TERM'])[1 + i / 2 %% 3] END
CROSS JOIN LATERAL (SELECT %(today)s::date - (i::bigint * 16807 %% 3653)::int AS day) s
"""
TERMS = (
    """
    INSERT INTO policies_policyterm (policy_id, customer_id, starts_on, ends_on, premium, agreed_on)
    SELECT p.id, p.customer_id, (p.starts_on + make_interval(years => y))::date,
        (p.starts_on + make_interval(years => y + 1))::date, p.premium,
        CASE WHEN y > 0 THEN (p.starts_on + make_interval(years => y))::date - 1 - (p.id %% 27)::int END
    FROM policies_policy p JOIN products_product d ON d.id = p.product_id AND NOT d.long_term,
        generate_series(0, (p.ends_on - p.starts_on) / 365 - 1) y
    """,
    # Renewed ahead of the day: a sixth of what ends within a month.
    """
    INSERT INTO policies_policyterm (policy_id, customer_id, starts_on, ends_on, premium, agreed_on)
    SELECT id, customer_id, ends_on, (ends_on + interval '1 year')::date, premium, %(today)s::date - 1
    FROM policies_policy WHERE ends_on BETWEEN %(today)s AND %(today)s::date + 30 AND id * 31 %% 6 = 0
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO policies_policyterm (policy_id, customer_id, starts_on, ends_on, premium)
    SELECT p.id, p.customer_id, p.starts_on, p.ends_on, p.premium
    FROM policies_policy p JOIN products_product d ON d.id = p.product_id AND d.long_term
    """,
)
FACTS = (
    """
    INSERT INTO policies_policyfact (policy_id, customer_id, kind, "on", until, amount, note)
    SELECT p.id, p.customer_id, 'premium_paid', due.day + (p.id %% 20)::int,
        (p.starts_on + make_interval(months => (n + 1) * p.payment_mode))::date, p.premium, ''
    FROM policies_policy p JOIN products_product d ON d.id = p.product_id AND d.long_term,
        generate_series(0, least((%(today)s::date - p.starts_on) / 30 / p.payment_mode,
            12 / p.payment_mode * (1 + floor(ln((p.id * 48271 %% 99991 + 1) / 99992.0) / ln(0.95))::int) - 1)) n,
        LATERAL (SELECT (p.starts_on + make_interval(months => n * p.payment_mode))::date AS day) due
    WHERE due.day + (p.id %% 20)::int <= %(today)s
    """,
    """
    INSERT INTO policies_policyfact (policy_id, customer_id, kind, "on", amount, note)
    SELECT f.policy_id, f.customer_id, 'surrendered', max(f.until) + 25, 100, ''
    FROM policies_policyfact f WHERE f.kind = 'premium_paid' AND f.policy_id %% 4 < 2
    GROUP BY 1, 2 HAVING max(f.until) + 25 <= %(today)s
    """,
    """
    INSERT INTO policies_policyfact (policy_id, customer_id, kind, "on", amount, note)
    SELECT id, customer_id, 'surrendered', starts_on + 200, 100, '' FROM policies_policy
    WHERE id %% 50 = 1 AND starts_on + 200 <= %(today)s
    """,
    """
    INSERT INTO policies_policyfact (policy_id, customer_id, kind, "on", note)
    SELECT policy_id, customer_id, 'renewal_declined', ends_on - 20, '价格' FROM policies_policyterm
    WHERE ends_on - 20 <= %(today)s AND policy_id %% 29 = 0
    """,
)
CASES = """
INSERT INTO retention_renewalcase (policy_id, customer_id, due_on, assignee_id, assigned_at, method, said, said_on, reason,
    contacts, attempts, last_contact_on, next_contact_on)
SELECT due.policy_id, due.customer_id, due.ends_on, a.user_id, now(), 'owner', w.said,
    CASE WHEN w.said <> '' THEN %(today)s::date - 3 END, CASE WHEN w.said = 'not_renewing' THEN 'competitor' ELSE '' END,
    (w.said <> '')::int, (w.said <> '')::int, CASE WHEN w.said <> '' THEN %(today)s::date - 3 END,
    CASE WHEN w.said NOT IN ('', 'not_renewing') THEN %(today)s::date + (due.policy_id %% 12 - 2)::int END
FROM (
    SELECT policy_id, customer_id, ends_on FROM policies_policyterm
    WHERE ends_on BETWEEN %(today)s::date - 30 AND %(today)s::date + 45
    UNION SELECT policy_id, customer_id, until FROM policies_policyfact
    WHERE kind = 'premium_paid' AND until BETWEEN %(today)s::date - 30 AND %(today)s::date + 45
) due
JOIN customers_assignment s ON s.customer_id = due.customer_id JOIN agents_agent a ON a.id = s.agent_id
CROSS JOIN LATERAL (SELECT (ARRAY['renewing', 'considering', 'not_renewing', 'quoted', '', '', '', '', '', ''])
    [1 + due.policy_id * 13 %% 10] AS said) w
WHERE due.policy_id * 7 %% 10 < 6
"""
SEQUENCES = (
    "SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), (SELECT max(id) FROM customers_customer))",
    "SELECT setval(pg_get_serial_sequence('policies_policy', 'id'), (SELECT max(id) FROM policies_policy))",
)


def write(connection: psycopg.Connection, customers: int, *, mobile: str, today: date) -> None:
    """Fill an empty installation that has its people (PEOPLE). Foreign keys hold by construction and are not asked."""
    given = {"customers": customers, "mobile": mobile, "today": today}
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    for statement in (*CUSTOMERS, POLICIES, *TERMS, *FACTS, CASES):
        connection.execute(statement, given)
    for statement in SEQUENCES:
        connection.execute(statement)
    connection.execute("RESET session_replication_role")
    connection.execute("VACUUM ANALYZE")
