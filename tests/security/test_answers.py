"""What every answer tells the browser: a strict policy, no guessing of types, no frame, nothing kept of what is personal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from tests.architecture.strangers import World, operations, routes
from tests.security.conftest import First

#: A script, a style or a handler in the page itself: the policy forbids them, so none is written.
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>", re.IGNORECASE)
#: Answers that anybody may keep, each with its reason.
PUBLIC = {
    "trust:authority": "a certificate of ours, the same for everybody",
    "trust:revoked": "a revocation list, the same for everybody",
    "trust:ocsp": "signed, and about a serial number",
    "trust:ocsp_get": "the same",
    "engagement:qr_code": "a picture of an address that is printed on paper",
}
#: Pages with a wider policy, each with its reason and with exactly what is wider. None of them is a customer's.
WIDER = {
    # The rule editor of underwriters: its parts write styles, its checker of expressions is WebAssembly. Scripts stay ours.
    "underwriting:edit": {"style-src-attr": ["'unsafe-inline'"], "script-src": ["'self'", "'wasm-unsafe-eval'"]},
}
STREAMS = {"web:live": "a stream that ends only when the browser goes"}


def policy_of(answer: Any) -> dict[str, list[str]]:
    said = answer.headers.get("Content-Security-Policy", "")
    return {name: words for name, *words in (part.split() for part in said.split(";") if part.strip())}


def complaints(answer: Any, name: str = "") -> Iterator[str]:
    """What an answer should have said and did not. ``name``: of its route, for what is wider there."""
    yield from _about_policy(answer, name)
    wanted = {"X-Content-Type-Options": ["nosniff"], "X-Frame-Options": ["DENY"]}
    wanted["Cross-Origin-Opener-Policy"] = ["same-origin"]
    wanted["Referrer-Policy"] = ["same-origin", "no-referrer"]
    for header, values in wanted.items():
        if answer.headers.get(header) not in values:
            yield f"{header}: {answer.headers.get(header)}"
    if "text/html" in answer.headers.get("Content-Type", "") and not answer.streaming:
        text = answer.content.decode(errors="replace")
        yield from (f"in the page: {found.group()!r}" for found in INLINE.finditer(text))
        yield from (f"an inline script {tag}" for tag in SCRIPT.findall(text) if 'type="application/json"' not in tag)


def _about_policy(answer: Any, name: str) -> Iterator[str]:
    policy = policy_of(answer)
    for part, words in WIDER.get(name, {}).items():
        if policy.pop(part, words) != words:
            yield f"{part} is wider than said"
    if name in WIDER:
        policy["style-src"] = [word for word in policy.get("style-src", []) if not word.startswith("'nonce-")]
    policy.setdefault("object-src", policy.get("default-src", []))
    own, none = ["'self'"], ["'none'"]
    wanted = {"default-src": (own, none), "frame-ancestors": (none,), "object-src": (none,)}
    wanted |= {"base-uri": (own, none), "form-action": (own, none)}
    for part, allowed in wanted.items():
        if policy.get(part) not in allowed:
            yield f"{part} {policy.get(part)}"
    every = {word for each in policy.values() for word in each}
    if loose := {
        one for one in every if one.startswith("http") or any(sign in one for sign in ("unsafe", "nonce", "*"))
    }:
        yield f"the policy is loose: {sorted(loose)}"


def kept(answer: Any) -> bool:
    """Whether a browser or a proxy may keep the answer."""
    return not {"no-store", "private"} <= {word.strip() for word in answer.headers.get("Cache-Control", "").split(",")}


def asked_of_all(client: Client, world: World) -> Iterator[tuple[str, str, Any]]:
    for route in routes():
        if route.name in STREAMS:
            continue
        address = route.address(world)
        for method in ("GET", "POST"):
            yield route.name, f"{method} {address}", client.generic(method, address)


@pytest.fixture(params=["nobody", "an administrator", "a manager", "a customer"])
def asker(request: pytest.FixtureRequest, world: World, user_as: Callable[..., User]) -> Client:
    client = Client(raise_request_exception=False)
    role = {"an administrator": Role.ADMINISTRATOR, "a manager": Role.MANAGER, "a customer": Role.CUSTOMER}.get(
        request.param
    )
    if role is not None:
        client.force_login(user_as(role))
    return client


def test_every_answer_of_every_address_is_strict(asker: Client, world: World) -> None:
    wrong, seen = [], 0
    for name, asked, answer in asked_of_all(asker, world):
        seen += 1
        wrong += [f"{asked} {answer.status_code}: {one}" for one in complaints(answer, name)]
    assert seen > 500
    assert wrong == []


def test_nothing_that_is_shown_in_a_session_may_be_kept(
    world: World, user_as: Callable[..., User], first: First
) -> None:
    manager = Client(raise_request_exception=False)
    manager.force_login(user_as(Role.MANAGER))
    for client in (manager, first.client):
        asked = [(name, what, answer) for name, what, answer in asked_of_all(client, world) if what.startswith("GET")]
        wrong = [what for name, what, answer in asked if kept(answer) and name not in PUBLIC]
        assert wrong == []


def test_the_pages_of_somebody_who_has_only_begun_an_order_may_not_be_kept_either(first: First) -> None:
    visitor = Client()
    begun = visitor.post("/home/insure/TRV/start/")["Location"]
    for page in ("cover/", "people/", "health/", "read/", "check/", "nonsense/"):
        assert not kept(visitor.get(begun + page)), page


def test_every_operation_of_the_api_answers_with_a_policy_that_allows_nothing(
    world: World, user_as: Callable[..., User]
) -> None:
    client = Client(raise_request_exception=False)
    for who in (None, Role.MANAGER):
        if who is not None:
            client.force_login(user_as(who))
        for operation in operations():
            answer = client.generic(operation.method, operation.address(world), "{}", "application/json")
            assert list(complaints(answer)) == [], operation
            # A failure of ours (here: a file whose bytes are gone) is answered by the page of failures.
            assert answer.status_code >= 500 or policy_of(answer)["default-src"] == ["'none'"], operation


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [path("broken/", broken), path("", include("keyuan.web.urls"))]
handler500 = "keyuan.web.views.errors.broken"


@override_settings(ROOT_URLCONF=__name__)
def test_the_page_of_a_failure_is_strict_and_tells_nothing_of_the_failure(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/broken/")
    assert answer.status_code == 500
    assert "on purpose" not in answer.content.decode()
    assert list(complaints(answer)) == []


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/static/nowhere.css", "/home/orders/x/", "/%00", "/home/insure/NOPE/"]
)
def test_an_address_that_leads_nowhere_is_answered_strictly(address: str, db: None) -> None:
    answer = Client().get(address)
    assert answer.status_code in (400, 404)
    assert list(complaints(answer)) == []


def test_behind_https_browsers_are_told_to_stay_there(db: None) -> None:
    with override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_SSL_REDIRECT=True):
        answer = Client().get("/home/", secure=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        plain = Client().get("/home/")
        assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/home/")
    assert "Strict-Transport-Security" not in Client().get("/home/").headers


def test_a_loose_answer_would_be_seen() -> None:
    loose = HttpResponse("<p style='x'><script>1</script>")
    loose.headers["Content-Security-Policy"] = "default-src 'self' 'unsafe-inline' https://evil.example"
    told = " ".join(complaints(loose))
    for word in (
        "default-src",
        "unsafe-inline",
        "frame-ancestors",
        "X-Content-Type-Options",
        "in the page",
        "inline script",
    ):
        assert word in told
    assert kept(loose)
