"""What every list does, told by the list of quotes: pages, columns, views, export."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.kernel.money import Money
from keyuan.lists import paging, table
from keyuan.lists.describing import Column, Mark
from keyuan.lists.models import ListView
from keyuan.sales.models import Quote

pytestmark = pytest.mark.django_db
HOME = "/desk/quotes/"
PRICE = {"premium": "100.00", "yearly": "100.00", "instalments": ["100.00"], "steps": []}


@pytest.fixture
def manager(user_as: Callable[..., User]) -> User:
    return user_as(Role.MANAGER)


@pytest.fixture
def desk(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def quotes(count: int, **more: Any) -> list[Quote]:
    """Quotes of nobody, all made at one moment, so that only their keys tell them apart."""
    at = timezone.now()
    day = today()
    told = {"channel": "desk", **more}
    return Quote.objects.bulk_create(
        Quote(
            product="TRM", version=1, risk={}, price=PRICE, made_on=day, made_at=at,
            valid_until=day + timedelta(days=30), **told,
        )
        for _ in range(count)
    )  # fmt: skip


def keys(page: str) -> list[str]:
    return re.findall(r'<tr data-url="/desk/quotes/([0-9a-f-]+)/"', page)


def test_pages_lead_on_and_back_without_a_gap_though_all_rows_are_of_one_moment(desk: Client) -> None:
    made = {str(one.pk) for one in quotes(paging.PAGE * 2 + 7)}
    seen, pages, address = [], [], HOME
    while address:
        page = desk.get(address)
        pages.append(keys(page.content.decode()))
        seen += pages[-1]
        address = f"{HOME}{page.context['next']}" if page.context["next"] else ""
        back = page.context["previous"]
    assert [len(one) for one in pages] == [50, 50, 7]
    assert len(seen) == len(set(seen)) == 107
    assert set(seen) == made
    before = desk.get(f"{HOME}{back}")
    assert keys(before.content.decode()) == pages[1]
    assert (before.context["page"].first, before.context["page"].last) == (51, 100)
    first = desk.get(f"{HOME}{before.context['previous']}")
    assert keys(first.content.decode()) == pages[0]
    assert (first.context["page"].first, first.context["previous"]) == (1, "")


def test_a_row_that_goes_meanwhile_hides_no_other(desk: Client) -> None:
    quotes(60)
    first = desk.get(HOME)
    Quote.objects.filter(pk__in=keys(first.content.decode())[:10]).delete()
    second = desk.get(f"{HOME}{first.context['next']}")
    assert len(keys(second.content.decode())) == 10
    gone = desk.get(f"{HOME}?after={Quote().pk}&at=50")
    assert gone.context["page"].first == 1


def test_the_page_says_how_many_and_counts_only_when_asked(desk: Client) -> None:
    quotes(3)
    assert "共 3 条" in desk.get(HOME).content.decode()
    quotes(60)
    page = desk.get(HOME).content.decode()
    assert "part=count" in page
    assert desk.get(f"{HOME}?part=count").content.decode().strip() == "共 63 条"


def test_columns_are_shown_as_chosen_in_the_order_chosen(desk: Client) -> None:
    quotes(1)

    def heads(query: str) -> list[str]:
        page = desk.get(f"{HOME}?{query}").content.decode()
        return re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)

    assert heads("column=maker&column=product&column=made") == ["谁做的", "产品", "报价日"]
    assert heads("column=made&column=code") == ["产品", "报价日", "产品代码"]
    assert heads("column=nothing") == heads("")
    kept = desk.get(f"{HOME}?column=made&column=code").content.decode()
    assert re.findall(r'name="column" value="(\w+)" checked', kept)[:3] == ["product", "made", "code"]


def test_a_view_is_kept_as_a_tab_renamed_changed_and_forgotten(desk: Client, manager: User) -> None:
    query = "state=valid&sort=-premium&column=product&column=made&after=x&at=50&nonsense=1"
    answer = desk.post(HOME, {"do": "save", "name": "有效的", "query": query, "shared": "private"})
    view = ListView.objects.get()
    assert view.query == "state=valid&sort=-premium&column=product&column=made"
    assert answer["Location"] == f"{HOME}?{view.query}&view={view.pk}"
    page = desk.get(answer["Location"]).content.decode()
    assert re.search(rf'view={view.pk}" aria-current="page"[^>]*><svg.*?</svg>有效的', page)
    assert "已改动" not in page
    assert "已改动" in desk.get(f"{answer['Location']}&product=TRM").content.decode()
    desk.post(HOME, {"do": "rename", "name": "有效报价", "view": view.pk})
    desk.post(HOME, {"do": "change", "name": "有效报价", "view": view.pk, "query": "state=expired"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("有效报价", "state=expired")
    desk.post(HOME, {"do": "forget", "view": view.pk})
    assert not ListView.objects.exists()
    told = list(Event.objects.filter(name__startswith="list_view.").order_by("id").values_list("name", flat=True))
    assert told == ["list_view.saved", "list_view.renamed", "list_view.saved", "list_view.forgotten"]


def test_a_view_is_refused_by_name_and_is_its_owners_alone_to_change(
    desk: Client, client_as: Callable[..., Client]
) -> None:
    assert desk.post(HOME, {"do": "save", "name": " "}).status_code == 422
    assert desk.post(HOME, {"do": "save", "name": "长" * 61}).status_code == 422
    assert desk.post(HOME, {"do": "save", "name": "x", "shared": "world"}).status_code == 422
    desk.post(HOME, {"do": "save", "name": "自己的", "shared": "private"})
    desk.post(HOME, {"do": "save", "name": "大家的", "shared": "company"})
    own, shared = ListView.objects.order_by("id")
    other = client_as(Role.HOTLINE)
    page = other.get(HOME).content.decode()
    assert "大家的" in page
    assert "自己的" not in page
    assert other.post(HOME, {"do": "rename", "name": "我的", "view": shared.pk}).status_code == 403
    assert other.post(HOME, {"do": "forget", "view": own.pk}).status_code == 404
    assert ListView.objects.count() == 2
    assert "大家的" not in client_as(Role.HOTLINE).get("/desk/proposals/").content.decode()


def test_what_may_be_a_mobile_is_neither_kept_nor_logged(desk: Client) -> None:
    home = "/desk/messages/"
    desk.post(home, {"do": "save", "name": "查号码", "query": "to=13912345678&state=failed"})
    assert ListView.objects.get().query == "state=failed"
    answer = desk.post(home, {"do": "export", "purpose": "核对", "query": "to=13912345678", "format": "csv"})
    assert answer.status_code == 200
    assert Event.objects.get(name="list.exported").payload["filters"] == {"to": "***"}


def test_an_export_is_streamed_and_runs_no_formula(desk: Client) -> None:
    quotes(2, channel="=1+1")
    for kind in ("csv", "xlsx"):
        asked = {"do": "export", "purpose": "盘点", "format": kind, "query": "column=product&column=channel"}
        answer = desk.post(HOME, asked)
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer.streaming
        assert f"quotes-{today()}.{kind}" in answer["Content-Disposition"]
        assert (b"'=1+1" in body) if kind == "csv" else body.startswith(b"PK")
    line = Event.objects.filter(name="list.exported").latest("id")
    assert line.payload == {
        "purpose": "盘点",
        "list": "quotes",
        "filters": {},
        "columns": ["product", "channel"],
        "format": "xlsx",
        "rows": 2,
    }


def test_a_long_list_is_put_in_an_order_without_an_index_only_once_it_is_narrowed(
    client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = client_as(Role.MANAGER)
    assert "请先筛选" not in desk.get("/desk/policies/?sort=premium").content.decode()
    monkeypatch.setattr(paging, "MOST_COUNTED", -1)
    page = desk.get("/desk/policies/?sort=premium").content.decode()
    assert "记录太多，不能按“每期保费”排序；请先筛选。" in page


def test_cells_tell_money_with_its_currency_and_statuses_in_words() -> None:
    columns = (
        Column(name="a", label="A", look="money", value=lambda row: row[0]),
        Column(name="b", label="B", look="chips", value=lambda row: row[1]),
    )
    rows = [(Money(Decimal("1.50"), "USD"), [Mark("甲"), Mark("乙")]), ((Decimal(2), "CNY"), ()), (None, None)]
    assert table.head(columns) == ["A", "币种", "B"]
    assert list(table.cells(rows, columns)) == [
        [Decimal("1.50"), "USD", "甲、乙"],
        [Decimal(2), "CNY", ""],
        [None, "", ""],
    ]


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=30), st.booleans())
def test_rows_of_no_table_are_ordered_with_what_is_empty_last(values: list[int | None], down: bool) -> None:
    column = Column(name="a", label="A", value=lambda row: row, sort="a")
    found = paging.in_order(values, column, down=down)
    filled = [value for value in found if value is not None]
    assert filled == sorted((value for value in values if value is not None), reverse=down)
    assert found[len(filled) :] == [None] * (len(values) - len(filled))
