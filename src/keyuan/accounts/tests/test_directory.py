"""Single sign-on against a real OpenID provider over HTTP, and the rule from claims to account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import oidc_provider_mock
import pytest
import requests
from django.conf import settings as live
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import STAFF_ROLES, Role
from keyuan.accounts.rules import DirectoryRule, read_claims
from keyuan.eventlog.models import Event
from keyuan.settings.signin import oidc_providers

RULE = DirectoryRule(
    "preferred_username", "groups", "unit", {"crm-boss": "manager", "crm-line": "hotline"}, STAFF_ROLES
)


def test_the_first_role_of_the_mapping_wins_and_foreign_groups_do_not_count() -> None:
    person = read_claims({"preferred_username": "w", "groups": ["mail", "crm-line", "crm-boss"], "unit": "3205"}, RULE)
    assert (person.role, person.unit_code, person.name) == ("manager", "3205", "w")


@pytest.mark.parametrize("groups", [None, "", 7, ["mail"], {"crm-boss": True}, "manager"])
def test_what_the_mapping_does_not_name_gives_no_role(groups: object) -> None:
    assert read_claims({"groups": groups}, RULE).role is None


@pytest.mark.parametrize(("said", "role"), [("claims", "claims"), ("customer", None), ("root", None)])
def test_without_a_mapping_the_claim_is_a_staff_role_or_nothing(said: str, role: str | None) -> None:
    assert read_claims({"r": said}, DirectoryRule("u", "r", "o", {}, STAFF_ROLES)).role == role


@dataclass
class Provider:
    """A running OpenID provider."""

    address: str

    def knows(self, sub: str, **claims: Any) -> None:
        answer = requests.put(f"{self.address}/users/{sub}", json=claims, timeout=5)
        answer.raise_for_status()

    def confirms(self, location: str, sub: str) -> str:
        """What the person does at the provider; the address that the browser is then sent to."""
        answer = requests.post(location, data={"sub": sub, "action": "authorize"}, allow_redirects=False, timeout=5)
        return str(answer.headers["Location"])


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield Provider(f"http://localhost:{server.server_port}")


@pytest.fixture
def provider(running: Provider, settings: Settings) -> Provider:
    settings.KEYUAN_OIDC = {
        **settings.KEYUAN_OIDC,
        "server": running.address,
        "client_id": "keyuan",
        "client_secret": "s",
        "roles": {"crm-boss": "manager", "crm-line": "hotline"},
        "role_claim": "groups",
        "unit_claim": "unit",
        "link": True,
        "create": True,
    }
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(settings.KEYUAN_OIDC)
    return running


def sign_in(provider: Provider, sub: str, client: Client | None = None) -> tuple[Client, HttpResponse]:
    client = client or Client()
    assert "用单点登录登录" in client.get("/accounts/login/").content.decode()
    away = client.post("/accounts/oidc/company/login/?process=login")
    assert away.status_code == 302
    back = urlsplit(provider.confirms(away.headers["Location"], sub))
    return client, client.get(f"{back.path}?{back.query}")  # type: ignore[return-value]


def test_a_person_with_role_and_unit_gets_an_account_and_follows_the_directory(
    provider: Provider, suzhou: OrgUnit, nanjing: OrgUnit
) -> None:
    provider.knows("s1", preferred_username="wangfang", name="王芳", groups=["crm-line"], unit="3205")
    _, answer = sign_in(provider, "s1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    user = User.objects.get(username="wangfang")
    assert (user.role, user.org_unit, user.display_name, user.has_usable_password()) == (
        "hotline",
        suzhou,
        "王芳",
        False,
    )
    assert Event.objects.get(name="user.signed_in").payload["methods"] == ["socialaccount"]
    provider.knows("s1", preferred_username="renamed", name="王芳", groups=["crm-boss"], unit="3201")
    client, _ = sign_in(provider, "s1")
    user.refresh_from_db()
    assert (user.role, user.org_unit, User.objects.count()) == ("manager", nanjing, 1)
    assert client.session["_auth_user_id"] == str(user.pk)
    changed = Event.objects.get(name="user.changed")
    assert (changed.actor_kind, changed.payload["changes"]["role"]) == ("system", ["hotline", "manager"])


def refused(provider: Provider, sub: str) -> bool:
    client, answer = sign_in(provider, sub)
    assert Event.objects.filter(name="user.sign_in_failed", payload__reason="directory").exists()
    return answer.status_code == 403 and "_auth_user_id" not in client.session


@pytest.mark.parametrize("claims", [{"groups": ["mail"], "unit": "3205"}, {"groups": ["crm-line"], "unit": "nowhere"}])
def test_nobody_registers_without_role_and_unit(provider: Provider, suzhou: OrgUnit, claims: dict[str, Any]) -> None:
    provider.knows("s2", preferred_username="who", **claims)
    assert refused(provider, "s2")
    assert not User.objects.exists()


def test_nobody_registers_where_creating_is_off(provider: Provider, suzhou: OrgUnit) -> None:
    live.KEYUAN_OIDC["create"] = False
    provider.knows("s3", preferred_username="who", groups=["crm-line"], unit="3205")
    assert refused(provider, "s3")
    assert not User.objects.exists()


def test_an_account_of_the_same_name_is_joined_only_where_the_installation_says_so(
    provider: Provider, hotline: User, suzhou: OrgUnit
) -> None:
    provider.knows("s4", preferred_username="xiaolin", groups=["crm-line"], unit="3205")
    live.KEYUAN_OIDC["link"] = False
    assert refused(provider, "s4")
    live.KEYUAN_OIDC["link"] = True
    client, _ = sign_in(provider, "s4")
    assert client.session["_auth_user_id"] == str(hotline.pk)


def test_who_leaves_the_groups_or_is_closed_stays_outside(provider: Provider, suzhou: OrgUnit) -> None:
    provider.knows("s5", preferred_username="leaver", groups=["crm-line"], unit="3205")
    sign_in(provider, "s5")
    provider.knows("s5", preferred_username="leaver", groups=[], unit="3205")
    assert refused(provider, "s5")
    provider.knows("s5", preferred_username="leaver", groups=["crm-line"], unit="3205")
    User.objects.update(is_active=False)
    assert refused(provider, "s5")


def test_a_customers_account_is_never_joined(provider: Provider, suzhou: OrgUnit) -> None:
    User.objects.create_user("kehu", role=Role.CUSTOMER)
    provider.knows("s6", preferred_username="kehu", groups=["crm-line"], unit="3205")
    assert refused(provider, "s6")


def test_a_forged_answer_does_not_sign_in(provider: Provider, suzhou: OrgUnit) -> None:
    client = Client()
    answer = client.get("/accounts/oidc/company/login/callback/?code=x&state=y")
    assert answer.status_code in (200, 401, 403)
    assert "_auth_user_id" not in client.session


def test_identities_are_not_joined_by_hand(provider: Provider, hotline: User) -> None:
    client = Client()
    client.force_login(hotline)
    away = client.post("/accounts/oidc/company/login/?process=connect")
    provider.knows("s7", preferred_username="thief", groups=["crm-line"], unit="00")
    back = urlsplit(provider.confirms(away.headers["Location"], "s7"))
    assert client.get(f"{back.path}?{back.query}").status_code == 404
    assert not hotline.socialaccount_set.exists()
