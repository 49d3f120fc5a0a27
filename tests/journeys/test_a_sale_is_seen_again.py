"""A purchase on a phone is seen again byte for byte, by the buyer and by staff, with everything that was done on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer
from keyuan.evidence.models import Trace
from keyuan.evidence.pages import queries
from keyuan.evidence.pages.queries import Traced, said_of
from keyuan.orders import actions
from keyuan.orders.access import Holder
from keyuan.orders.models import Order
from keyuan.orders.tests.conftest import SYSTEM, _customers_of, someone
from keyuan.products.bulk import offer_shipped_products
from tests.fixtures.browser import SignIn, fit
from tests.fixtures.organisation import Organisation

__all__ = ["someone"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=30_000)


def traced(sale: Any) -> Traced:
    return queries.trace_of(sale, viewer=system_viewer("tests"))


def operations(sale: Any) -> list[dict[str, Any]]:
    rows = [said_of(row) for row in queries._whole(Trace.objects.get(sale=sale)).rows]
    return [one for row in rows if row.get("kind") == "did" for one in row["ops"]]


def test_what_was_shown_and_done_is_seen_again_as_it_was(
    page: Page,
    someone: Holder,
    sign_in: SignIn,
    user_as: Callable[..., User],
    org: Organisation,
) -> None:
    offer_shipped_products()
    sign_in(user=User.objects.get(pk=someone.viewer.user_id))
    page.set_viewport_size({"width": 390, "height": 844})
    received: list[bytes] = []

    def note(answer: Response) -> None:
        is_page = answer.headers.get("content-type", "").startswith("text/html") and answer.status in (200, 422)
        if is_page and "/home/" in answer.url and "/price/" not in answer.url:
            received.append(answer.body())

    page.on("response", note)
    page.goto("/home/insure/TRV/")
    page.get_by_label("天数").fill("7")
    page.get_by_role("button", name="马上投保").click()
    heading(page, "保障与价格")
    page.get_by_role("button", name="下一步").click()
    heading(page, "投保人与被保险人")
    page.get_by_label("姓名").first.fill("林慧")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".field-wrong").first).to_be_visible()
    order = Order.objects.get()
    page.goto(f"/home/orders/{order.pk}/read/")
    heading(page, "条款与免责")
    _in_a_lift(page, order)
    for box in page.locator("[name^='agree.']").all():
        box.check()
    page.get_by_role("button", name="下一步").click()
    heading(page, "核验身份")
    page.wait_for_timeout(1500)
    (customer_id,) = _customers_of(someone)
    actions.belong(order.pk, customer_id=customer_id, check_id="1", by=SYSTEM)
    page.remove_listener("response", note)

    kept = traced(order.pk)
    assert kept.faults == ()
    shown = [row.page for row in kept.rows if row.page is not None and not said_of(row).get("part")]
    assert shown == received
    _opened_once(order.pk, exclusions=len(kept_exclusions(kept)))
    _the_buyer_sees_it(page, order)
    _staff_see_it(page, order, sign_in, user_as(Role.UNDERWRITER, unit=org.branch))


def kept_exclusions(kept: Traced) -> list[bytes]:
    (read,) = [row.page for row in kept.rows if said_of(row).get("view") == "buying:step:read" and row.page]
    return read.split(b'class="fold exclusion"')[1:]


def _in_a_lift(page: Page, order: Order) -> None:
    """No network while the exclusions are opened; it comes back before the page is left."""
    page.wait_for_timeout(1000)
    page.context.set_offline(True)
    for exclusion in page.locator("details.exclusion > summary").all():
        exclusion.click()
    page.wait_for_timeout(5000)
    page.context.set_offline(False)


def _opened_once(sale: Any, *, exclusions: int) -> None:
    done = operations(sale)
    opened = [one["at"] for one in done if one["k"] == "open" and "第" in one["on"]]
    assert len(opened) == exclusions
    assert len(set(opened)) == exclusions
    assert {"view", "open", "choose", "type", "click", "gone"} <= {one["k"] for one in done}


def _the_buyer_sees_it(page: Page, order: Order) -> None:
    page.goto(f"/home/orders/{order.pk}/replay/")
    heading(page, "投保过程回看")
    expect(page.locator(".note-success")).to_contain_text("没有被改动")
    page.get_by_text("打开“第1条免责").first.click()
    frame = page.frame_locator("iframe.replay-frame")
    expect(frame.locator("details[data-replayed]")).to_have_attribute("open", "")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".replay-steps [aria-current]")).to_contain_text("打开“第2条免责")
    page.get_by_text("填写“姓名").first.click()
    expect(frame.locator("input[data-replayed]")).to_have_value("林慧")
    page.locator("[data-speed]").select_option("16")
    page.get_by_role("button", name="播放").click()
    expect(page.locator(".replay-steps li:last-child a")).to_have_attribute("aria-current", "step", timeout=60_000)
    page.get_by_text("打开“第1条免责").first.click()
    fit(page, "evidence-own-replay")


def _staff_see_it(page: Page, order: Order, sign_in: SignIn, staff: User) -> None:
    page.goto("about:blank")
    sign_in(user=staff)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/desk/replays/")
    fit(page, "evidence-replays")
    page.get_by_role("link", name=order.number).click()
    expect(page.get_by_label("理由")).to_be_visible()
    fit(page, "evidence-gate")
    page.get_by_label("理由").fill("核实健康告知")
    page.get_by_role("button", name="打开").click()
    expect(page.locator(".note-success")).to_contain_text("没有被改动")
    page.get_by_text("打开“第1条免责").first.click()
    fit(page, "evidence-replay")
