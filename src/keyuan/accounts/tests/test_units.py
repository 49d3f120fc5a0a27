"""The organisation tree."""

from __future__ import annotations

import pytest
from django.utils import translation

from keyuan.accounts import actions, queries
from keyuan.accounts.actions.units import UnitDraft
from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.refusals import HeadOfficeStays, NotPermitted, UnitBelowItself, UnitCodeTaken, UnitNotFound
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import STRANGER, viewer_of
from keyuan.eventlog.models import Event


def paths() -> dict[str, str]:
    return dict(OrgUnit.objects.values_list("code", "path"))


def test_a_new_unit_hangs_below_its_parent(admin: User, suzhou: OrgUnit) -> None:
    unit = actions.create_unit(
        "320506", UnitDraft(name="吴中支公司"), kind="sub_branch", parent_id=suzhou.pk, by=viewer_of(admin)
    )
    assert unit.path == f"{suzhou.path}{unit.pk}/"
    assert Event.objects.get(name="unit.created").subject_id == str(unit.pk)


def test_moving_takes_everything_below_along_and_changes_who_sees_it(
    admin: User, suzhou: OrgUnit, wujiang: OrgUnit, nanjing: OrgUnit
) -> None:
    boss = User.objects.create_user("boss", role=Role.MANAGER, org_unit=nanjing)
    assert viewer_of(boss).unit_ids == (nanjing.pk,)
    actions.move_unit(suzhou.pk, parent_id=nanjing.pk, by=viewer_of(admin))
    assert paths()["3205"] == f"{nanjing.path}{suzhou.pk}/"
    assert paths()["320509"] == f"{nanjing.path}{suzhou.pk}/{wujiang.pk}/"
    assert viewer_of(User.objects.get(pk=boss.pk)).unit_ids == (nanjing.pk, suzhou.pk, wujiang.pk)
    assert Event.objects.get(name="unit.changed").payload["changes"]["units"] == [2, 2]


def test_a_unit_is_not_moved_below_itself_and_head_office_not_at_all(
    admin: User, head_office: OrgUnit, suzhou: OrgUnit, wujiang: OrgUnit
) -> None:
    before = paths()
    with pytest.raises(UnitBelowItself):
        actions.move_unit(suzhou.pk, parent_id=wujiang.pk, by=viewer_of(admin))
    with pytest.raises(HeadOfficeStays):
        actions.move_unit(head_office.pk, parent_id=suzhou.pk, by=viewer_of(admin))
    assert paths() == before
    assert not Event.objects.filter(name="unit.changed").exists()


def test_there_is_one_head_office_and_one_unit_a_code(admin: User, suzhou: OrgUnit) -> None:
    by = viewer_of(admin)
    with pytest.raises(HeadOfficeStays):
        actions.create_unit("99", UnitDraft(name="第二总公司"), kind="head_office", parent_id=None, by=by)
    with pytest.raises(UnitCodeTaken):
        actions.create_unit("3205", UnitDraft(name="又一个"), kind="branch", parent_id=suzhou.pk, by=by)


def test_renaming_tells_before_and_after(admin: User, suzhou: OrgUnit) -> None:
    actions.rename_unit(suzhou.pk, UnitDraft(name="苏州中心支公司"), by=viewer_of(admin))
    assert Event.objects.get(name="unit.changed").payload == {"changes": {"name": ["苏州分公司", "苏州中心支公司"]}}


def test_a_branch_administrator_and_a_stranger_cannot_reach_beyond(suzhou: OrgUnit, nanjing: OrgUnit) -> None:
    local = viewer_of(User.objects.create_user("local", role=Role.ADMINISTRATOR, org_unit=suzhou))
    with pytest.raises(UnitNotFound):
        actions.rename_unit(nanjing.pk, UnitDraft(name="x"), by=local)
    with pytest.raises(UnitNotFound):
        actions.move_unit(suzhou.pk, parent_id=nanjing.pk, by=local)
    with pytest.raises(NotPermitted):
        actions.rename_unit(suzhou.pk, UnitDraft(name="x"), by=STRANGER)
    assert list(queries.units(viewer=local)) == [suzhou]
    assert not queries.units(viewer=STRANGER).exists()


def test_a_unit_is_named_in_the_readers_language_and_in_chinese_where_nobody_gave_it_another() -> None:
    branch, office = OrgUnit(name="苏州分公司", name_en="Suzhou Branch"), OrgUnit(name="松陵营业部")
    with translation.override("en"):
        assert (str(branch), office.label) == ("Suzhou Branch", "松陵营业部")
        assert str(Permission.EDIT_CUSTOMERS.label) == "Change customer records"
    with translation.override("zh-hans"):
        assert (str(branch), office.label) == ("苏州分公司", "松陵营业部")
