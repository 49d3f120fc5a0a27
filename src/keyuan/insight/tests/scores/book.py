"""A drawn book as the ground of features, without a database: one book for all tests of this room."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from keyuan.demo.facts import world
from keyuan.demo.tests.conftest import Drawn
from keyuan.insight.scores.ground import NOT_REACHED, SCHEMAS, Ground


def ground_of(drawn: Drawn) -> Ground:
    """What ``ground.read`` finds of the same book in the database, but for the numbers of its rows."""
    products = {product.index: product for product in world().products.values()}
    household = {one.customer: one.household for one in drawn.members}
    person = {one.customer: one for one in drawn.persons}
    firm = {one.customer: one for one in drawn.enterprises}
    begun = {one.policy: (one.starts_on, one.signed_on) for one in drawn.policies}
    rows: dict[str, list[tuple[Any, ...]]] = {
        "policies": [
            (
                p.policy, p.customer, products[p.product].code, products[p.product].line, products[p.product].long_term,
                p.channel, p.payment_mode, p.payment_years, _float(p.sum_insured), p.signed_on, p.starts_on, p.ends_on,
            )
            for p in drawn.policies
        ],
        "terms": [
            (
                t.policy, t.starts_on, t.ends_on, float(t.premium),
                begun[t.policy][1] if t.starts_on == begun[t.policy][0] else t.agreed_on or t.starts_on,
            )
            for t in drawn.terms
        ],
        "facts": [(f.policy, str(f.kind), f.on, f.until, _float(f.amount)) for f in drawn.facts],
        "claims": [
            (
                c.policy, c.customer, 1, c.occurred_on, c.notified_on, c.decided_on, str(c.decision) or None, c.paid_on,
                _float(c.paid_amount),
            )
            for c in drawn.claims
        ],
        "served": [(a.customer, a.starts_on, a.ends_on) for a in drawn.assignments if a.kind == "servicing"],
        "moments": [
            (e.customer, "contact" if e.name == "contact.made" else "complaint", e.occurred_at.date())
            for e in drawn.events
            if e.name == "complaint.received"
            or (e.name == "contact.made" and e.actor_kind != "system" and e.payload["outcome"] not in NOT_REACHED)
        ],
        "customers": [
            _customer(one.customer, one.kind, person.get(one.customer), firm.get(one.customer), household)
            for one in drawn.customers
        ],
        "incomes": [],
    }  # fmt: skip
    tables = {
        name: pa.table(
            [
                pa.array(column, field.type)
                for column, field in zip(zip(*lines, strict=True), SCHEMAS[name], strict=True)
            ],
            schema=SCHEMAS[name],
        )
        if lines
        else SCHEMAS[name].empty_table()
        for name, lines in rows.items()
    }
    return Ground(tables, drawn.book.as_of - timedelta(days=1))


def _customer(customer: int, kind: str, person: Any, firm: Any, household: dict[int, int]) -> tuple[Any, ...]:
    if person is None:
        return customer, kind, None, None, None, None, None, float(firm.registered_capital), None
    return (
        customer, kind, str(person.sex) or None, person.birth_date, person.occupation_class,
        _float(person.annual_income), _float(person.household_income), None, household.get(customer),
    )  # fmt: skip


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def without_what_came_after(ground: Ground, day: date) -> Ground:
    """The ground as it stood at the end of ``day``: later rows are gone, later days of earlier rows are nothing."""
    import pyarrow.compute as pc

    began = {"policies": "signed_on", "terms": "known_on", "facts": "on_day", "claims": "notified_on", "served": "from_on",
             "moments": "on_day"}  # fmt: skip
    later = {"claims": ("decided_on", "paid_on"), "served": ("until_on",)}
    tables = dict(ground.tables)
    for name, column in began.items():
        table = tables[name].filter(pc.less_equal(tables[name][column], pa.scalar(day)))
        for field in later.get(name, ()):
            values = table[field]
            hidden = pc.if_else(pc.less_equal(values, pa.scalar(day)), values, pa.scalar(None, pa.date32()))
            table = table.set_column(table.schema.get_field_index(field), field, hidden)
            if field == "decided_on":
                decision = pc.if_else(pc.is_valid(hidden), table["decision"], pa.scalar(None, pa.string()))
                table = table.set_column(table.schema.get_field_index("decision"), "decision", decision)
        tables[name] = table
    return Ground(tables, day)
