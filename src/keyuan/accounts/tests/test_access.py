"""The doors of the pages."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from keyuan.accounts.access import NotPermitted, SignedInRequest, require, signed_in_page, staff_page
from keyuan.accounts.models import User
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import STRANGER


@staff_page(Permission.UNMASK)
def secrets_page(request: SignedInRequest) -> HttpResponse:
    return HttpResponse(request.viewer.name)


@signed_in_page
def own_page(request: SignedInRequest) -> HttpResponse:
    return HttpResponse(request.viewer.name)


def _request(user: object, path: str = "/secrets/?day=1", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = user  # type: ignore[assignment]
    request.session = SessionStore()
    return request


class Nobody:
    is_authenticated = False


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    answer = secrets_page(_request(Nobody()))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/secrets/%3Fday%3D1")


def test_a_strangers_fragment_moves_the_whole_page() -> None:
    answer = secrets_page(_request(Nobody(), **{"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}))
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/accounts/login/?next=/desk/")


def test_a_fragment_from_elsewhere_does_not_lead_back_there() -> None:
    answer = own_page(_request(Nobody(), **{"HX-Request": "true", "HX-Current-URL": "https://evil.example/x"}))
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/"


def test_a_role_with_the_permission_enters(hotline: User) -> None:
    assert secrets_page(_request(hotline)).content.decode() == "小林"


def test_a_role_without_the_permission_is_refused(admin: User) -> None:
    with pytest.raises(PermissionDenied):
        secrets_page(_request(admin))


@pytest.mark.django_db
def test_a_customer_does_not_enter_staff_pages_but_their_own() -> None:
    customer = User.objects.create_user("kehu")
    with pytest.raises(PermissionDenied):
        secrets_page(_request(customer))
    assert own_page(_request(customer)).status_code == 200


def test_where_a_second_factor_is_asked_for_secrets_wait_for_it(hotline: User) -> None:
    request = _request(hotline)
    request.session["second_factor_missing"] = True
    assert secrets_page(request).status_code == 200
    with override_settings(KEYUAN_REQUIRE_MFA=True):
        assert secrets_page(request).headers["Location"] == "/accounts/2fa/"


def test_a_verb_beyond_the_role_is_refused_by_name() -> None:
    with pytest.raises(NotPermitted, match="完整的敏感信息"):
        require(STRANGER, Permission.UNMASK)
