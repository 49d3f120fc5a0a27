"""Two records side by side: every field of both, what differs, and why they are thought to be one customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, TextField
from django.utils.translation import gettext as _

from keyuan.customers import queries as customers
from keyuan.customers.fields import detail_fields, label_of
from keyuan.customers.merging.choices import HOUSEHOLD, OWN_FIELDS, SERVICING
from keyuan.duplicates.models import Duplicate
from keyuan.duplicates.queries.queue import the_pair
from keyuan.duplicates.rules.weights import limits
from keyuan.duplicates.states import Evidence, Likeness
from keyuan.kernel.clock import today
from keyuan.kernel.fields import SealedTextField

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Reason:
    """``words``: what was compared and how it came out. ``speaks_for``: it makes one customer likelier, by ``bits``."""

    words: str
    speaks_for: bool
    bits: float


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what each record says. ``differs``: both say something, and not the same. ``proposed``: whose value.
    ``free``: a third value may be typed instead."""

    name: str
    label: str
    left: str
    right: str
    differs: bool
    only_one: bool
    proposed: str
    sealed: bool
    free: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A record as its column begins."""

    id: int
    number: str
    name: str
    branch: str
    since: Any


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the page of one pair shows. ``left`` is the record that is kept unless turned round: the older one."""

    pair: Duplicate
    left: Side
    right: Side
    reasons: tuple[Reason, ...]
    lines: tuple[Line, ...]
    certain: bool


def review(customer_id: int, other_id: int, *, viewer: Viewer, keep_id: int | None = None) -> Review:
    """The pair as a person judges it; raises PairNotFound."""
    pair = the_pair(customer_id, other_id, viewer=viewer)
    keep = keep_id if keep_id in (pair.customer_id, pair.other_id) else pair.customer_id
    drop = pair.other_id if keep == pair.customer_id else pair.customer_id
    kept, dropped = customers.full(keep, viewer=viewer), customers.full(drop, viewer=viewer)
    return Review(
        pair,
        _side(kept),
        _side(dropped),
        tuple(reasons_of(pair)),
        tuple(_lines(kept, dropped, viewer)),
        pair.probability >= limits().certain,
    )


def in_words(what: str, how: str) -> str:
    """An outcome as a person says it: 姓名读音相同."""
    return _("%(what)s%(likeness)s") % {"what": Evidence(what).label, "likeness": Likeness(how).label}


def reasons_of(pair: Duplicate) -> list[Reason]:
    """The evidence in words, what says most first."""
    return [
        Reason(in_words(what, how), bits > 0, bits)
        for what, how, bits in pair.evidence
        if what in Evidence.values and how in Likeness.values
    ]


def told_pair(pair: Duplicate) -> dict[str, Any]:
    """A pair for programs and terminals; it was read in scope."""
    sides = {"customer": pair.customer, "other": pair.other}
    return {
        **{key: {"id": one.pk, "number": one.number, "name": one.name} for key, one in sides.items()},
        "probability": round(pair.probability, 4),
        "weight": round(pair.weight, 1),
        "reasons": [one.words for one in reasons_of(pair)],
        "found_at": pair.found_at.isoformat(),
    }


def _side(customer: Customer) -> Side:
    return Side(customer.pk, customer.number, customer.name, customer.org_unit.label, customer.created_at)


def _lines(kept: Customer, dropped: Customer, viewer: Viewer) -> list[Line]:
    found = [
        _line(name, str(label_of(kept.kind, name)), *_own(name, kept, dropped), free=name == "name")
        for name in OWN_FIELDS
    ]
    profiles = [customers.profile_of(one) for one in (kept, dropped)]
    for left_part, right_part in zip(*(profile.parts for profile in profiles), strict=True):
        for left, right in zip(left_part.fields, right_part.fields, strict=True):
            same = _raw(kept, left.name) == _raw(dropped, left.name)
            free = _is_text(kept.kind, left.name)
            shown = (left.name, left.label, left.shown, right.shown)
            found.append(_line(*shown, same=same, sealed=left.sealed, free=free))
    found += _ties(kept.pk, dropped.pk, viewer)
    return [line for line in found if line.left or line.right]


def _is_text(kind: str, name: str) -> bool:
    field = detail_fields(kind)[name]
    return isinstance(field, CharField | TextField | SealedTextField) and not field.choices


def _own(name: str, kept: Customer, dropped: Customer) -> tuple[str, str]:
    if name == "org_unit_id":
        return kept.org_unit.label, dropped.org_unit.label
    if name == "source":
        return kept.get_source_display(), dropped.get_source_display()
    return str(getattr(kept, name)), str(getattr(dropped, name))


def _raw(customer: Customer, name: str) -> Any:
    return getattr(customers.details_of(customer), name, None)


def _line(
    name: str, label: str, left: str, right: str, *, same: bool | None = None, sealed: bool = False, free: bool = False
) -> Line:
    equal = left == right if same is None else same
    differs = bool(left and right) and not equal
    return Line(
        name,
        label,
        left,
        right,
        differs,
        bool(left) != bool(right),
        "keep" if left or not right else "drop",
        sealed,
        free,
    )


def _ties(kept_id: int, dropped_id: int, viewer: Viewer) -> list[Line]:
    agents = [customers.owner_of(one, viewer=viewer, on=today()) for one in (kept_id, dropped_id)]
    homes = [customers.household_of(one, viewer=viewer) for one in (kept_id, dropped_id)]
    return [
        _line(SERVICING, _("服务人员"), *("" if one is None else str(one) for one in agents)),
        _line(HOUSEHOLD, _("家庭"), *("" if one is None else one.name for one in homes)),
    ]
