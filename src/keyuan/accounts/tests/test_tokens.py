"""API tokens, and the two doors of the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path
from ninja import NinjaAPI

from keyuan.accounts import actions, limits
from keyuan.accounts.api_auth import API_AUTH, ApiRequest
from keyuan.accounts.models import ApiToken, OrgUnit, User
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.refusals import ExpiryOutOfRange, NetworkMalformed, NotPermitted, ScopeTooWide, TokenNotFromHere
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import STRANGER, viewer_of
from keyuan.accounts.tokens import viewer_of_token
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal

SEE, UNMASK = Permission.SEE_CUSTOMERS, Permission.UNMASK

api = NinjaAPI(urls_namespace="token-tests", auth=API_AUTH)


@api.get("/me")
def me(request: ApiRequest) -> dict[str, str]:
    return {"name": request.viewer.name}


@api.post("/me")
def change_me(request: ApiRequest) -> dict[str, str]:
    return {"name": request.viewer.name}


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> object:
    return api.create_response(request, refusal.as_dict(), status=refusal.status)


urlpatterns = [path("api/", api.urls)]


@pytest.fixture
def token(hotline: User) -> str:
    return actions.create_token("核对", scopes=[SEE], days=30, by=viewer_of(hotline))[1]


def test_a_token_is_its_owner_narrowed_to_its_scopes_in_one_query(
    token: str,
    hotline: User,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    viewer_of_token(token)  # The first use notes when it was used.
    with django_assert_num_queries(1):
        viewer = viewer_of_token(token)
    assert (viewer.user_id, viewer.unit_ids, viewer.permissions) == (hotline.pk, None, frozenset({SEE}))


def test_the_token_of_a_branch_sees_the_branch(suzhou: OrgUnit, wujiang: OrgUnit, nanjing: OrgUnit) -> None:
    user = User.objects.create_user("b", role=Role.MANAGER, org_unit=suzhou)
    text = actions.create_token("x", scopes=[SEE], days=1, by=viewer_of(user))[1]
    assert viewer_of_token(text).unit_ids == (suzhou.pk, wujiang.pk)


def test_only_a_digest_is_kept(token: str) -> None:
    stored = ApiToken.objects.get()
    assert token.startswith(stored.hint)
    assert token not in str(Event.objects.get(name="token.created").payload)
    assert len(bytes(stored.digest)) == 32


@pytest.mark.parametrize("end", ["expired", "revoked", "inactive", "role"])
def test_a_token_ends_with_its_day_its_revocation_its_owner_and_their_role(end: str, token: str, hotline: User) -> None:
    assert viewer_of_token(token) != STRANGER
    if end == "expired":
        ApiToken.objects.update(expires_at=now() - timedelta(seconds=1))
    elif end == "revoked":
        actions.revoke_token(ApiToken.objects.get().pk, by=viewer_of(hotline))
    elif end == "inactive":
        User.objects.update(is_active=False)
    else:
        User.objects.update(role=Role.CUSTOMER)
    assert viewer_of_token(token) == STRANGER


def test_a_token_is_never_wider_than_its_owner(admin: User, hotline: User) -> None:
    with pytest.raises(ScopeTooWide):
        actions.create_token("x", scopes=[UNMASK], days=1, by=viewer_of(admin))
    with pytest.raises(ExpiryOutOfRange):
        actions.create_token("x", scopes=[SEE], days=367, by=viewer_of(hotline))
    with pytest.raises(NotPermitted):
        actions.create_token("x", scopes=[], days=1, by=STRANGER)
    assert not ApiToken.objects.exists()


@pytest.mark.urls("keyuan.accounts.tests.test_tokens")
def test_the_api_opens_for_a_token_and_for_a_session_and_for_nobody_else(token: str, hotline: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/api/me").status_code == 401
    assert client.get("/api/me", headers={"Authorization": "Bearer ky_wrong"}).status_code == 401
    with_token = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/me", headers=with_token).json() == {"name": "小林"}
    assert client.post("/api/me", headers=with_token).json() == {"name": "小林"}
    client.force_login(hotline)
    assert client.get("/api/me").json() == {"name": "小林"}
    assert client.post("/api/me").status_code == 403


@pytest.mark.urls("keyuan.accounts.tests.test_tokens")
def test_guessing_tokens_is_stopped(db: None) -> None:
    limits.forget_counts()
    client = Client()
    with override_settings(KEYUAN_LIMITS={"bad_tokens": (3, 86400)}):
        answers = [client.get("/api/me", headers={"Authorization": f"Bearer ky_{n}"}).status_code for n in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    assert Event.objects.filter(name="user.limited").count() == 1


def test_a_token_says_what_it_is_for_and_comes_from_its_networks_only(hotline: User) -> None:
    by = viewer_of(hotline)
    with pytest.raises(NetworkMalformed):
        actions.create_token("x", scopes=[SEE], days=1, networks=["10.8"], by=by)
    made, text = actions.create_token(
        "弹屏", scopes=[SEE], days=1, purpose_text="来电", networks=["10.8.3.4/16", "2001:db8::1"], by=by
    )
    assert made.networks == ["10.8.0.0/16", "2001:db8::1/128"]
    for address in ("10.8.9.9", "::ffff:10.8.1.1", "2001:db8::1"):
        assert viewer_of_token(text, address=address).user_id == hotline.pk
    for address in ("10.9.0.1", "", "2001:db8::2"):
        with pytest.raises(TokenNotFromHere):
            viewer_of_token(text, address=address)
    made.refresh_from_db()
    assert made.last_used_from == "10.8.9.9"
    assert Event.objects.get(name="token.created").payload["purpose_text"] == "来电"


def test_what_a_program_does_names_its_key(token: str, hotline: User) -> None:
    viewer = viewer_of_token(token)
    assert viewer.actor.name == f"{viewer.name} · 核对"
    assert viewer.actor.id == str(hotline.pk)
    assert limits._who(viewer) == f"{hotline.pk}.{viewer.token_id}"


def test_a_purpose_that_needs_consent_narrows_the_viewer(hotline: User) -> None:
    text = actions.create_token("短信", scopes=[SEE], days=1, purpose=Purpose.MARKETING, by=viewer_of(hotline))[1]
    viewer = viewer_of_token(text)
    assert (viewer.purpose_is_narrow, viewer.sees_whole_company, viewer.consent) == (True, False, "marketing")
