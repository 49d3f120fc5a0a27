"""Which part of the company each account sees."""

from __future__ import annotations

import pytest

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import PERMISSIONS, STAFF_ROLES, Permission, Role
from keyuan.accounts.scope import STRANGER, accounts_with_scope, viewer_of

BY_TREE = sorted(STAFF_ROLES - {Role.AGENT})


def _user(role: str, unit: OrgUnit | None) -> User:
    user = User.objects.create_user(f"u-{role}", role=role, org_unit=unit)
    return accounts_with_scope().get(pk=user.pk)


@pytest.mark.parametrize("role", BY_TREE)
def test_staff_of_a_branch_see_it_and_what_is_below_but_not_its_sister(
    role: str, suzhou: OrgUnit, wujiang: OrgUnit, nanjing: OrgUnit
) -> None:
    viewer = viewer_of(_user(role, suzhou))
    assert viewer.unit_ids == (suzhou.pk, wujiang.pk)
    assert not viewer.sees_whole_company


@pytest.mark.parametrize("role", BY_TREE)
def test_staff_of_head_office_see_the_whole_company(role: str, head_office: OrgUnit) -> None:
    viewer = viewer_of(_user(role, head_office))
    assert viewer.unit_ids is None
    assert viewer.sees_whole_company


def test_an_agent_of_head_office_sees_no_unit_at_all(head_office: OrgUnit) -> None:
    viewer = viewer_of(_user(Role.AGENT, head_office))
    assert viewer.unit_ids == ()
    assert not viewer.sees_whole_company


@pytest.mark.django_db
def test_a_customer_is_not_staff_and_may_nothing() -> None:
    viewer = viewer_of(_user(Role.CUSTOMER, None))
    assert (viewer.is_staff, viewer.unit_ids, viewer.permissions) == (False, (), frozenset())
    assert viewer.actor.kind == "customer"


@pytest.mark.parametrize("role", Role.values)
def test_an_inactive_account_is_a_stranger(role: str, head_office: OrgUnit) -> None:
    user = _user(role, head_office)
    user.is_active = False
    assert viewer_of(user) == STRANGER


def test_a_unit_whose_number_begins_alike_is_not_below(head_office: OrgUnit, suzhou: OrgUnit) -> None:
    alike = OrgUnit.objects.create(code="x", name="x", kind="branch", parent=head_office, path=f"{suzhou.path[:-1]}9/")
    assert alike.pk not in (viewer_of(_user(Role.MANAGER, suzhou)).unit_ids or ())


@pytest.mark.parametrize("role", BY_TREE)
def test_the_scope_is_the_same_whether_loaded_in_one_query_or_later(
    role: str, suzhou: OrgUnit, wujiang: OrgUnit
) -> None:
    user = _user(role, suzhou)
    assert viewer_of(user) == viewer_of(User.objects.get(pk=user.pk))


def test_account_unit_and_scope_are_one_query(suzhou: OrgUnit, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = _user(Role.MANAGER, suzhou)
    with django_assert_num_queries(1):
        viewer_of(accounts_with_scope().get(pk=user.pk))


def test_every_role_is_given_its_permissions_by_name() -> None:
    assert set(PERMISSIONS) == set(Role.values)
    assert Permission.UNMASK not in PERMISSIONS[Role.ADMINISTRATOR] | PERMISSIONS[Role.ANALYST]
    assert [role for role in Role.values if Permission.MANAGE_USERS in PERMISSIONS[role]] == [Role.ADMINISTRATOR]
