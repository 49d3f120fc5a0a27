"""The 360 page of an enterprise: its own four parts, the group, contacts, contracts, and sums as far as one may see."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customer360.queries.enterprises import group_of_companies
from keyuan.customers import actions
from keyuan.customers.actions import ContactDraft, ContractDraft
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft
from keyuan.customers.models import Customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today
from keyuan.kernel.term import add_months
from keyuan.policies.states import PaymentMode
from keyuan.policies.tests import factories as make

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


@pytest.fixture
def firm(org: Organisation) -> Callable[..., Customer]:
    def make_one(name: str, unit: object = None) -> Customer:
        details = EnterpriseDraft(industry="机械", contact_mobile="13800001234")
        draft = CustomerDraft(name=name, org_unit_id=(unit or org.branch).pk, details=details)
        return actions.register_customer(draft, by=SYSTEM)

    return make_one


def covered(holder: Customer, premium: str, mode: int = PaymentMode.YEARLY) -> None:
    starts = add_months(today(), -3)
    ends = add_months(today(), 9)
    days = {"signed_on": starts, "starts_on": starts, "ends_on": ends}
    make.policy(holder, premium=Decimal(premium), payment_mode=mode, org_unit=holder.org_unit, **days)


@pytest.fixture
def manager(viewer_as: Callable[..., Viewer], org: Organisation) -> Viewer:
    return viewer_as(Role.MANAGER, unit=org.branch)


def test_sums_are_those_of_the_companies_in_scope(
    firm: Callable[..., Customer], manager: Viewer, org: Organisation
) -> None:
    top, own, away = firm("集团"), firm("本地公司"), firm("外地公司", org.other_branch)
    for child in (own, away):
        actions.set_parent_company(child.pk, parent_id=top.pk, share=Decimal("0.6"), by=SYSTEM)
    covered(top, "1000")
    covered(own, "200", PaymentMode.MONTHLY)
    covered(own, "500", PaymentMode.SINGLE)
    covered(away, "9999")
    group = group_of_companies(own.pk, viewer=manager, on=today())
    by_name = {row.company.name: row.in_force for row in group.rows}
    assert [(one.policies, one.premium) for one in by_name["集团"]] == [(1, Decimal("1000.00"))]
    assert [(one.policies, one.premium) for one in by_name["本地公司"]] == [(2, Decimal("2400.00"))]
    assert by_name["外地公司"] == ()
    assert [(one.policies, one.premium) for one in group.totals] == [(3, Decimal("3400.00"))]
    assert group.hidden == 1
    assert group_of_companies(own.pk, viewer=STRANGER, on=today()).rows == ()


def test_the_page_of_an_enterprise_speaks_of_companies(
    firm: Callable[..., Customer], manager: Viewer, query_budget: QueryBudget
) -> None:
    top, own = firm("集团"), firm("本地公司")
    actions.set_parent_company(own.pk, parent_id=top.pk, by=SYSTEM)
    actions.add_contact(own.pk, ContactDraft(name="周敏", roles=["hr"], mobile="13900001111"), by=SYSTEM)
    draft = ContractDraft(number="HT-1", title="框架协议", kind="framework", starts_on=add_months(today(), -1))
    actions.sign_contract(own.pk, draft, by=SYSTEM)
    client = Client()
    client.force_login(User.objects.get(pk=manager.user_id))
    page = client.get(f"/desk/customers/{own.number}/").content.decode()
    for word in (
        "经营情况",
        "关联企业与联系人",
        f"/desk/customers/{own.number}/enterprise/",
        'data-field="contact_mobile"',
    ):
        assert word in page
    for word in ("家庭与关系", "生活情况", "还没有登记家庭成员"):
        assert word not in page
    client.get(f"/desk/customers/{own.number}/enterprise/")
    with query_budget("enterprise-piece"):
        piece = client.get(f"/desk/customers/{own.number}/enterprise/").content.decode()
    for word in ("集团", "周敏", "框架协议", "139****1111"):
        assert word in piece
    assert "13900001111" not in piece
    assert client.get(f"/desk/customers/{own.number}/companies/", {"as_of": "2020-01-01"}).status_code == 200


def test_a_person_has_no_company_tree(manager: Viewer, org: Organisation) -> None:
    person = make.customer(org.branch)
    client = Client()
    client.force_login(User.objects.get(pk=manager.user_id))
    assert client.get(f"/desk/customers/{person.pk}/enterprise/").status_code == 422
