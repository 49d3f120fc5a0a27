"""Prospects of two branches, and those who follow them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.fixtures.organisation import Organisation

from keyuan.accounts import limits
from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.agents.models import Agent
from keyuan.customers.actions import CustomerDraft, PersonDraft, register_customer
from keyuan.customers.models import Customer
from keyuan.sales.actions import ProspectDraft, record_prospect
from keyuan.sales.models import Prospect

MOBILE = "13800138000"

Record = Callable[..., Prospect]
Register = Callable[..., Customer]


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
    """The manager of the first branch."""
    return viewer_as(Role.MANAGER, unit=org.branch)


@pytest.fixture
def record(by_agent: Viewer, org: Organisation) -> Record:
    """``record("王芳", mobile=…)``: a prospect of the agent; by somebody else with ``by=``."""

    def write(name: str = "王芳", *, by: Viewer | None = None, **values: object) -> Prospect:
        values.setdefault("org_unit_id", org.branch.pk)
        return record_prospect(ProspectDraft(name=name, **values), by=by or by_agent)  # type: ignore[arg-type]

    return write


@pytest.fixture
def register(system: Viewer, org: Organisation) -> Register:
    """``register("李强", unit=…, mobile=…)``: a customer."""

    def write(
        name: str, *, unit: object = None, source: str = "purchase", referrer: int | None = None, **details: object
    ) -> Customer:
        place = unit or org.sales_office
        draft = CustomerDraft(
            name=name,
            org_unit_id=place.pk,  # type: ignore[attr-defined]
            details=PersonDraft(**details),  # type: ignore[arg-type]
            source=source,
            referrer_id=referrer,
        )
        return register_customer(draft, by=system)

    return write
