"""From the tree to customers: EXISTS for each record that is had, every one of them in the viewer's scope."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from keyuan.customer360.conditions.fields import Ask, Gapped, Record
from keyuan.customer360.conditions.tree import Compare, Condition, Group, Has, Not, Op
from keyuan.customers import queries as customers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from keyuan.customers.models import Customer

_NEGATIVE = (Op.NE, Op.NOT_IN)


def composed(parts: Sequence[Condition], ask: Ask, *, met: Sequence[int] = ()) -> QuerySet[Customer]:
    """The customers in scope for whom all parts hold, in no order. ``met``: the places of the parts whose sides are to
    meet before anything else is looked at."""
    found = customers.visible(ask.viewer).order_by()
    if met:
        first, *others = [side(parts[place], ask) for place in met]
        found = found.filter(pk__in=first.intersection(*others))
    rest = [part for place, part in enumerate(parts) if place not in met]
    for part in [part for part in rest if _keeps_ids(part)]:
        found = found.filter(pk__in=side(part, ask))
        rest.remove(part)
    found = found.filter(_group("all", tuple(rest), "customer", ask))
    for place in met:
        if not is_whole_side(parts[place]):
            # In a CASE it is looked at for each customer who is left, and not turned into one more side of the join.
            again = When(_narrowed(parts[place], "customer", ask), then=Value(True))
            found = found.filter(Case(again, default=Value(False)))
    return found


def side(part: Condition, ask: Ask) -> QuerySet[Any, Any]:
    """The customers of the rows of a has that fit as far as the rows' own columns tell."""
    assert isinstance(part, Has)  # noqa: S101  only these have sides
    own = part.record.links["customer"][0]
    rows = part.record.rows(ask, frozenset()).filter(_group("all", _of_side(part), part.record.name, ask)).order_by()
    found = rows.values_list(own, flat=True)
    if not part.record.keeps_ids:
        return found
    of_merged = Exists(rows.filter(**{own: OuterRef("dropped_id")}))
    merged = customers.absorbed(viewer=ask.viewer).filter(of_merged)
    return found.union(merged.values_list("customer_id", flat=True), all=True)


def _keeps_ids(part: Condition) -> bool:
    """Whether a part asks for rows that may name a customer who was merged away since."""
    return isinstance(part, Has) and not part.none and part.record.keeps_ids


def has_side(part: Condition) -> bool:
    """Whether a part asks for rows that hang on the customer and tell something by themselves."""
    if not isinstance(part, Has) or part.none or part.record.excludes_self:
        return False
    return part.record.links["customer"][1] == "pk" and bool(_of_side(part))


def is_whole_side(part: Condition) -> bool:
    """Whether the side says all of the part."""
    assert isinstance(part, Has)  # noqa: S101
    return len(_of_side(part)) == len(conjuncts(part.such_that))


def _of_side(part: Has) -> tuple[Condition, ...]:
    return tuple(each for each in conjuncts(part.such_that) if not _needs(each))


def _narrowed(condition: Condition, record: str, ask: Ask) -> Q:
    match condition:
        case Group(join=join, parts=parts):
            return _group(join, parts, record, ask)
        case Not(part=part):
            return ~_whole(_narrowed(part, record, replace(ask, negated=not ask.negated)))
        case Has(record=inner, none=none):
            found = _is_had(condition, inner, record, ask)
            return ~found if none else found
        case Compare(field=field, op=op, value=value):
            turned = replace(ask, negated=not ask.negated) if op in _NEGATIVE else ask
            if ask.standing is not None:
                turned = replace(turned, gaps=ask.standing.of(condition) if isinstance(field.narrow, Gapped) else None)
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


def _is_had(condition: Has, inner: Record, outer: str, ask: Ask) -> Q:
    own, theirs = inner.links[outer]
    needs = frozenset(_needs(condition.such_that))
    afresh = replace(ask, negated=False)
    rows = inner.rows(afresh, needs)
    if inner.excludes_self:
        rows = rows.exclude(customer=OuterRef("pk"))
    inside = _narrowed(condition.such_that, inner.name, afresh)
    found = Q(Exists(rows.filter(**{own: OuterRef(theirs)}).filter(inside)))
    if not inner.keeps_ids:
        return found
    of_merged = rows.filter(**{f"{own}__any": OuterRef("absorbed_ids")}).filter(inside)
    return found | (Q(absorbed_ids__isnull=False) & Q(Exists(of_merged)))


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


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that all must hold, whatever the nesting of their groups."""
    if not isinstance(condition, Group) or condition.join != "all":
        return (condition,)
    return tuple(each for part in condition.parts for each in conjuncts(part))
