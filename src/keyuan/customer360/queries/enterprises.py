"""A group of companies with what each has in force, as far as the viewer sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.customers.queries import CompanySeen
from keyuan.policies import queries as policies
from keyuan.policies.queries import InForce


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company of the tree with what it has in force, by currency; of one out of scope only the name is told."""

    company: CompanySeen
    in_force: tuple[InForce, ...]


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """The tree, and the sums over the companies in scope; ``hidden`` counts the others."""

    rows: tuple[CompanyRow, ...]
    totals: tuple[InForce, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class MemberHit:
    """Somebody insured under a group policy whom a text names."""

    policy_id: int
    number: str
    holder: str
    name: str
    id_number: str
    plan: str
    joined_on: date
    left_on: date | None


def group_of_companies(customer_id: int, *, viewer: Viewer, on: date) -> GroupSeen:
    """The whole tree in which a company stands on a day; nothing for who may not see the company."""
    tree = customers.company_tree(customer_id, viewer=viewer, on=on)
    seen = {one.id for one in tree if one.open}
    held = policies.in_force_of(seen, viewer=viewer, on=on) if seen else {}
    totals: dict[str, InForce] = {}
    for one in (entry for company in sorted(seen) for entry in held.get(company, ())):
        total = totals.setdefault(one.currency, InForce(one.currency))
        total.policies += one.policies
        total.premium += one.premium
    rows = tuple(CompanyRow(one, tuple(held.get(one.id, ())) if one.open else ()) for one in tree)
    return GroupSeen(rows, tuple(totals[name] for name in sorted(totals)), sum(not one.open for one in tree))


def find_members(text: str, *, viewer: Viewer, limit: int = 10) -> list[MemberHit]:
    """Members of group policies in scope whose ID number or mobile the text is: no query unless it may be one."""
    return [
        MemberHit(
            row.policy_id,
            row.policy.number,
            row.customer.name,
            row.name,
            mask("id_number", None if row.id_number is None else str(row.id_number)),
            row.plan,
            row.joined_on,
            row.left_on,
        )
        for row in policies.members_named(text, viewer=viewer, limit=limit)
    ]
