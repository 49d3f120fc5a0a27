"""A small organisation: head office, two branches, one office below the first."""

from __future__ import annotations

import pytest

from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.roles import Role

PASSWORD = "correct-horse-battery"


def make_unit(code: str, name: str, parent: OrgUnit | None = None) -> OrgUnit:
    kind = OrgUnit.Kind.HEAD_OFFICE if parent is None else OrgUnit.Kind.BRANCH
    unit = OrgUnit.objects.create(code=code, name=name, kind=kind, parent=parent, path="/")
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


@pytest.fixture
def head_office(db: None) -> OrgUnit:
    return make_unit("00", "总公司")


@pytest.fixture
def suzhou(head_office: OrgUnit) -> OrgUnit:
    return make_unit("3205", "苏州分公司", head_office)


@pytest.fixture
def wujiang(suzhou: OrgUnit) -> OrgUnit:
    return make_unit("320509", "吴江支公司", suzhou)


@pytest.fixture
def nanjing(head_office: OrgUnit) -> OrgUnit:
    return make_unit("3201", "南京分公司", head_office)


@pytest.fixture
def hotline(head_office: OrgUnit) -> User:
    return User.objects.create_user(
        "xiaolin", password=PASSWORD, role=Role.HOTLINE, org_unit=head_office, display_name="小林"
    )


@pytest.fixture
def admin(head_office: OrgUnit) -> User:
    return User.objects.create_user("laozhao", password=PASSWORD, role=Role.ADMINISTRATOR, org_unit=head_office)
