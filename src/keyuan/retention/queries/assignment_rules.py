"""By which rule each unit's renewals are given out on a day: its own, or that of the nearest unit above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.retention.models import AssignmentRule


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A unit with the rule in force for it, and its own next one. ``depth`` counts the units of the list above it."""

    unit_id: int
    name: str
    depth: int
    rule: AssignmentRule | None
    own: bool
    coming: AssignmentRule | None


def rules_of_units(*, viewer: Viewer, on: date) -> list[UnitRule]:
    """Every unit in the viewer's scope in tree order, with its rule."""
    units = list(accounts.units(viewer=viewer))
    ids = {int(part) for unit in units for part in unit.path.strip("/").split("/")}
    # A rule of a unit above the viewer's own is no secret: it decides who gets their renewals.
    rules = list(AssignmentRule.objects.filter(unit_id__in=ids).select_related("unit", "made_by").order_by("starts_on"))
    current = {rule.unit_id: rule for rule in rules if rule.starts_on <= on and (not rule.ends_on or on < rule.ends_on)}
    coming = {rule.unit_id: rule for rule in reversed(rules) if rule.starts_on > on}
    top = min((unit.path.count("/") for unit in units), default=0)
    result = []
    for unit in units:
        above = [int(part) for part in reversed(unit.path.strip("/").split("/"))]
        rule = next((current[unit_id] for unit_id in above if unit_id in current), None)
        own = rule is not None and rule.unit_id == unit.pk
        result.append(UnitRule(unit.pk, unit.label, unit.path.count("/") - top, rule, own, coming.get(unit.pk)))
    return result


def history_of_unit(unit_id: int, *, viewer: Viewer) -> list[AssignmentRule]:
    """The rules that the unit had, has and will have, the latest first; raises UnitNotFound."""
    unit = accounts.unit(unit_id, viewer=viewer)
    return list(AssignmentRule.objects.filter(unit=unit).select_related("made_by").order_by("-starts_on")[:20])
