"""An agent with a published card, and a visitor who fills it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts import limits
from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.agents.models import Agent
from keyuan.engagement import actions, guard
from keyuan.engagement.models import Form

MOBILE = "13800138000"
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    limits.forget_counts()
    yield
    limits.forget_counts()


@pytest.fixture
def agent_user(org: Organisation, user_as: Callable[..., User]) -> User:
    return user_as(Role.AGENT, unit=org.sales_office, username="agent-li")


@pytest.fixture
def agent(agent_user: User) -> Agent:
    return Agent.objects.get(user=agent_user)


@pytest.fixture
def by_agent(agent_user: User) -> Viewer:
    return viewer_of(agent_user)


@pytest.fixture
def manager(viewer_as: Callable[..., Viewer], org: Organisation) -> Viewer:
    return viewer_as(Role.MANAGER, unit=org.branch)


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
