"""The pages of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from keyuan.accounts.roles import Role
from keyuan.billing import actions, sweeping
from keyuan.billing.models import Attempt, Difference, Refund
from keyuan.billing.sandbox.server import Sandbox
from keyuan.billing.tests.test_reconciliation import paid
from keyuan.eventlog.models import Event
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(begin: Callable[..., Attempt], sandbox: Sandbox, taken: list[str]) -> dict[str, Any]:
    """One payment taken, one given back, one that waits, one difference."""
    made = {"good": paid(begin, sandbox, "ORDER-1"), "back": paid(begin, sandbox, "NO-1"), "open": begin("ORDER-3")}
    sweeping.send_due()
    made["difference"] = Difference.objects.create(
        gateway="alipay", day=today(), kind="missing_here", side="in", number="=X", found_at=now(), theirs=5
    )
    actions.reconcile("alipay", today(), by=Actor.system("tests"))
    Difference.objects.update(gone_at=None)
    return made


def test_each_state_has_its_tab(book: dict[str, Any], desk: Any) -> None:
    for state, numbers in {
        "": ["good", "back", "open"],
        "honoured": ["good"],
        "refunded": ["back"],
        "open": ["open"],
        "to_refund": [],
    }.items():
        page = desk.get("/desk/billing/", {"state": state}).content.decode()
        shown = [name for name in ("good", "back", "open") if book[name].number in page]
        assert shown == numbers, state


def test_a_payment_tells_all_that_became_of_it(book: dict[str, Any], desk: Any) -> None:
    page = desk.get(f"/desk/billing/payments/{book['back'].number}/").content.decode()
    assert "已全额退款" in page
    assert Refund.objects.get().number in page


def test_the_books_balance_on_the_page(book: dict[str, Any], desk: Any) -> None:
    page = desk.get("/desk/billing/books/").content.decode()
    assert "借贷平衡" in page
    assert desk.get("/desk/billing/books/1012/").status_code == 200
    assert desk.get("/desk/billing/books/nothing/").status_code == 404


def test_a_difference_is_explained(book: dict[str, Any], desk: Any) -> None:
    address = f"/desk/billing/reconciliation/{book['difference'].pk}/"
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"why": ""}).status_code == 200
    assert desk.post(address, {"why": "测试环境的数据"}).status_code == 302
    page = desk.get("/desk/billing/reconciliation/?state=explained").content.decode()
    assert "测试环境的数据" in page


def test_an_export_is_harmless_and_in_the_log(book: dict[str, Any], desk: Any) -> None:
    answer = desk.post("/desk/billing/reconciliation/", {"do": "export", "purpose": "月结", "format": "csv"})
    assert "'=X" in b"".join(answer).decode()
    answer = desk.post("/desk/billing/", {"do": "export", "purpose": "月结", "format": "xlsx"})
    assert answer.status_code == 200
    lines = Event.objects.filter(name="billing.exported").order_by("id")
    assert [line.payload["rows"] for line in lines] == [1, 3]


def test_who_may_not_see_the_books_does_not(book: dict[str, Any], client_as: Any, org: Any) -> None:
    for role in (Role.HOTLINE, Role.AGENT, Role.CUSTOMER):
        assert client_as(role).get("/desk/billing/").status_code == 403
    branch = client_as(Role.MANAGER, unit=org.branch)
    assert book["good"].number not in branch.get("/desk/billing/").content.decode()
    assert "1012" not in branch.get("/desk/billing/books/").content.decode()
    analyst = client_as(Role.ANALYST)
    assert analyst.get(f"/desk/billing/reconciliation/{book['difference'].pk}/").status_code == 403
    assert analyst.post(f"/desk/billing/refunds/{Refund.objects.get().pk}/retry/").status_code == 403


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("payments", "/desk/billing/"),
        ("payment", "/desk/billing/payments/{back}/"),
        ("books", "/desk/billing/books/"),
        ("differences", "/desk/billing/reconciliation/"),
    ],
)
def test_pages_of_payments_stay_within_their_query_budget(
    book: dict[str, Any], begin: Callable[..., Attempt], desk: Any, query_budget: Any, page: str, address: str
) -> None:
    for order in range(12):
        begin(f"MORE-{order}")
    with query_budget(page):
        assert desk.get(address.format(back=book["back"].number)).status_code == 200
