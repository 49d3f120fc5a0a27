"""From the tree to customers: EXISTS for each record that is had, every one of them in the viewer's scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions.fields import Ask, Record
from keyuan.customer360.conditions.tree import Compare, Condition, Group, Has, Not, Op
from keyuan.customers import queries as customers
from keyuan.kernel.clock import now

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.customers.models import Customer

_NEGATIVE = (Op.NE, Op.NOT_IN)


def matching(condition: Condition, *, viewer: Viewer, on: date) -> QuerySet[Customer]:
    """The customers in scope for whom the condition holds on a day, in no order."""
    ask = Ask(viewer, on, now())
    return customers.visible(viewer).filter(_narrowed(condition, "customer", ask)).order_by()


def _narrowed(condition: Condition, record: str, ask: Ask) -> Q:
    match condition:
        case Group(join=join, parts=parts):
            return _group(join, parts, record, ask)
        case Not(part=part):
            return ~_whole(_narrowed(part, record, replace(ask, negated=not ask.negated)))
        case Has(record=inner, none=none):
            found = Q(Exists(_had(condition, inner, record, ask)))
            return ~found if none else found
        case Compare(field=field, op=op, value=value):
            turned = replace(ask, negated=not ask.negated) if op in _NEGATIVE else ask
            return field.narrow(op, value, turned)
    raise TypeError(type(condition).__name__)  # pragma: no cover


def _group(join: str, parts: tuple[Condition, ...], record: str, ask: Ask) -> Q:
    found = Q()
    for place, part in enumerate(parts):
        one = _whole(_narrowed(part, record, ask))
        joined = found & one if join == "all" else found | one
        found = joined if place else one
    return found


def _whole(found: Q) -> Q:
    """A condition that narrows nothing, said so: an empty Q would vanish from an "or" and from a "not"."""
    return found or Q(pk__isnull=False)


def _had(condition: Has, inner: Record, outer: str, ask: Ask) -> QuerySet[Any]:
    own, theirs = inner.links[outer]
    needs = frozenset(_needs(condition.such_that))
    afresh = replace(ask, negated=False)
    rows = inner.rows(afresh, needs).filter(**{own: OuterRef(theirs)})
    if inner.excludes_self:
        rows = rows.exclude(customer=OuterRef("pk"))
    return rows.filter(_narrowed(condition.such_that, inner.name, afresh))


def _needs(condition: Condition) -> set[str]:
    """What the fields of this record (not of those inside it) want computed."""
    match condition:
        case Group(parts=parts):
            return {need for part in parts for need in _needs(part)}
        case Not(part=part):
            return _needs(part)
        case Compare(field=field):
            return {field.needs} if field.needs else set()
    return set()
