"""What an administrator does with accounts."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from keyuan.accounts import actions, queries
from keyuan.accounts.actions import UserDraft
from keyuan.accounts.models import ApiToken, OrgUnit, User
from keyuan.accounts.refusals import (
    LastAdministrator,
    NotPermitted,
    StaffNeedUnit,
    UnitNotFound,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
)
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import STRANGER, viewer_of
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now

PASSWORD = "correct-horse-battery"


def draft(unit: OrgUnit | None, role: str = Role.HOTLINE, name: str = "王芳") -> UserDraft:
    return UserDraft(display_name=name, role=role, org_unit_id=unit.pk if unit else None)


def test_a_new_account_has_a_temporary_password_and_a_line(admin: User, suzhou: OrgUnit) -> None:
    user = actions.create_user("wangfang", draft(suzhou), password=PASSWORD, by=viewer_of(admin))
    assert user.check_password(PASSWORD)
    assert user.password_is_temporary
    line = Event.objects.get(name="user.created")
    assert (line.actor_id, line.subject_id, line.org_unit_id) == (str(admin.pk), str(user.pk), suzhou.pk)
    assert PASSWORD not in str(line.payload)


@pytest.mark.parametrize("taken", ["xiaolin", "XiaoLin"])
def test_a_name_is_taken_whatever_its_letters(taken: str, admin: User, hotline: User, head_office: OrgUnit) -> None:
    with pytest.raises(UsernameTaken):
        actions.create_user(taken, draft(head_office), password=PASSWORD, by=viewer_of(admin))
    assert not Event.objects.filter(name="user.created").exists()


def test_staff_without_a_unit_and_weak_passwords_are_refused(admin: User, head_office: OrgUnit) -> None:
    with pytest.raises(StaffNeedUnit):
        actions.create_user("a", draft(None), password=PASSWORD, by=viewer_of(admin))
    with pytest.raises(WeakPassword):
        actions.create_user("a", draft(head_office), password="12345678", by=viewer_of(admin))
    assert not User.objects.filter(username="a").exists()


def test_only_administrators_manage_accounts(hotline: User, admin: User, head_office: OrgUnit) -> None:
    for by in (viewer_of(hotline), STRANGER):
        with pytest.raises(NotPermitted):
            actions.create_user("a", draft(head_office), password=PASSWORD, by=by)
        with pytest.raises(NotPermitted):
            actions.set_active(admin.pk, active=False, by=by)
        assert not queries.users(viewer=by).exists()


def test_an_administrator_of_a_branch_reaches_that_branch_only(
    admin: User, hotline: User, suzhou: OrgUnit, wujiang: OrgUnit, nanjing: OrgUnit
) -> None:
    local = viewer_of(User.objects.create_user("local", role=Role.ADMINISTRATOR, org_unit=suzhou))
    mine = actions.create_user("mine", draft(wujiang), password=PASSWORD, by=local)
    assert set(queries.users(viewer=local).values_list("username", flat=True)) == {"local", "mine"}
    with pytest.raises(UserNotFound):
        actions.set_temporary_password(hotline.pk, password=PASSWORD, by=local)
    for outside in (nanjing, OrgUnit.objects.get(code="00")):
        with pytest.raises(UnitNotFound):
            actions.change_user(mine.pk, draft(outside), by=local)
    with pytest.raises(StaffNeedUnit):
        actions.change_user(mine.pk, draft(None, Role.CUSTOMER), by=local)


def test_a_change_tells_before_and_after_and_no_change_tells_nothing(admin: User, hotline: User) -> None:
    by, same = viewer_of(admin), UserDraft(display_name="小林", role=Role.HOTLINE, org_unit_id=hotline.org_unit_id)
    actions.change_user(hotline.pk, same, by=by)
    assert not Event.objects.filter(name="user.changed").exists()
    actions.change_user(
        hotline.pk, UserDraft(display_name="小林", role=Role.MANAGER, org_unit_id=hotline.org_unit_id), by=by
    )
    assert Event.objects.get(name="user.changed").payload == {"changes": {"role": ["hotline", "manager"]}}


def test_the_last_administrator_stays(admin: User, hotline: User, head_office: OrgUnit) -> None:
    by = viewer_of(admin)
    with pytest.raises(LastAdministrator):
        actions.set_active(admin.pk, active=False, by=by)
    with pytest.raises(LastAdministrator):
        actions.change_user(admin.pk, draft(head_office, Role.MANAGER), by=by)
    User.objects.create_user("second", role=Role.ADMINISTRATOR, org_unit=head_office)
    assert not actions.set_active(admin.pk, active=False, by=by).is_active


def test_closing_an_account_ends_its_sessions_and_tokens_for_good(client: Client, admin: User, hotline: User) -> None:
    client.force_login(hotline)
    actions.create_token("报表", scopes=[Permission.SEE_CUSTOMERS], days=30, by=viewer_of(hotline))
    actions.set_active(hotline.pk, active=False, by=viewer_of(admin))
    assert client.get("/accounts/2fa/").status_code == 302
    actions.set_active(hotline.pk, active=True, by=viewer_of(admin))
    assert ApiToken.objects.get().revoked_at is not None
    assert [e.payload["changes"]["is_active"] for e in Event.objects.filter(name="user.changed").order_by("id")] == [
        [True, False],
        [False, True],
    ]


def test_a_temporary_password_ends_sessions_and_must_be_changed_first(
    client: Client, admin: User, hotline: User
) -> None:
    client.force_login(hotline)
    actions.set_temporary_password(hotline.pk, password="only-until-tomorrow-7", by=viewer_of(admin))
    assert client.get("/accounts/2fa/").status_code == 302
    client.post("/accounts/login/", {"login": "xiaolin", "password": "only-until-tomorrow-7"})
    form = {"oldpassword": "only-until-tomorrow-7", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/password/change/", form)
    hotline.refresh_from_db()
    assert hotline.check_password(PASSWORD)
    assert not hotline.password_is_temporary
    assert Event.objects.filter(name="user.password_changed", actor_id=str(hotline.pk)).count() == 1


def test_a_lost_second_factor_is_removed_with_its_recovery_codes(admin: User, hotline: User) -> None:
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=hotline, type=kind, data={})
    assert actions.reset_second_factor(hotline.pk, by=viewer_of(admin)) == 2
    assert not Authenticator.objects.filter(user=hotline).exists()
    assert Event.objects.get(name="user.second_factor_removed").payload == {"types": ["recovery_codes", "totp"]}
    assert actions.reset_second_factor(hotline.pk, by=viewer_of(admin)) == 0
    assert Event.objects.filter(name="user.second_factor_removed").count() == 1


def test_tokens_of_others_are_out_of_sight(admin: User, hotline: User, suzhou: OrgUnit) -> None:
    token, _ = actions.create_token("x", scopes=[Permission.SEE_CUSTOMERS], days=1, by=viewer_of(hotline))
    other = viewer_of(User.objects.create_user("other", role=Role.MANAGER, org_unit=suzhou))
    assert not queries.tokens(viewer=other).exists()
    assert list(queries.tokens(viewer=viewer_of(admin))) == [token]
    assert token.expires_at > now()
