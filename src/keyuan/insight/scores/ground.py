"""The rows that features are made of, out of our own tables: dated, without names, and nothing worked out yet.

Read by COPY into Arrow, at most once a run. What is read is declared here, a column is a row number, a day, an amount, a
count or a word of a short list. Nothing of it is written to disk.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.csv as pc_csv
from django.db import connection

#: Words of the log whose lines are read, with the word that they have here.
CONTACT, COMPLAINT = "contact", "complaint"
#: How a contact ends in which nobody was spoken to.
NOT_REACHED: Final = ("no_answer", "busy", "wrong_number")
#: What a feature looks back on, at most.
LOOKS_BACK: Final = timedelta(days=3 * 365)
A_PIECE = 8_000_000

_DAY, _KEY, _WORD, _SUM, _COUNT, _FLAG = pa.date32(), pa.int64(), pa.string(), pa.float64(), pa.int32(), pa.bool_()
SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "policies": pa.schema(
        [
            ("policy", _KEY), ("customer", _KEY), ("product", _WORD), ("line", _WORD), ("long_term", _FLAG),
            ("channel", _WORD), ("payment_mode", _COUNT), ("payment_years", _COUNT), ("sum_insured", _SUM),
            ("signed_on", _DAY), ("starts_on", _DAY), ("ends_on", _DAY),
        ]
    ),
    "terms": pa.schema(
        [("policy", _KEY), ("starts_on", _DAY), ("ends_on", _DAY), ("premium", _SUM), ("known_on", _DAY)]
    ),
    "facts": pa.schema([("policy", _KEY), ("kind", _WORD), ("on_day", _DAY), ("until_day", _DAY), ("amount", _SUM)]),
    "claims": pa.schema(
        [
            ("policy", _KEY), ("customer", _KEY), ("occurrences", _COUNT), ("occurred_on", _DAY), ("notified_on", _DAY),
            ("decided_on", _DAY), ("decision", _WORD), ("paid_on", _DAY), ("paid", _SUM),
        ]
    ),
    "served": pa.schema([("customer", _KEY), ("from_on", _DAY), ("until_on", _DAY)]),
    "moments": pa.schema([("customer", _KEY), ("kind", _WORD), ("on_day", _DAY)]),
    "customers": pa.schema(
        [
            ("customer", _KEY), ("kind", _WORD), ("sex", _WORD), ("born", _DAY), ("occupation_class", _COUNT),
            ("income", _SUM), ("household_income", _SUM), ("capital", _SUM), ("household", _KEY),
        ]
    ),
    # What income was before it was changed, so that an earlier day is told what it knew.
    "incomes": pa.schema([("customer", _KEY), ("on_day", _DAY), ("field", _WORD), ("before", _SUM)]),
}  # fmt: skip

# A short policy without any term on record is covered from its start to its end, as everywhere (policies/rules.py).
_SELECTS: Final[Mapping[str, str]] = {
    "policies": """
SELECT p.id, p.customer_id, d.code, d.line, d.long_term, p.channel, p.payment_mode, p.payment_years, p.sum_insured,
  p.signed_on, p.starts_on, p.ends_on
FROM policies_policy p JOIN products_product d ON d.id = p.product_id WHERE {of_p}""",
    "terms": """
SELECT t.policy_id, t.starts_on, t.ends_on, t.premium,
  CASE WHEN t.starts_on = p.starts_on THEN p.signed_on ELSE coalesce(t.agreed_on, t.starts_on) END
FROM policies_policyterm t JOIN policies_policy p ON p.id = t.policy_id WHERE {of_t}
UNION ALL
SELECT p.id, p.starts_on, p.ends_on, p.premium, p.signed_on FROM policies_policy p
WHERE NOT EXISTS (SELECT 1 FROM policies_policyterm t WHERE t.policy_id = p.id) AND {of_p}""",
    "facts": """
SELECT f.policy_id, f.kind, f."on", f.until, f.amount FROM policies_policyfact f
WHERE {of_f} AND (f.kind <> 'premium_paid' OR f."on" >= '{since}' OR f.until IS NULL OR f.until >= '{since}')""",
    "claims": """
SELECT c.policy_id, c.customer_id, c.occurrences, c.occurred_on, c.notified_on, c.decided_on, nullif(c.decision, ''),
  c.paid_on, c.paid_amount
FROM claims_claim c WHERE {of_c} AND c.notified_on >= '{claims_since}'""",
    "served": """
SELECT a.customer_id, a.starts_on, a.ends_on FROM customers_assignment a WHERE a.kind = 'servicing' AND {of_a}""",
    "moments": """
SELECT e.customer_id, CASE e.name WHEN 'contact.made' THEN 'contact' ELSE 'complaint' END,
  (e.occurred_at AT TIME ZONE 'Asia/Shanghai')::date
FROM eventlog_event e
WHERE e.name IN ('contact.made', 'complaint.received') AND e.customer_id IS NOT NULL AND e.occurred_at >= '{since}'
  AND (e.name <> 'contact.made' OR e.actor_kind <> 'system' AND coalesce(e.payload->>'outcome', '') NOT IN ({not_reached}))
  AND {of_e}""",
    "customers": """
SELECT c.id, c.kind, nullif(p.sex, ''), p.birth_date, p.occupation_class, p.annual_income, p.household_income,
  n.registered_capital, h.household_id
FROM customers_customer c LEFT JOIN customers_person p ON p.customer_id = c.id
LEFT JOIN customers_enterprise n ON n.customer_id = c.id
LEFT JOIN customers_householdmember h ON h.customer_id = c.id
WHERE {of_k}""",
    "incomes": """
SELECT e.customer_id, (e.occurred_at AT TIME ZONE 'Asia/Shanghai')::date, x.field,
  (e.payload #>> ARRAY['changes', x.field, '0'])::numeric
FROM eventlog_event e CROSS JOIN (VALUES ('annual_income'), ('household_income')) x(field)
WHERE e.name = 'customer.changed' AND e.occurred_at >= '{since}' AND e.payload #> ARRAY['changes', x.field] IS NOT NULL
  AND {of_e}""",
}
_CUSTOMER: Final = {"p": "p.customer_id", "t": "t.customer_id", "f": "f.customer_id", "c": "c.customer_id",
                    "a": "a.customer_id", "e": "e.customer_id", "k": "c.id"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """The tables, and the last day of which they tell."""

    tables: Mapping[str, pa.Table]
    until: date


def read(*, since: date, until: date, one_in: int = 1) -> Ground:
    """The rows that matter for days from ``since`` on. ``one_in`` n: only about one customer in n, always the same ones."""
    back = since - LOOKS_BACK
    gaps = {"since": back.isoformat(), "claims_since": (back - LOOKS_BACK).isoformat(),
            "not_reached": ", ".join(f"'{word}'" for word in NOT_REACHED)}  # fmt: skip
    for letter, column in _CUSTOMER.items():
        # A multiplicative hash of the row number: neighbours are not chosen together.
        gaps[f"of_{letter}"] = "true" if one_in == 1 else f"({column} * 2654435761 % 4294967296) % {one_in:d} = 0"
    tables = {}
    for name, select in _SELECTS.items():
        tables[name] = _read(select.format(**gaps), SCHEMAS[name])
    return Ground(tables, until)


def _read(select: str, schema: pa.Schema) -> pa.Table:
    pieces = [schema.empty_table()]
    waiting = bytearray()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv)") as stream:
        for row in stream:
            waiting += row
            if len(waiting) >= A_PIECE:
                pieces.append(_parsed(waiting, schema))
                waiting = bytearray()
    if waiting:
        pieces.append(_parsed(waiting, schema))
    return pa.concat_tables(pieces)


def _parsed(piece: bytearray, schema: pa.Schema) -> pa.Table:
    return pc_csv.read_csv(
        io.BytesIO(piece),
        read_options=pc_csv.ReadOptions(column_names=schema.names, block_size=len(piece) + 1, use_threads=False),
        convert_options=pc_csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, true_values=["t"], false_values=["f"]
        ),
    )
