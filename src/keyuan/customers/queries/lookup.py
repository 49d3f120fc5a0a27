"""From any identifier to its customer: candidates of the typed text, their digests, one index probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keyuan.accounts.roles import Permission
from keyuan.customers.models import Customer, Identifier
from keyuan.customers.queries.scope import visible
from keyuan.customers.registry import digest_of
from keyuan.customers.standards import candidates
from keyuan.customers.standards.text import code, compact
from keyuan.customers.states import IdentifierKind
from keyuan.kernel.statements import ask

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

SHORTEST_BEGINNING = 3


def by_identifier(text: str, *, viewer: Viewer) -> list[Customer]:
    """Whoever the text names, most specific reading first; ``matched`` on each is its Identifier."""
    ranks = {digest_of(kind, value): rank for rank, (kind, value) in reversed(list(enumerate(candidates(text))))}
    found = _in_use(viewer).filter(digest__in=list(ranks)) if ranks else ()
    return _customers(sorted(found, key=lambda row: ranks[bytes(row.digest)]))


class Named(NamedTuple):
    """Whom an identifier in use names, its kind, and what a screen may print of it."""

    customer_id: int
    kind: str
    shown: str


def named_by(text: str, *, viewer: Viewer) -> list[Named]:
    """The same as ``by_identifier`` for who only needs to know which customers: each once, best reading first."""
    ranks = {digest_of(kind, value): rank for rank, (kind, value) in reversed(list(enumerate(candidates(text))))}
    if not ranks:
        return []
    if viewer.sees_whole_company and viewer.may(Permission.SEE_CUSTOMERS):
        rows = ask(_NAMED, [list(ranks)]).rows()
    else:
        rows = list(
            _in_use(viewer).filter(digest__in=list(ranks)).values_list("digest", "customer_id", "kind", "shown")
        )
    rows.sort(key=lambda row: ranks[bytes(row[0])])
    return list({row[1]: Named(*row[1:]) for row in reversed(rows)}.values())[::-1]


_NAMED = """
SELECT digest, customer_id, kind, shown FROM customers_identifier WHERE digest = ANY(%s::bytea[]) AND ended_on IS NULL
"""


def by_identifier_prefix(text: str, *, viewer: Viewer, limit: int = 10) -> list[Customer]:
    """Whoever has a readable identifier that begins so: policy, claim and customer numbers, plates, VINs."""
    spellings = {spelling for spelling in (code(text), compact(text)) if len(spelling) >= SHORTEST_BEGINNING}
    found: list[Identifier] = []
    for spelling in sorted(spellings, key=len, reverse=True):
        rows = _in_use(viewer).filter(plain__startswith=spelling).order_by("plain")
        found.extend(rows[:limit])
    return _customers(found)[:limit]


def _in_use(viewer: Viewer) -> QuerySet[Identifier]:
    rows = Identifier.objects.filter(ended_on__isnull=True).select_related("customer")
    return rows if viewer.sees_whole_company else rows.filter(customer__in=visible(viewer))


def _customers(rows: list[Identifier]) -> list[Customer]:
    """Each customer once, in the order of the rows."""
    found: dict[int, Customer] = {}
    for row in rows:
        if row.customer_id not in found:
            row.customer.matched = row  # type: ignore[attr-defined]
            found[row.customer_id] = row.customer
    return list(found.values())


def identifiers_of(customer_id: int, *, viewer: Viewer) -> list[Identifier]:
    """Everything that names or named this customer, in use first."""
    if not visible(viewer).filter(pk=customer_id).exists():
        return []
    rows = Identifier.objects.filter(customer_id=customer_id)
    order = list(IdentifierKind)
    return sorted(rows, key=lambda row: (row.ended_on is not None, order.index(IdentifierKind(row.kind)), row.pk))
