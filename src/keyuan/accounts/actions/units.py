"""The organisation tree: units are made, renamed and moved; never deleted, for the log and the book speak of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from keyuan.accounts import events, queries
from keyuan.accounts.access import require
from keyuan.accounts.models import OrgUnit
from keyuan.accounts.refusals import HeadOfficeStays, UnitBelowItself, UnitCodeTaken
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraft:
    """Names of a unit; ``region`` is the six-digit division code of GB/T 2260, or empty."""

    name: str
    name_en: str = ""
    region: str = ""


def create_unit(code: str, draft: UnitDraft, *, kind: str, parent_id: int | None, by: Viewer) -> OrgUnit:
    """A new unit below ``parent_id``; the very first unit is head office and has no parent.

    Raises NotPermitted, UnitNotFound, UnitCodeTaken, HeadOfficeStays.
    """
    require(by, Permission.MANAGE_USERS)
    with transaction.atomic():
        _hold_the_tree()
        if OrgUnit.objects.filter(code=code).exists():
            raise UnitCodeTaken(unit_code=code, field="code")
        if parent_id is None and (OrgUnit.objects.exists() or kind != OrgUnit.Kind.HEAD_OFFICE):
            raise HeadOfficeStays(field="parent")
        above = "/" if parent_id is None else queries.unit(parent_id, viewer=by).path
        unit = OrgUnit.objects.create(code=code, kind=kind, parent_id=parent_id, path="", **asdict(draft))
        unit.path = f"{above}{unit.pk}/"
        unit.save(update_fields=["path"])
        payload = {"code": code, "name": draft.name, "kind": str(kind), "parent_id": parent_id}
        record(events.UNIT_CREATED, by=by.actor, org_unit_id=unit.pk, subject=("unit", unit.pk), payload=payload)
    return unit


def rename_unit(unit_id: int, draft: UnitDraft, *, by: Viewer) -> OrgUnit:
    """New names or region; no line if nothing changed."""
    require(by, Permission.MANAGE_USERS)
    with transaction.atomic():
        _hold_the_tree()
        unit = queries.unit(unit_id, viewer=by)
        wanted = asdict(draft)
        changes = {name: [getattr(unit, name), value] for name, value in wanted.items() if getattr(unit, name) != value}
        if changes:
            for name, value in wanted.items():
                setattr(unit, name, value)
            unit.save(update_fields=wanted)
            _log_change(unit, by, changes)
    return unit


def move_unit(unit_id: int, *, parent_id: int, by: Viewer) -> OrgUnit:
    """Hang a unit, with all below it, under another parent: the paths of the subtree change in this one transaction.

    Who sees which rows changes with it at once. Raises UnitNotFound, HeadOfficeStays, UnitBelowItself.
    """
    require(by, Permission.MANAGE_USERS)
    with transaction.atomic():
        _hold_the_tree()
        unit, parent = queries.unit(unit_id, viewer=by), queries.unit(parent_id, viewer=by)
        if unit.parent_id is None:
            raise HeadOfficeStays
        if parent.path.startswith(unit.path):
            raise UnitBelowItself(unit=unit.name, field="parent")
        if unit.parent_id == parent.pk:
            return unit
        old, before = unit.path, unit.parent_id
        new = f"{parent.path}{unit.pk}/"
        moved = OrgUnit.objects.filter(path__startswith=old).update(
            path=Concat(Value(new), Substr(F("path"), len(old) + 1))
        )
        OrgUnit.objects.filter(pk=unit.pk).update(parent=parent)
        _log_change(unit, by, {"parent_id": [before, parent.pk], "path": [old, new], "units": [moved, moved]})
    unit.refresh_from_db()
    return unit


def _hold_the_tree() -> None:
    """One change of the tree at a time: whoever changes it holds the root."""
    list(OrgUnit.objects.select_for_update().filter(parent=None).values_list("pk"))


def _log_change(unit: OrgUnit, by: Viewer, changes: dict[str, list[object]]) -> None:
    record(
        events.UNIT_CHANGED, by=by.actor, org_unit_id=unit.pk, subject=("unit", unit.pk), payload={"changes": changes}
    )
