"""Organisation units by their codes, for an imported book."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import override

from keyuan.accounts.events import UNIT_CREATED
from keyuan.accounts.models import OrgUnit
from keyuan.eventlog.actions import record
from keyuan.kernel.actor import Actor

HEAD_OFFICE_CODE = "00"


def unit_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of the units that bear these codes."""
    return dict(OrgUnit.objects.filter(code__in=codes).values_list("code", "pk"))


def head_office(*, by: Actor) -> int:
    """The key of the head office; one called 总公司 is opened if there is none. In the caller's transaction."""
    unit = OrgUnit.objects.filter(parent=None).order_by("pk").first()
    if unit is not None:
        return unit.pk
    with override("zh-hans"):
        name = _("总公司")
    return _open(HEAD_OFFICE_CODE, name, OrgUnit.Kind.HEAD_OFFICE, None, by)


def open_branches(codes: Collection[str], *, by: Actor) -> dict[str, int]:
    """Open a branch under the head office for every code; returns their keys. In the caller's transaction."""
    parent = OrgUnit.objects.get(pk=head_office(by=by))
    return {code: _open(code, code, OrgUnit.Kind.BRANCH, parent, by) for code in codes}


def _open(code: str, name: str, kind: OrgUnit.Kind, parent: OrgUnit | None, by: Actor) -> int:
    unit = OrgUnit.objects.create(code=code, name=name, kind=kind, parent=parent, path="")
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    record(
        UNIT_CREATED, by=by, org_unit_id=unit.pk, subject=("org_unit", unit.pk), payload={"code": code, "name": name}
    )
    return unit.pk
