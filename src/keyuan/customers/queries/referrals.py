"""Who brought whom: the referrals above and below a customer, as deep as asked, a circle told once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from keyuan.customers.queries.profile import must_be_visible
from keyuan.customers.queries.scope import visible
from keyuan.customers.states import RelationKind

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

DEEPEST = 6
MOST = 400

# ``path`` keeps a circle of referrals from being walked twice; the relation's index leads from customer to other.
_WALK = """
WITH RECURSIVE walk (customer_id, by_id, depth, path, since) AS (
    SELECT other_id, customer_id, 1, ARRAY[customer_id, other_id], since
    FROM customers_relation WHERE customer_id = %(start)s AND kind = %(kind)s
    UNION ALL
    SELECT relation.other_id, walk.customer_id, walk.depth + 1, walk.path || relation.other_id, relation.since
    FROM walk JOIN customers_relation relation ON relation.customer_id = walk.customer_id AND relation.kind = %(kind)s
    WHERE walk.depth < %(deepest)s AND NOT relation.other_id = ANY(walk.path)
)
SELECT walk.customer_id, walk.by_id, walk.depth, walk.since, customer.name, customer.number
FROM walk JOIN customers_customer customer ON customer.id = walk.customer_id
ORDER BY walk.depth, walk.since NULLS LAST, walk.customer_id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Referral:
    """One step of the tree: ``customer_id`` stands ``depth`` steps away, next to ``by_id``.

    Outside the viewer's scope ``number`` is empty; the name is told for direct referrals only, as ties always tell it.
    """

    customer_id: int
    by_id: int
    depth: int
    since: object
    name: str
    number: str


def referrals(customer_id: int, *, viewer: Viewer, up: bool = False, deepest: int = DEEPEST) -> list[Referral]:
    """Everybody whom the customer brought, and whom they brought; or with ``up`` who brought the customer, and so on.

    The nearest first, at most ``MOST``, each customer once. Raises CustomerNotFound.
    """
    must_be_visible(customer_id, viewer=viewer)
    kind = RelationKind.REFERRER if up else RelationKind.REFERRED
    wanted: dict[str, int | str] = {
        "start": customer_id,
        "kind": kind.value,
        "deepest": min(deepest, DEEPEST),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WALK, wanted)
        rows = cursor.fetchall()
    nearest = {row[0]: row for row in reversed(rows) if row[0] != customer_id}
    seen = set(visible(viewer).filter(pk__in=list(nearest)).values_list("pk", flat=True))
    ordered = sorted(nearest.values(), key=lambda row: rows.index(row))
    return [
        Referral(id_, by, depth, since, name if id_ in seen or depth == 1 else "", number if id_ in seen else "")
        for id_, by, depth, since, name, number in ordered
    ]
