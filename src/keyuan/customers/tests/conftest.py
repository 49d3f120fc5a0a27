"""A small insurer: two branches, an agent in each, and viewers of every sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import PERMISSIONS, Role
from keyuan.accounts.scope import Viewer, viewer_of
from keyuan.agents.models import Agent
from keyuan.customers import actions
from keyuan.customers.actions import CustomerDraft, EnterpriseDraft, PersonDraft
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor

CLERK = Actor.system("test")


@dataclass
class Insurer:
    head_office: OrgUnit
    east: OrgUnit
    west: OrgUnit

    def user(self, role: str, unit: OrgUnit | None = None, name: str = "") -> User:
        unit = None if role == Role.CUSTOMER else (unit or self.head_office)
        return User.objects.create(username=name or f"{role}-{User.objects.count()}", role=role, org_unit=unit)

    def viewer(self, role: str, unit: OrgUnit | None = None) -> Viewer:
        return viewer_of(self.user(role, unit))

    def agent(self, unit: OrgUnit | None = None, name: str = "赵敏") -> Agent:
        user = self.user(Role.AGENT, unit or self.east)
        return Agent.objects.create(code=f"A{user.pk}", name=name, org_unit=unit or self.east, user=user)

    def person(self, name: str = "王伟", unit: OrgUnit | None = None, **given: Any) -> Customer:
        whole = {key: given.pop(key) for key in ("agent_id", "referrer_id", "source", "by") if key in given}
        by = whole.pop("by", CLERK)
        draft = CustomerDraft(name=name, org_unit_id=(unit or self.east).pk, details=PersonDraft(**given), **whole)
        return actions.register_customer(draft, by=by)

    def enterprise(self, name: str = "深圳华为技术有限公司", unit: OrgUnit | None = None, **given: Any) -> Customer:
        draft = CustomerDraft(name=name, org_unit_id=(unit or self.east).pk, details=EnterpriseDraft(**given))
        return actions.register_customer(draft, by=CLERK)


@pytest.fixture
def insurer(db: None) -> Insurer:
    head = OrgUnit.objects.create(code="86", name="总公司", kind="head_office", path="/x/")
    branches = [
        OrgUnit.objects.create(code=code, name=name, kind="branch", parent=head, path=f"/x/{code}/")
        for code, name in (("8601", "苏州分公司"), ("8602", "成都分公司"))
    ]
    return Insurer(head, *branches)


@pytest.fixture
def everybody(insurer: Insurer) -> Viewer:
    return insurer.viewer(Role.MANAGER)


def permissions_of(role: str) -> frozenset[Any]:
    return PERMISSIONS[role]
