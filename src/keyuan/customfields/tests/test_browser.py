"""In Chromium: fields are put in order with the mouse and the keyboard, and every page of both rooms is fit to use."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.fixtures.browser import SignIn, fit

from keyuan.accounts.models import OrgUnit
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Role
from keyuan.customers.models import Customer
from keyuan.customfields import queries
from keyuan.customfields.states import FieldType, RecordKind
from keyuan.customfields.tests.factories import a_field
from keyuan.eventlog.models import Event
from keyuan.policies.tests import factories
from keyuan.webhooks.models import Attempt, Delivery, Endpoint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def slugs() -> list[str]:
    return [each.slug for each in queries.fresh(RecordKind.PERSON)]


def test_fields_are_ordered_with_the_keyboard_and_by_dragging(page: Page, sign_in: SignIn) -> None:
    for slug in ("one", "two", "three"):
        a_field(slug)
    sign_in(Role.ADMINISTRATOR)
    page.goto("/desk/settings/fields/")
    page.get_by_role("button", name="上移“字段three”").press("Enter")
    expect(page.locator("[data-field-row]").nth(1)).to_contain_text("字段three")
    assert slugs() == ["one", "three", "two"]
    page.locator("[data-field-row]").nth(2).drag_to(
        page.locator("[data-field-row]").first, target_position={"x": 40, "y": 4}
    )
    expect(page.locator("[data-field-row]").first).to_contain_text("字段two")
    page.wait_for_timeout(500)
    assert slugs() == ["two", "one", "three"]


def test_every_page_is_fit_for_everybody(page: Page, sign_in: SignIn) -> None:
    # The lists of fields, webhooks and tokens are among the main pages of tests/journeys/test_screens.py.
    level = a_field("level", FieldType.CHOICE, name="风险等级", name_en="Risk level", section="风险")
    a_field("budget", FieldType.MONEY, name="年度保费预算", help="客户自己说的预算")
    a_field("wishes", FieldType.MULTI_CHOICE, name="关注的险种")
    a_field("wish", FieldType.CHOICE, RecordKind.POLICY, name="续保意愿")
    customer: Customer = factories.customer()
    policy = factories.policy(customer)
    sign_in(Role.ADMINISTRATOR)
    unit = OrgUnit.objects.get(parent=None)
    endpoint = Endpoint.objects.create(
        name="核心系统", url="https://core.example.com/hooks/keyuan", kinds=["policy.*", "customer.changed"], org_unit=unit,
        purpose=Purpose.CORE_SYSTEM, purpose_text="同步保单状态", secret="whsec_eA==", with_data=True, failures=0,
    )  # fmt: skip
    line = Event.objects.create(
        name="customer.changed", customer_id=customer.pk, actor_kind="user", payload={"changes": {"name": ["甲", "乙"]}}
    )
    line.refresh_from_db()
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        customer=customer,
        event_id=line.pk,
        xid=line.xid,
        event_name=line.name,
        attempts=2,
        last_status=500,
    )
    Attempt.objects.create(delivery=delivery, status=500, response="Internal Server Error", milliseconds=212)
    for name, address in (
        ("field", f"/desk/settings/fields/{level.id}/"),
        ("field-new", "/desk/settings/fields/new/?record=person"),
        ("webhook-new", "/desk/webhooks/new/"),
        ("webhook", f"/desk/webhooks/{endpoint.pk}/"),
        ("webhook-delivery", f"/desk/webhooks/deliveries/{delivery.pk}/"),
    ):
        page.goto(address)
        fit(page, name)
    sign_in(Role.MANAGER)
    for name, address in (
        ("custom-edit", f"/desk/customers/{customer.pk}/edit/custom/"),
        ("custom-policy", f"/desk/policies/{policy.pk}/"),
    ):
        page.goto(address)
        fit(page, name)
