"""An agent with a published card, and a visitor who fills it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.scope import Viewer
from keyuan.engagement import actions, guard
from keyuan.engagement.models import Form

MOBILE = "13800138000"
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh_counts(fresh_counts: None) -> None:
    """Attempts are counted from nothing in every test."""


@pytest.fixture
def card(by_agent: Viewer) -> Form:
    """The agent's card, published as it comes."""
    form = actions.create_form("card", by=by_agent)
    actions.publish_form(form.pk, by=by_agent)
    form.refresh_from_db()
    return form


@pytest.fixture
def survey(manager: Viewer, org: Organisation) -> Form:
    form = actions.create_form("survey", by=manager, org_unit_id=org.branch.pk)
    actions.publish_form(form.pk, by=manager)
    form.refresh_from_db()
    return form


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Send:
    """``send(card, {"name": …}, code=…)``: a visitor fills the form in, slowly enough to be a person."""
    monkeypatch.setattr(guard, "FASTEST_SECONDS", 0)

    def post(form: Form, typed: dict[str, Any], *, code: str = "", token: str = "", **more: Any) -> Any:
        address = f"/f/{form.slug}/{code}/" if code else f"/f/{form.slug}/"
        sent = {f"a-{key}": value for key, value in typed.items()}
        return Client().post(address, {"token": token or guard.fresh(form.pk).text, "consent": "1", **sent, **more})

    return post
