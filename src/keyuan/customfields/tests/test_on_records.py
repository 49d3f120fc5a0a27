"""Custom fields with their records: registered, changed with a line old → new, shown, imported, exported, by the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.fixtures.organisation import Organisation

from keyuan.accounts.actions import create_token
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.customer360 import columns
from keyuan.customer360.queries.overview import overview
from keyuan.customers.actions import CustomerDraft, PersonDraft, change_customer, register_customer
from keyuan.customers.models import Customer
from keyuan.customfields.refusals import CustomValuesRefused, FieldNotYours
from keyuan.customfields.states import FieldType, RecordKind
from keyuan.customfields.tests.factories import a_field
from keyuan.eventlog.models import Event
from keyuan.intake.suggest import suggested
from keyuan.intake.tests.helpers import put, rejected, take_in
from keyuan.kernel.clock import today
from keyuan.policies.actions import change_custom
from keyuan.policies.models import Policy
from keyuan.policies.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(org: Organisation, viewer: Viewer) -> Callable[..., Customer]:
    def make(custom: dict[str, Any] | None = None, by: Viewer = viewer) -> Customer:
        draft = CustomerDraft(name="王芳", org_unit_id=org.branch.pk, details=PersonDraft(), custom=custom or {})
        return register_customer(draft, by=by)

    return make


def test_a_required_field_is_asked_for_when_a_customer_is_registered(register: Callable[..., Customer]) -> None:
    a_field("level", FieldType.CHOICE, required=True)
    with pytest.raises(CustomValuesRefused):
        register()
    assert Customer.objects.count() == 0
    assert register({"level": "高"}).custom == {"level": "high"}


def test_a_change_is_logged_old_to_new_and_shows_on_the_page_and_the_timeline(
    register: Callable[..., Customer], viewer: Viewer, desk: Client
) -> None:
    a_field("level", FieldType.CHOICE, section="风险")
    a_field("budget", FieldType.MONEY)
    customer = register({"level": "low"})
    changed = change_customer(customer.pk, changes={"custom.level": "high", "custom.budget": "12000.5"}, by=viewer)
    assert changed == ("custom.level", "custom.budget")
    line = Event.objects.get(name="customer.changed")
    assert line.payload["changes"] == {"custom.level": ["low", "high"], "custom.budget": [None, 12000.5]}
    seen = overview(customer.pk, viewer=viewer)
    assert [(part.label, [fact.value for fact in part.facts]) for part in seen.parts[4:]] == [
        ("风险", ["高"]),
        ("其他资料", ["¥12,000.50"]),
    ]
    assert seen.custom == {"level": "high", "budget": 12000.5}
    assert "字段level 低 → 高" in seen.timeline[0].text
    assert change_customer(customer.pk, changes={"custom.level": "high"}, by=viewer) == ()
    page = desk.get(f"/desk/customers/{customer.number}/").content.decode()
    assert "/edit/custom/" in page
    form = desk.get(f"/desk/customers/{customer.pk}/edit/custom/").content.decode()
    assert 'name="custom.level"' in form
    assert 'name="name"' not in form
    posted = desk.post(f"/desk/customers/{customer.pk}/edit/custom/", {"custom.level": "", "custom.budget": "x"})
    assert posted.status_code == 422
    desk.post(f"/desk/customers/{customer.pk}/edit/custom/", {"custom.level": "", "custom.budget": "7"})
    customer.refresh_from_db()
    assert customer.custom == {"budget": 7}


def test_who_may_not_see_or_edit_a_field_neither_reads_nor_writes_it(
    register: Callable[..., Customer], viewer: Viewer, viewer_as: Callable[..., Viewer]
) -> None:
    a_field("inner", see=Permission.SEE_LOG, edit=Permission.SEE_LOG)
    customer = register({"inner": "重点"})
    hotline = viewer_as(Role.HOTLINE)
    assert overview(customer.pk, viewer=hotline).custom == {}
    assert "重点" not in json.dumps([str(part) for part in overview(customer.pk, viewer=hotline).parts])
    assert overview(customer.pk, viewer=viewer).custom == {"inner": "重点"}
    with pytest.raises(FieldNotYours):
        change_customer(customer.pk, changes={"custom.inner": "x"}, by=hotline)
    customer.refresh_from_db()
    assert customer.custom == {"inner": "重点"}
    assert "custom.inner" not in columns.columns(hotline)


def test_a_policy_is_edited_in_place(desk: Client, viewer: Viewer) -> None:
    a_field("campaign", record=RecordKind.POLICY, edit=Permission.SERVE_POLICIES)
    policy: Policy = factories.policy(factories.customer())
    page = f"/desk/policies/{policy.pk}/custom/"
    assert "字段campaign" in desk.get(f"/desk/policies/{policy.pk}/").content.decode()
    assert 'name="custom.campaign"' in desk.get(page, headers={"HX-Request": "true"}).content.decode()
    saved = desk.post(page, {"custom.campaign": "开门红"}, headers={"HX-Request": "true"}).content.decode()
    assert "开门红" in saved
    assert "<form" not in saved
    line = Event.objects.get(name="policy.changed")
    assert line.payload["changes"] == {"custom.campaign": [None, "开门红"]}
    assert change_custom(policy.pk, values={"campaign": "开门红"}, by=viewer) == ()


MAPPING = """
book: test
title: test
create: [branches, agents, products]
files:
  - match: people.csv
    records:
      - record: customer
        key: 编号
        fields: {name: 姓名, kind: 类型, custom.level: 等级, custom.budget: 预算, custom.since: 起}
"""


def test_a_book_brings_custom_fields_and_wrong_ones_are_rejected_with_the_reason(tmp_path: Path) -> None:
    factories.head_office()
    a_field("level", FieldType.CHOICE)
    a_field("budget", FieldType.MONEY)
    a_field("since", FieldType.DATE, RecordKind.ENTERPRISE)
    rows = '编号,姓名,类型,等级,预算,起\n1,甲,个人,高,"1,200.50",\n2,乙,个人,中,1,\n'
    rows += "3,丙,个人,,x,\n4,丁,个人,,,2026/1/2\n5,戊公司,企业,,,2026/1/2\n"
    run = take_in(put(tmp_path / "book", people=rows), MAPPING)
    assert {c.name: c.custom for c in Customer.objects.all()} == {
        "甲": {"level": "high", "budget": 1200.5},
        "戊公司": {"since": "2026-01-02"},
    }
    assert [(row, code) for row, _column, code in rejected(run)] == [
        (3, "custom_value"),
        (4, "custom_value"),
        (5, "custom_not_for_kind"),
    ]
    Customer.objects.filter(name="甲").update(custom={"level": "high", "other": "由人填写"})
    again = rows.splitlines()[0] + "\n1,甲,个人,,88,\n"
    take_in(put(tmp_path / "book2", people=again), MAPPING)
    assert Customer.objects.get(name="甲").custom == {"budget": 88, "other": "由人填写"}


def test_the_columns_of_a_book_are_recognised_by_code_and_name() -> None:
    a_field("level", FieldType.CHOICE, name="风险等级", name_en="Risk level")
    a_field("campaign", record=RecordKind.POLICY)
    found = suggested(["姓名", "风险等级", "campaign", "保费"], [])
    assert found["风险等级"] == "customer.custom.level"
    assert found["campaign"] == "policy.custom.campaign"
    assert found["姓名"] == "customer.name"


def test_a_table_and_its_export_have_them_as_columns(register: Callable[..., Customer], viewer: Viewer) -> None:
    a_field("level", FieldType.CHOICE)
    a_field("since", FieldType.DATE)
    customer = register({"level": "high", "since": "2026-01-02"})
    shown = columns.chosen(["name", "custom.level", "custom.since"], viewer)
    cells = columns.read([customer.pk], shown, viewer=viewer, on=today())[customer.pk]
    assert [str(cell) for cell in cells] == ["王芳", "高", "2026-01-02"]


def test_the_api_reads_and_writes_them(register: Callable[..., Customer], viewer: Viewer) -> None:
    a_field("level", FieldType.CHOICE)
    a_field("campaign", record=RecordKind.POLICY, edit=Permission.SERVE_POLICIES)
    customer, policy = register(), factories.policy(factories.customer())
    scopes = [Permission.SEE_CUSTOMERS, Permission.EDIT_CUSTOMERS, Permission.SERVE_POLICIES]
    _token, text = create_token("同步", scopes=scopes, days=1, by=viewer)
    api = Client(headers={"Authorization": f"Bearer {text}"})

    def send(method: str, path: str, body: dict[str, Any]) -> Any:
        return api.generic(method, f"/api/v1/{path}", json.dumps(body), "application/json")

    fields = api.get("/api/v1/custom-fields").json()
    assert [(each["record"], each["slug"], each["editable"]) for each in fields] == [
        ("person", "level", True),
        ("policy", "campaign", True),
    ]
    changed = send("PATCH", f"customers/{customer.pk}", {"custom": {"level": "high"}, "person": {"hobbies": "围棋"}})
    assert changed.json() == {"fields": ["hobbies", "custom.level"]}
    assert api.get(f"/api/v1/customers/{customer.pk}").json()["custom"] == {"level": "high"}
    wrong = send("PATCH", f"customers/{customer.pk}", {"custom": {"level": "最高", "none": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "custom_values_refused")
    assert [fault["field"] for fault in wrong.json()["faults"]] == ["custom.level", "custom.none"]
    assert send("PATCH", f"policies/{policy.pk}/custom", {"custom": {"campaign": "开门红"}}).json()["fields"] == [
        "campaign"
    ]
    assert api.get(f"/api/v1/policies/{policy.pk}/custom").json()["custom"] == {"campaign": "开门红"}
    made = send("POST", "customers", {"name": "李强", "person": {}, "custom": {"level": "low"}})
    assert Customer.objects.get(pk=made.json()["id"]).custom == {"level": "low"}
    assert Event.objects.filter(name="customer.changed").get().actor_name.endswith(" · 同步")
