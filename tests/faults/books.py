"""What must hold afterwards, asked of the database in plain SQL, beside the gateway's own books.

Each check finds rows that should not be there. ``spoil`` makes one, so that a test can show that the check would see it
(tests/faults/test_books.py); it runs in a transaction that is rolled back, with triggers and foreign keys at rest.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg


@dataclass(frozen=True)
class Check:
    says: str
    finds: str
    spoil: str


def _line(name: str, table: str, subject: tuple[str, str], holds: str = "true") -> Check:
    """One line of the log for each row of which something holds, and none for the others."""
    kind, key = subject
    return Check(
        f"every {table} of which {holds} has exactly one line {name}",
        f"SELECT t.{key}, count(e.id) FROM {table} t LEFT JOIN eventlog_event e ON e.name = '{name}'"
        f" AND e.subject_type = '{kind}' AND e.subject_id = t.{key}::text"
        f" GROUP BY t.id HAVING count(e.id) <> ({holds})::int",
        f"DELETE FROM eventlog_event WHERE id = (SELECT max(id) FROM eventlog_event WHERE name = '{name}')",
    )


ORDER, PAYMENT, REFUND = ("order", "number"), ("payment", "number"), ("refund", "number")
PER_PAYMENT: Final = """
    SELECT a.number, p.account_id, sum(p.amount) FROM billing_attempt a
    LEFT JOIN billing_refund r ON r.attempt_id = a.id
    JOIN billing_entry e ON (e.subject_kind, e.subject_id) IN (('payment', a.number), ('refund', r.number))
    JOIN billing_posting p ON p.entry_id = e.id
    WHERE p.account_id IN ('2203', '2241') GROUP BY a.number, p.account_id HAVING sum(p.amount) <> 0
"""
CHECKS: Final = (
    Check(
        "what the gateway took is booked, once, with its amount",
        "SELECT t.number FROM gateway_trade t LEFT JOIN billing_attempt a USING (number) WHERE t.paid IS NOT NULL"
        " AND (a.booked_at IS NULL OR a.paid_amount <> t.paid OR a.trade_no <> t.trade_no)",
        "UPDATE billing_attempt SET paid_amount = paid_amount + 1 WHERE booked_at IS NOT NULL",
    ),
    Check(
        "nothing is booked that the gateway did not take",
        "SELECT a.number FROM billing_attempt a LEFT JOIN gateway_trade t USING (number)"
        " WHERE a.booked_at IS NOT NULL AND t.paid IS NULL",
        "DELETE FROM gateway_trade WHERE paid IS NOT NULL",
    ),
    Check(
        "every paid attempt has exactly one policy or exactly one refund, by the gateway's own books",
        """
        SELECT a.number FROM billing_attempt a LEFT JOIN orders_order o ON o.number = a.order_ref
        CROSS JOIN LATERAL (SELECT count(*) n FROM policies_policy WHERE number = o.policy_number) policy
        CROSS JOIN LATERAL (SELECT count(*) n FROM gateway_refund WHERE number = a.number AND amount = a.paid_amount) back
        JOIN gateway_trade t ON t.number = a.number AND t.paid IS NOT NULL
        WHERE NOT coalesce(
            (a.honoured_at IS NOT NULL AND o.attempt_ref = a.number AND policy.n = 1 AND back.n = 0)
            OR (a.refused_at IS NOT NULL AND o.attempt_ref <> a.number AND back.n = 1), false)
        """,
        "DELETE FROM policies_policy WHERE id = (SELECT max(id) FROM policies_policy)",
    ),
    Check(
        "what went back stands in both books alike, once",
        "SELECT coalesce(r.number, g.request) FROM billing_refund r FULL JOIN gateway_refund g ON g.request = r.number"
        " WHERE r.done_at IS NULL OR g.amount IS DISTINCT FROM r.amount",
        "INSERT INTO gateway_refund VALUES ('P0', 'R0', 1)",
    ),
    Check(
        "every policy came of one order, and every issued order has its policy",
        "SELECT coalesce(p.number, o.number) FROM policies_policy p"
        " FULL JOIN (SELECT * FROM orders_order WHERE issued_at IS NOT NULL) o ON o.policy_number = p.number"
        " GROUP BY p.number, o.number HAVING count(p.id) <> 1 OR count(o.id) <> 1",
        "UPDATE orders_order SET policy_number = policy_number || 'X' WHERE issued_at IS NOT NULL",
    ),
    Check(
        "no two orders share a policy, no two policies a number",
        "SELECT policy_number FROM orders_order WHERE policy_number <> '' GROUP BY policy_number HAVING count(*) > 1"
        " UNION ALL SELECT number FROM policies_policy GROUP BY number HAVING count(*) > 1",
        "UPDATE orders_order SET policy_number = (SELECT min(number) FROM policies_policy) WHERE id IN"
        " (SELECT id FROM orders_order ORDER BY created_at DESC LIMIT 2)",
    ),
    Check(
        "no policy is half: one term, one first premium, somebody insured, something insured, and its number registered",
        """
        SELECT p.number FROM policies_policy p WHERE
            (SELECT count(*) FROM policies_policyterm t WHERE t.policy_id = p.id) <> 1
            OR (SELECT count(*) FROM policies_policyfact f WHERE f.policy_id = p.id AND f.kind = 'premium_paid') <> 1
            OR NOT EXISTS (SELECT FROM policies_party y WHERE y.policy_id = p.id AND y.role = 'insured')
            OR NOT EXISTS (SELECT FROM policies_insuredobject i WHERE i.policy_id = p.id)
            OR (SELECT count(*) FROM customers_identifier c
                WHERE c.kind = 'policy_no' AND c.subject_id = p.id AND c.customer_id = p.customer_id) <> 1
        """,
        "DELETE FROM policies_policyterm WHERE id = (SELECT max(id) FROM policies_policyterm)",
    ),
    Check(
        "every policy has its document exactly once: made, in the files, told in the log",
        """
        SELECT p.number FROM policies_policy p
        WHERE (SELECT count(*) FROM eventlog_event e WHERE e.name = 'policy.document_made'
               AND e.subject_type = 'policy' AND e.subject_id = p.id::text) <> 1
        OR (SELECT count(*) FROM files_attachment x WHERE x.subject_kind = 'policy' AND x.subject_id = p.id) <> 1
        UNION SELECT p.number FROM policies_policy p
        LEFT JOIN policies_policydocument d ON d.policy_id = p.id LEFT JOIN files_attachment f ON f.id = d.file_id
        WHERE d.made_at IS NULL OR f.sha256 IS DISTINCT FROM d.sha256
        """,
        "DELETE FROM policies_policydocument WHERE id = (SELECT max(id) FROM policies_policydocument)",
    ),
    Check(
        "every policy has its premium schedule, the first premium paid by its payment",
        "SELECT p.number FROM policies_policy p LEFT JOIN billing_instalment i ON i.policy_id = p.id"
        " AND i.paid_on IS NOT NULL GROUP BY p.number HAVING count(i.id) <> 1",
        "DELETE FROM billing_instalment WHERE id = (SELECT max(id) FROM billing_instalment)",
    ),
    Check(
        "the log lies in its batches without a gap: each line once, each batch sealed, none missing",
        """
        SELECT 1 WHERE (SELECT coalesce(sum(lines), 0) FROM evidence_batch)
            <> (SELECT count(*) FROM eventlog_event e WHERE (e.xid::text::bigint, e.id)
                <= (SELECT last_xid, last_id FROM evidence_batch ORDER BY number DESC LIMIT 1))
        UNION ALL SELECT 2 WHERE (SELECT max(number) - min(number) + 1 FROM evidence_batch)
            <> (SELECT count(*) FROM evidence_batch)
        UNION ALL SELECT 3 WHERE EXISTS (SELECT FROM evidence_batch WHERE seal IS NULL)
        UNION ALL SELECT 4 WHERE NOT EXISTS (SELECT FROM evidence_batch)
        """,
        "DELETE FROM evidence_batch WHERE number = (SELECT min(number) FROM evidence_batch)",
    ),
    Check(
        "every policy's holder signed for it, once",
        "SELECT o.number FROM orders_order o LEFT JOIN trust_signature s ON s.subject_kind = 'order' AND"
        " s.subject_id = o.number AND s.customer_id = o.customer_id AND s.id::text = o.signature_ref"
        " WHERE o.signed_at IS NOT NULL GROUP BY o.number HAVING count(s.id) <> 1",
        "DELETE FROM trust_signature WHERE id = (SELECT max(id) FROM trust_signature)",
    ),
    Check(
        "every entry of the ledger balances",
        "SELECT e.key FROM billing_entry e LEFT JOIN billing_posting p ON p.entry_id = e.id"
        " GROUP BY e.key, p.currency HAVING coalesce(sum(p.amount), 1) <> 0 OR count(*) < 2",
        "UPDATE billing_posting SET amount = amount + 1 WHERE id = (SELECT max(id) FROM billing_posting)",
    ),
    Check(
        "the ledger sums to zero",
        "SELECT currency FROM billing_posting GROUP BY currency HAVING sum(amount) <> 0",
        "DELETE FROM billing_posting WHERE id = (SELECT max(id) FROM billing_posting)",
    ),
    Check(
        "of every payment nothing is left in advance or owed",
        PER_PAYMENT,
        "DELETE FROM billing_entry WHERE key = (SELECT max(key) FROM billing_entry WHERE key LIKE 'premium:%')",
    ),
    Check(
        "our account at the gateway is what the gateway holds of ours",
        "SELECT 1 WHERE (SELECT coalesce(sum(amount), 0) FROM billing_posting WHERE account_id = '1012')"
        " <> (SELECT coalesce(sum(paid), 0) FROM gateway_trade) - (SELECT coalesce(sum(amount), 0) FROM gateway_refund)",
        "UPDATE billing_posting SET amount = amount + 1 WHERE account_id = '1012'",
    ),
    Check(
        "premium income is the premium of the policies",
        "SELECT 1 WHERE (SELECT coalesce(sum(-amount), 0) FROM billing_posting WHERE account_id = '6031')"
        " <> (SELECT coalesce(sum(paid_amount), 0) FROM billing_attempt WHERE honoured_at IS NOT NULL)",
        "UPDATE billing_posting SET amount = amount - 1 WHERE account_id = '6031'",
    ),
    _line("order.started", "orders_order", ORDER),
    _line("order.submitted", "orders_order", ORDER, "submitted_at IS NOT NULL"),
    _line("order.signed", "orders_order", ORDER, "signed_at IS NOT NULL"),
    _line("order.paid", "orders_order", ORDER, "paid_at IS NOT NULL"),
    _line("order.issued", "orders_order", ORDER, "issued_at IS NOT NULL"),
    _line("policy.issued", "policies_policy", ("policy", "id")),
    _line("payment.begun", "billing_attempt", PAYMENT),
    _line("payment.received", "billing_attempt", PAYMENT, "booked_at IS NOT NULL"),
    _line("payment.refused", "billing_attempt", PAYMENT, "refused_at IS NOT NULL"),
    _line("refund.queued", "billing_refund", REFUND),
    _line("refund.done", "billing_refund", REFUND, "done_at IS NOT NULL"),
    _line("certificate.issued", "trust_certificate", ("certificate", "id"), "role = 'customer'"),
    _line("message.queued", "outbox_message", ("message", "id")),
    _line("identity.code_sent", "identity_challenge", ("challenge", "id")),
    Check(
        "no line of the log tells of an order, payment or refund that is not there",
        """
        SELECT e.id FROM eventlog_event e WHERE
            (e.subject_type = 'order' AND NOT EXISTS (SELECT FROM orders_order WHERE number = e.subject_id))
            OR (e.subject_type = 'payment' AND NOT EXISTS (SELECT FROM billing_attempt WHERE number = e.subject_id))
            OR (e.subject_type = 'refund' AND NOT EXISTS (SELECT FROM billing_refund WHERE number = e.subject_id))
            OR (e.subject_type = 'policy' AND NOT EXISTS (SELECT FROM policies_policy WHERE id::text = e.subject_id))
        """,
        "UPDATE eventlog_event SET subject_id = 'gone' WHERE name = 'order.paid'",
    ),
    Check(
        "every reader of the log has read all of it",
        # The sealer takes full batches; what it has taken is looked at below.
        "SELECT reader FROM eventlog_cursor WHERE reader <> 'seal' AND (xid, event_id) < (SELECT xid, id FROM eventlog_event"
        " ORDER BY xid DESC, id DESC LIMIT 1)",
        "UPDATE eventlog_cursor SET event_id = event_id - 1 WHERE reader = 'tally'",
    ),
    Check(
        "the tallies counted every line once: no reader skipped one or took it twice",
        """
        SELECT * FROM (SELECT (occurred_at AT TIME ZONE 'Asia/Shanghai')::date AS day, name, org_unit_id, count(*)
                       FROM eventlog_event GROUP BY 1, 2, 3) lines
        FULL JOIN eventlog_tally t ON t.day = lines.day AND t.name = lines.name
            AND t.org_unit_id IS NOT DISTINCT FROM lines.org_unit_id
        WHERE t.count IS DISTINCT FROM lines.count
        """,
        "UPDATE eventlog_tally SET count = count + 1 WHERE id = (SELECT max(id) FROM eventlog_tally)",
    ),
    Check(
        "nobody became two customers",
        "SELECT name FROM customers_customer GROUP BY name HAVING count(*) > 1"
        " UNION ALL SELECT c.name FROM customers_customer c"
        " LEFT JOIN customers_portalaccount a ON a.customer_id = c.id GROUP BY c.id, c.name HAVING count(a.id) <> 1",
        "UPDATE customers_customer SET name = 'same'",
    ),
    Check(
        "every message has come to its end, and says so once",
        "SELECT m.id FROM outbox_message m LEFT JOIN eventlog_event e ON e.subject_type = 'message'"
        " AND e.subject_id = m.id::text AND e.name IN ('message.sent', 'message.kept', 'message.failed')"
        " GROUP BY m.id HAVING m.ending = '' OR count(e.id) <> 1",
        "DELETE FROM eventlog_event WHERE id = (SELECT max(id) FROM eventlog_event WHERE name = 'message.kept')",
    ),
    Check(
        "every notification was handled, every identity check answered",
        "SELECT id::text FROM billing_notification WHERE handled_at IS NULL"
        " UNION ALL SELECT id::text FROM identity_check WHERE answered_at IS NULL",
        "UPDATE billing_notification SET handled_at = NULL",
    ),
    Check(
        "no job is in the hands of a worker that is dead",
        "SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id"
        " WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '1 minute')",
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('x', 'x', '{}', 'doing')",
    ),
)


def take_the_gateways_books(connection: psycopg.Connection, var: Path) -> None:
    """Copy what the gateway has on its own disk beside our tables, for this session only."""
    with sqlite3.connect(f"file:{var / 'sandbox-gateway' / 'state.db'}?mode=ro", uri=True) as books:
        trades = books.execute("SELECT number, trade_no, paid FROM trade").fetchall()
        refunds = books.execute("SELECT number, request, cents FROM refund").fetchall()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS gateway_trade, gateway_refund")
        cursor.execute("CREATE TEMP TABLE gateway_trade (number text, trade_no text, paid numeric(14, 2))")
        cursor.execute("CREATE TEMP TABLE gateway_refund (number text, request text, amount numeric(14, 2))")
        cursor.executemany("INSERT INTO gateway_trade VALUES (%s, %s, %s / 100.0)", trades)
        cursor.executemany("INSERT INTO gateway_refund VALUES (%s, %s, %s / 100.0)", refunds)


def faults(connection: psycopg.Connection) -> dict[str, list[tuple[object, ...]]]:
    """What does not hold, with the first rows that show it."""
    found = {one.says: connection.execute(one.finds).fetchmany(5) for one in CHECKS}
    return {says: rows for says, rows in found.items() if rows}


def counts(connection: psycopg.Connection) -> dict[str, int]:
    """How much was done, for the table."""
    asked = {
        "paid at the gateway": "SELECT count(*) FROM gateway_trade WHERE paid IS NOT NULL",
        "policies": "SELECT count(*) FROM policies_policy",
        "refunds": "SELECT count(*) FROM gateway_refund",
        "orders begun": "SELECT count(*) FROM orders_order",
        "notifications": "SELECT count(*) FROM billing_notification",
        "entries of the ledger": "SELECT count(*) FROM billing_entry",
        "lines of the log": "SELECT count(*) FROM eventlog_event",
        "jobs given to another worker": "SELECT count(*) FROM procrastinate_events WHERE type = 'deferred_for_retry'",
    }
    told = {}
    for says, statement in asked.items():
        (count,) = connection.execute(statement).fetchone() or (0,)  # type: ignore[arg-type]
        told[says] = int(count)
    return told
