"""The referral tree of a customer: who brought them, whom they brought, prospects included."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keyuan.customers import queries as customers
from keyuan.customers.queries.referrals import DEEPEST
from keyuan.sales.queries.one import facts_of
from keyuan.sales.queries.scope import visible
from keyuan.sales.rules import stage

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

MOST_PROSPECTS = 100


@dataclass(frozen=True, slots=True)
class ReferralNode:
    """Somebody who was brought: a customer (``number`` if the viewer may open their page) or a prospect.

    ``name`` is empty for who is deeper than a direct referral and outside the viewer's scope.
    """

    name: str
    number: str
    prospect_id: int | None
    stage: str
    below: tuple[ReferralNode, ...]

    @property
    def count(self) -> int:
        """How many stand below, at all depths."""
        return sum(1 + node.count for node in self.below)


@dataclass(frozen=True, slots=True)
class ReferralTree:
    """``above`` is the chain that leads to the customer, the nearest first; ``below`` whom they brought."""

    above: tuple[ReferralNode, ...]
    below: tuple[ReferralNode, ...]

    @property
    def customers(self) -> int:
        """How many customers stand below."""
        return sum(_customers(node) for node in self.below)

    @property
    def prospects(self) -> int:
        """How many open prospects stand below."""
        return sum(1 + node.count for node in self.below) - self.customers

    def __bool__(self) -> bool:
        return bool(self.above or self.below)


def referral_tree(customer_id: int, *, viewer: Viewer, deepest: int = DEEPEST) -> ReferralTree:
    """Up and down from a customer, at most ``deepest`` steps; raises CustomerNotFound."""
    down = customers.referrals(customer_id, viewer=viewer, deepest=deepest)
    up = customers.referrals(customer_id, viewer=viewer, up=True, deepest=deepest)
    below: dict[int, list[customers.Referral]] = defaultdict(list)
    for one in down:
        below[one.by_id].append(one)
    brought = _prospects([customer_id, *(one.customer_id for one in down)], viewer)
    above = tuple(ReferralNode(one.name, one.number, None, "", ()) for one in up)
    return ReferralTree(above, _grown(customer_id, below, brought))


def _grown(
    customer_id: int, below: dict[int, list[customers.Referral]], brought: dict[int, list[ReferralNode]]
) -> tuple[ReferralNode, ...]:
    nodes = [
        ReferralNode(one.name, one.number, None, "", _grown(one.customer_id, below, brought))
        for one in below.get(customer_id, ())
    ]
    return (*nodes, *brought.get(customer_id, ()))


def _prospects(referrer_ids: list[int], viewer: Viewer) -> dict[int, list[ReferralNode]]:
    """The prospects who were brought by these customers and are not customers yet."""
    rows = visible(viewer).filter(referrer_id__in=referrer_ids, customer__isnull=True).order_by("id")
    found: dict[int, list[ReferralNode]] = defaultdict(list)
    for row in rows[:MOST_PROSPECTS]:
        if row.referrer_id is not None:
            node = ReferralNode(row.name, "", row.pk, str(stage(facts_of(row)).label), ())
            found[row.referrer_id].append(node)
    return found


def _customers(node: ReferralNode) -> int:
    return (node.prospect_id is None) + sum(_customers(one) for one in node.below)
