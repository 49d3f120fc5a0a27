"""The pages on which accounts, units and tokens are kept."""

from __future__ import annotations

import pytest
from django.test import Client

from keyuan.accounts.models import ApiToken, OrgUnit, User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.accounts.tokens import viewer_of_token

PASSWORD = "correct-horse-battery"


@pytest.fixture
def office(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def test_the_list_filters_sorts_and_counts(office: Client, hotline: User, suzhou: OrgUnit, wujiang: OrgUnit) -> None:
    for number in range(60):
        User.objects.create_user(f"wj{number:02}", role=Role.AGENT, org_unit=wujiang, display_name=f"代理{number:02}")
    page = office.get("/accounts/users/", {"unit": suzhou.pk, "sort": "-username"})
    listed = [user.username for user in page.context["page"]]
    assert (len(listed), listed[0], page.context["page"].paginator.count) == (50, "wj59", 60)
    page = office.get("/accounts/users/", {"q": "小林", "state": "active", "role": "hotline"})
    assert [user.username for user in page.context["page"]] == ["xiaolin"]
    assert office.get("/accounts/users/", {"q": "nobody"}).status_code == 200
    assert office.get("/accounts/users/", {"sort": "password", "unit": "x"}).status_code == 200


def test_a_list_of_any_length_takes_the_same_number_of_queries(
    office: Client,
    suzhou: OrgUnit,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    for number in range(30):
        User.objects.create_user(f"u{number}", role=Role.AGENT, org_unit=suzhou)
    with django_assert_max_num_queries(6):  # session, account, units of the filter, count, accounts
        office.get("/accounts/users/")


def test_an_account_is_made_changed_and_closed_on_the_pages(office: Client, suzhou: OrgUnit) -> None:
    wanted = {"username": "wf", "display_name": "王芳", "role": "counter", "org_unit": suzhou.pk, "password": PASSWORD}
    assert office.get("/accounts/users/new/").status_code == 200
    assert office.post("/accounts/users/new/", {**wanted, "org_unit": ""}).status_code == 422
    assert not User.objects.filter(username="wf").exists()
    assert office.post("/accounts/users/new/", wanted).status_code == 302
    user = User.objects.get(username="wf")
    address = f"/accounts/users/{user.pk}/"
    assert "王芳" in office.get(address).content.decode()
    office.post(address, {"display_name": "王小芳", "role": "manager", "org_unit": suzhou.pk})
    office.post(f"{address}active/", {"active": "0"})
    office.post(f"{address}second-factor/")
    assert office.post(f"{address}password/", {"password": "123"}).status_code == 422
    office.post(f"{address}password/", {"password": "another-long-one-8"})
    user.refresh_from_db()
    assert (user.display_name, user.role, user.is_active) == ("王小芳", "manager", False)
    assert user.check_password("another-long-one-8")


def test_a_refusal_is_told_beside_its_field(office: Client, hotline: User, head_office: OrgUnit) -> None:
    wanted = {"username": "xiaolin", "display_name": "x", "role": "hotline", "org_unit": head_office.pk}
    page = office.post("/accounts/users/new/", {**wanted, "password": PASSWORD})
    assert "xiaolin" in page.context["form"].errors["username"][0]


def test_units_are_made_renamed_and_moved_on_the_pages(office: Client, suzhou: OrgUnit, nanjing: OrgUnit) -> None:
    assert "苏州分公司" in office.get("/accounts/units/").content.decode()
    assert office.get(f"/accounts/units/new/?parent={suzhou.pk}").context["form"]["parent"].value() == str(suzhou.pk)
    new = {"code": "320506", "name": "吴中支公司", "kind": "sub_branch", "parent": suzhou.pk}
    assert office.post("/accounts/units/new/", new).status_code == 302
    assert office.post("/accounts/units/new/", new).status_code == 422
    unit = OrgUnit.objects.get(code="320506")
    office.post(f"/accounts/units/{unit.pk}/", {"name": "吴中中心支公司", "region": "320506"})
    office.post(f"/accounts/units/{unit.pk}/move/", {"parent": nanjing.pk})
    unit.refresh_from_db()
    assert (unit.name, unit.region, unit.path) == ("吴中中心支公司", "320506", f"{nanjing.path}{unit.pk}/")
    assert office.get(f"/accounts/units/{unit.pk}/").status_code == 200


def test_a_token_is_shown_once_and_ends_when_revoked(hotline: User) -> None:
    client = Client()
    client.force_login(hotline)
    assert client.get("/accounts/tokens/").status_code == 200
    wanted = {"name": "弹屏", "days": 30, "scopes": ["see_customers"], "purpose": "service"}
    wrong = client.post("/accounts/tokens/", {**wanted, "purpose_text": "来电弹屏", "networks": "10.8.0.0/40"})
    assert (wrong.status_code, ApiToken.objects.count()) == (422, 0)
    page = client.post("/accounts/tokens/", {**wanted, "purpose_text": "来电弹屏", "networks": ""})
    assert "来电弹屏" in client.get(f"/accounts/tokens/{ApiToken.objects.get().pk}/").content.decode()
    text = page.context["fresh"]
    assert viewer_of_token(text).user_id == hotline.pk
    assert text not in client.get("/accounts/tokens/").content.decode()
    assert "max-age=0" in page.headers["Cache-Control"]
    client.post(f"/accounts/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert viewer_of_token(text) == STRANGER
    assert client.get("/accounts/security/").status_code == 200


def test_a_temporary_password_opens_nothing_but_its_change(hotline: User) -> None:
    User.objects.filter(pk=hotline.pk).update(password_is_temporary=True)
    client = Client()
    client.force_login(hotline)
    assert client.get("/accounts/tokens/").headers["Location"] == "/accounts/password/change/"


def test_other_roles_do_not_enter(hotline: User, admin: User) -> None:
    client = Client()
    client.force_login(hotline)
    for address in ("users/", "users/new/", f"users/{admin.pk}/", "units/", "units/new/"):
        assert client.get(f"/accounts/{address}").status_code == 403
