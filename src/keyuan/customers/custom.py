"""The customer's custom fields: which there are for a kind of customer, and what may be written into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keyuan.accounts.scope import Viewer
from keyuan.customers.states import CustomerKind
from keyuan.customfields import queries, rules
from keyuan.customfields.refusals import FieldNotYours
from keyuan.customfields.shapes import PREFIX, Definition
from keyuan.customfields.states import RecordKind

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor


def record_of(kind: str) -> RecordKind:
    """Whose definitions a customer of this kind has."""
    return RecordKind.PERSON if kind == CustomerKind.INDIVIDUAL else RecordKind.ENTERPRISE


def definitions_of(kind: str, *, viewer: Viewer) -> tuple[Definition, ...]:
    """The fields of a kind of customer that the viewer may see."""
    return queries.definitions(record_of(kind), viewer=viewer)


def at_entry(kind: str, raw: Mapping[str, Any], *, by: Viewer | Actor) -> dict[str, Any]:
    """The values of a new customer; raises CustomValuesRefused. The system is not asked for what it cannot know."""
    known = queries.fresh(record_of(kind)) if raw or queries.kept()[record_of(kind)] else ()
    must_be_theirs(known, raw, by=by)
    # Who may not fill a field in is not held up by it.
    asked = [each for each in known if (isinstance(by, Viewer) and by.may(each.edit)) or each.slug in raw]
    return rules.merged({}, rules.cleaned(asked, raw, entry=isinstance(by, Viewer)))


def changed(
    kind: str, before: Mapping[str, Any], changes: Mapping[str, Any], *, by: Viewer | Actor
) -> dict[str, tuple[Any, Any]]:
    """Before and after of what the changes (``custom.slug`` → value) really change; raises CustomValuesRefused."""
    raw = {name.removeprefix(PREFIX): value for name, value in changes.items() if name.startswith(PREFIX)}
    if not raw:
        return {}
    known = queries.fresh(record_of(kind))
    made = rules.differing(before, rules.cleaned(known, raw, before=before))
    must_be_theirs(known, made, by=by)
    return made


def must_be_theirs(known: tuple[Definition, ...], slugs: Mapping[str, Any], *, by: Viewer | Actor) -> None:
    """Raise FieldNotYours for a field that the viewer may not change."""
    for each in known:
        if each.slug in slugs and isinstance(by, Viewer) and not (by.may(each.edit) and by.may(each.see)):
            raise FieldNotYours(field=each.key, name=each.label)
