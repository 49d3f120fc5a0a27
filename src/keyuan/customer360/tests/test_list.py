"""The customers list: what it is narrowed to, how far it counts, and what leaves the house."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.fixtures.organisation import Organisation

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customer360 import exporting
from keyuan.customer360.queries.listing import ListFilters, list_page
from keyuan.customer360.tests.world import World, enterprise, register
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["陈静", "李娜", "王伟"]),
        ({"line": "motor"}, ["王伟"]),
        ({"line": "life"}, []),
        ({"agent": "A-100"}, ["王伟"]),
        ({"agent": "unknown"}, []),
        ({"age": "60+"}, ["王伟"]),
        ({"age": "18-29"}, []),
        ({"kind": "enterprise"}, []),
        ({"text": "ln"}, ["李娜"]),
        ({"sort": "pinyin"}, ["陈静", "李娜", "王伟"]),
        ({"since": today()}, ["陈静", "李娜", "王伟"]),
    ],
)
def test_the_list_is_narrowed(world: World, viewer: Viewer, filters: dict[str, object], names: list[str]) -> None:
    found = list_page(ListFilters(**filters), viewer=viewer, on=today())  # type: ignore[arg-type]
    assert [row.name for row in found.rows] == names
    assert (found.total, found.more) == (len(names), False)


def test_a_row_says_age_mobile_and_running_policies(world: World, viewer: Viewer) -> None:
    (row,) = list_page(ListFilters(line="motor"), viewer=viewer, on=today()).rows
    assert (row.mobile, row.policies, row.branch) == ("138****5678", 1, "苏州分公司")


def test_other_branches_and_strangers_see_their_own_or_nothing(
    world: World, org: Organisation, viewer_as: Callable[..., Viewer]
) -> None:
    there = viewer_as(Role.HOTLINE, unit=org.other_branch)
    assert [row.name for row in list_page(ListFilters(), viewer=there, on=today()).rows] == ["陈静"]
    assert list_page(ListFilters(), viewer=STRANGER, on=today()).rows == []


def test_odd_addresses_narrow_nothing_and_break_nothing(world: World, desk: Client) -> None:
    odd = {"branch": "x", "since": "never", "page": "-1", "line": "x", "age": "x", "sort": "'", "kind": "\x00"}
    assert desk.get(reverse("customer360:list"), odd).status_code == 200
    assert desk.get(reverse("customer360:list"), {"page": "99999", "branch": "9" * 30}).status_code == 200


def test_an_export_states_its_purpose_is_masked_and_logged(world: World, org: Organisation, desk: Client) -> None:
    register(org.branch, "=HYPERLINK(1)")
    body = {"purpose": "年度回访", "format": "csv", "query": "sort=created"}
    answer = desk.post(reverse("customer360:export"), body)
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["王伟", "李娜", "陈静", "'=HYPERLINK(1)"]
    assert rows[1][5] == "138****5678"
    line = Event.objects.get(name="customers.exported")
    assert (line.payload["purpose"], line.payload["filters"]) == ("年度回访", {"sort": "created"})


def test_an_export_without_a_purpose_or_a_right_gives_nothing(
    world: World, desk: Client, client_as: Callable[..., Client]
) -> None:
    assert desk.post(reverse("customer360:export"), {"purpose": " "}).status_code == 422
    assert client_as(Role.HOTLINE).post(reverse("customer360:export"), {"purpose": "x"}).status_code == 403
    assert not Event.objects.filter(name="customers.exported").exists()


def test_a_workbook_holds_texts_and_days_and_no_formula(world: World, org: Organisation, desk: Client) -> None:
    enterprise(org.branch, "+1企业", "91110000600037341L")
    answer = desk.post(reverse("customer360:export"), {"purpose": "核对", "format": "xlsx", "query": "sort=created"})
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet is not None
    cells = list(sheet.iter_rows(min_row=2))
    assert [row[1].value for row in cells] == ["王伟", "李娜", "陈静", "+1企业"]
    assert {cell.data_type for row in cells for cell in row} <= {"s", "d", "n"}


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM", "\t=1", "\r=1"])
def test_no_cell_runs(text: str) -> None:
    assert exporting.harmless(text) == f"'{text}"
    assert exporting.harmless("王伟") == "王伟"


def test_the_panel_shows_the_customer_beside_the_list(world: World, desk: Client) -> None:
    answer = desk.get(reverse("customer360:panel", args=[world.customer.number]))
    assert "王伟" in answer.text
    assert "<html" not in answer.text
