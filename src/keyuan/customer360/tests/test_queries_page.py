"""The page of condition queries: builder, table, saved views, export, bulk work."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.customer360.actions import bulk as bulk_module
from keyuan.customer360.models import BulkRun, CustomerList, CustomerListMember, CustomerTag, SavedView
from keyuan.customer360.tasks import bulk as job
from keyuan.customer360.tests.world import World, register
from keyuan.customers.models import Assignment
from keyuan.eventlog.models import Event
from keyuan.servicedesk.models import Task

MOTOR = {"all": [{"has": "policy", "such_that": {"field": "policy.line", "op": "in", "value": ["motor"]}}]}


def page(client: Client, condition: Any = None, **more: Any) -> Any:
    told = {"c": json.dumps(condition)} if condition is not None else {}
    return client.get(reverse("customer360:queries"), {**told, **more})


def test_a_condition_in_the_address_is_answered_and_said_in_words(world: World, desk: Client) -> None:
    answer = page(desk, MOTOR)
    assert [row.number for row in answer.context["rows"]] == [world.customer.number]
    assert "有保单：险种是车险" in answer.text
    assert answer.context["found"].count == 1


def test_the_page_stays_within_its_queries(world: World, desk: Client, query_budget: QueryBudget) -> None:
    page(desk, MOTOR)
    with query_budget("customer-queries"):
        page(desk, MOTOR)


def test_the_count_stays_within_its_queries(world: World, desk: Client, query_budget: QueryBudget) -> None:
    has = {"0.0:kind": "group", "0.0:has": "has", "0.0:record": "policy", "0.0.0:kind": "field"}
    motor = {"0.0.0:field": "policy.line", "0.0.0:op": "in", "0.0.0:value": "motor"}
    form = {"0:kind": "group", **has, **motor}
    desk.post(reverse("customer360:query_count"), form)
    with query_budget("customer-queries-count"):
        answer = desk.post(reverse("customer360:query_count"), form)
    assert "<strong>1</strong>" in answer.text


def test_a_faulty_condition_is_said_with_its_place_and_finds_nobody(world: World, desk: Client) -> None:
    answer = page(desk, {"all": [{"field": "customer.shoe_size", "op": "eq", "value": 1}]})
    assert answer.status_code == 422
    assert "all[0].field" in answer.text
    assert "没有“customer.shoe_size”这个字段" in answer.text
    assert answer.context["rows"] == []


def test_the_form_becomes_an_address(world: World, desk: Client) -> None:
    form = {"0:kind": "group", "0:join": "all", "0.0:kind": "field", "0.0:field": "customer.name", "0.0:op": "contains"}
    answer = desk.post(reverse("customer360:query_apply"), {**form, "0.0:value": "王"})
    assert answer.status_code == 302
    shown = desk.get(answer.headers["Location"])
    assert [row.number for row in shown.context["rows"]] == [world.customer.number]


def test_a_value_that_is_missing_is_asked_for_beside_its_field_and_nothing_typed_is_lost(
    world: World, desk: Client
) -> None:
    form = {
        "0:kind": "group",
        "0.0:kind": "field",
        "0.0:field": "customer.name",
        "0.0:op": "contains",
        "0.0:value": "王",
        "0.1:kind": "field",
        "0.1:field": "customer.age",
        "0.1:op": "gte",
        "0.1:value": "很老",
    }
    answer = desk.post(reverse("customer360:query_apply"), form)
    assert answer.status_code == 422
    assert 'value="王"' in answer.text
    assert 'value="很老"' in answer.text
    assert answer.context["node"].parts[1].fault
    assert not answer.context["node"].parts[0].fault


def test_the_builder_adds_and_removes(world: World, desk: Client) -> None:
    address = reverse("customer360:query_builder")
    start = {"0:kind": "group", "0:join": "any"}
    added = desk.post(address, {**start, "act": "add-has 0 policy"})
    assert 'name="0.0:has"' in added.text
    assert "<html" not in added.text
    nested = {**start, "0.0:kind": "group", "0.0:has": "has", "0.0:record": "policy"}
    inner = desk.post(address, {**nested, "act": "add-field 0.0"})
    assert 'name="0.0.0:field"' in inner.text
    gone = desk.post(address, {**nested, "act": "remove 0.0"})
    assert 'name="0.0:kind"' not in gone.text


def test_another_field_begins_with_its_own_operator_and_keeps_what_still_fits(world: World, desk: Client) -> None:
    address = reverse("customer360:query_builder")
    start = {"0:kind": "group", "0.0:kind": "field"}
    days = {"0.0:was": "customer.birth_date", "0.0:op": "last_days", "0.0:value": "60"}
    same = desk.post(address, {**start, **days, "0.0:field": "customer.created_on"}).context["node"].parts[0]
    assert (same.draft.op, same.draft.values) == ("last_days", ["60"])
    other = desk.post(address, {**start, **days, "0.0:field": "customer.name"}).context["node"].parts[0]
    assert (other.draft.op, other.draft.values) == ("contains", [])
    code = {"0.0:was": "customer.number", "0.0:op": "eq", "0.0:value": "K1"}
    picked = desk.post(address, {**start, **code, "0.0:field": "customer.sex"}).context["node"].parts[0]
    assert (picked.draft.op, picked.draft.values) == ("in", [])


def test_the_count_leaves_out_what_is_not_filled_in_and_says_so(world: World, desk: Client) -> None:
    form = {"0:kind": "group", "0.0:kind": "field", "0.0:field": "customer.name", "0.0:op": "contains"}
    answer = desk.post(reverse("customer360:query_count"), form)
    assert "<strong>3</strong>" in answer.text
    assert "还有 1 个条件没填完" in answer.text


def test_a_view_is_saved_shared_and_opened_by_a_colleague_in_their_own_scope(
    world: World, org: Organisation, desk: Client, client_as: Callable[..., Client]
) -> None:
    body = {"c": json.dumps({"all": []}), "name": "全部", "shared": "company", "column": ["name", "age"]}
    assert desk.post(reverse("customer360:query_save"), body).status_code == 302
    view = SavedView.objects.get()
    assert Event.objects.filter(name="view.saved").count() == 1
    there = client_as(Role.HOTLINE, unit=org.other_branch)
    shown = page(there, view=view.pk)
    assert [row.cells[0].value for row in shown.context["rows"]] == ["陈静"]
    assert there.post(reverse("customer360:query_forget", args=[view.pk])).status_code == 403
    assert SavedView.objects.exists()


def test_a_view_of_the_unit_is_for_those_below_it_and_not_for_another_branch(
    world: World, org: Organisation, client_as: Callable[..., Client]
) -> None:
    boss = client_as(Role.MANAGER, unit=org.branch)
    boss.post(reverse("customer360:query_save"), {"c": "", "name": "本机构的", "shared": "unit"})
    view = SavedView.objects.get()
    for role, unit in ((Role.HOTLINE, org.branch), (Role.COUNTER, org.sales_office), (Role.AGENT, org.sales_office)):
        assert page(client_as(role, unit=unit), view=view.pk).status_code == 200
    for role in (Role.MANAGER, Role.AGENT):
        assert page(client_as(role, unit=org.other_branch), view=view.pk).status_code == 404


def test_a_private_view_is_nobody_elses(world: World, desk: Client, client_as: Callable[..., Client]) -> None:
    desk.post(reverse("customer360:query_save"), {"c": "", "name": "我的", "shared": "private"})
    view = SavedView.objects.get()
    assert page(client_as(Role.MANAGER), view=view.pk).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_streams_the_whole_result_with_its_purpose_in_the_log(
    kind: str, world: World, org: Organisation, desk: Client
) -> None:
    register(org.branch, "=HYPERLINK(1)")
    body = {"c": "", "purpose": "年度回访", "format": kind, "column": ["name", "mobile", "created_on"], "sort": "name"}
    answer = desk.post(reverse("customer360:query_export"), body)
    content = b"".join(answer)
    if kind == "csv":
        rows = [row[:2] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]
        assert ["'=HYPERLINK(1)", ""] in rows
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        cells = list(sheet.iter_rows(min_row=2))
        assert {cell.data_type for row in cells for cell in row} <= {"s", "d", "n", "inlineStr"}
        rows = [[row[0].value, row[1].value] for row in cells]
        assert ["=HYPERLINK(1)", None] in rows
    assert ["王伟", "138****5678"] in rows
    assert len(rows) == 4
    line = Event.objects.get(name="customers.exported")
    assert (line.payload["purpose"], line.payload["format"]) == ("年度回访", kind)


def test_no_export_without_a_purpose_or_a_right(world: World, desk: Client, client_as: Callable[..., Client]) -> None:
    address = reverse("customer360:query_export")
    assert desk.post(address, {"c": "", "purpose": " "}).status_code == 422
    assert client_as(Role.HOTLINE).post(address, {"c": "", "purpose": "x"}).status_code == 403
    assert not Event.objects.filter(name="customers.exported").exists()


def bulk(client: Client, **body: Any) -> Any:
    return client.post(reverse("customer360:query_bulk"), body, headers={"HX-Request": "true"})


def test_chosen_customers_are_tagged_listed_assigned_and_given_tasks(world: World, desk: Client) -> None:
    picked = [world.customer.pk, world.spouse.pk]
    assert bulk(desk, kind="tag", tag="VIP", picked=picked).status_code == 204
    assert bulk(desk, kind="tag", tag="VIP", picked=picked).status_code == 204
    assert CustomerTag.objects.count() == 2
    assert Event.objects.filter(name="customer.tagged").count() == 2
    bulk(desk, kind="list", new_list="春季", picked=picked)
    assert CustomerList.objects.get().members.count() == 2
    bulk(desk, kind="assign", agent="A-100", picked=picked)
    serving = Assignment.objects.filter(ends_on__isnull=True, agent=world.agent)
    assert set(serving.values_list("customer_id", flat=True)) == set(picked)
    assert Event.objects.filter(name="customer.assigned", customer_id=world.customer.pk).count() == 0  # already theirs
    bulk(desk, kind="task", title="回访", due="2027-01-05", to="me", picked=picked)
    assert Task.objects.filter(title="回访").count() == 2
    bulk(desk, kind="untag", tag="VIP", picked=picked)
    assert not CustomerTag.objects.exists()
    assert Event.objects.filter(name="customers.bulk_done").count() == 6


def test_the_whole_result_is_what_the_condition_finds(world: World, desk: Client) -> None:
    bulk(desk, kind="tag", tag="车险", whole="1", c=json.dumps(MOTOR), picked=[world.other.pk])
    assert list(CustomerTag.objects.values_list("customer_id", flat=True)) == [world.customer.pk]


def test_a_large_result_is_left_to_the_worker_and_watched(
    world: World, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_module, "AT_ONCE", 1)
    monkeypatch.setattr(bulk_module, "BATCH", 2)
    answer = bulk(desk, kind="tag", tag="全部", whole="1", c="")
    run = BulkRun.objects.get()
    address = reverse("customer360:query_run", args=[run.pk])
    assert answer.headers["HX-Redirect"] == address
    assert not CustomerTag.objects.exists()
    job(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.changed, run.keys) == ("done", 3, 3, [])
    assert "已完成" in desk.get(address).text


def test_refused_bulk_work_changes_nothing(world: World, desk: Client, client_as: Callable[..., Client]) -> None:
    picked = [world.customer.pk]
    assert bulk(desk, kind="assign", agent="nobody", picked=picked).status_code == 404
    assert bulk(desk, kind="task", title="", due="2027-01-01", picked=picked).status_code == 422
    assert bulk(desk, kind="tag", tag=" ", picked=picked).status_code == 422
    assert bulk(desk, kind="tag", tag="x").status_code == 422
    assert bulk(desk, kind="delete", picked=picked).status_code == 422
    assert bulk(client_as(Role.ANALYST), kind="tag", tag="x", picked=picked).status_code == 403
    assert not BulkRun.objects.exists()
    assert not CustomerTag.objects.exists()


def test_an_agent_reaches_their_own_customers_only(
    world: World, org: Organisation, client_as: Callable[..., Client]
) -> None:
    agent = client_as(Role.AGENT, unit=org.branch)
    viewer = viewer_of(agent.user)  # type: ignore[attr-defined]
    own = register(org.branch, "自家客户")
    Assignment.objects.create(customer=own, agent=agent.user.agent, starts_on="2020-01-01")  # type: ignore[attr-defined]
    picked = [own.pk, world.customer.pk, world.other.pk]
    assert bulk(agent, kind="tag", tag="x", picked=picked).status_code == 204
    assert list(CustomerTag.objects.values_list("customer_id", flat=True)) == [own.pk]
    bulk(agent, kind="task", title="x", due="2027-01-01", to="me", picked=picked)
    assert list(Task.objects.filter(title="x").values_list("customer_id", flat=True)) == [own.pk]
    bulk(agent, kind="list", new_list="x", whole="1", c="")
    assert list(CustomerListMember.objects.values_list("customer_id", flat=True)) == [own.pk]
    assert bulk(agent, kind="assign", agent="A-100", picked=picked).status_code == 403
    assert viewer.user_id is not None
