"""The board on a tablet: a card is carried by a finger, another by the keyboard; both record an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Page, expect
from tests.fixtures.browser import Chromium
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.customer360.tests.world import motor_policy, register
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import today
from keyuan.retention.models import RenewalOutcome

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tablet(chromium: Chromium, live_server: Any, org: Organisation, user_as: Callable[..., User]) -> Iterator[Page]:
    """A touch screen on which a manager is signed in; two motor policies renew within the month."""
    with transaction.atomic():
        for place, name in enumerate(("赵一", "钱二")):
            customer = register(org.branch, name, mobile=f"1380000000{place}")
            motor_policy(customer, f"PDZA2026000{place}", f"苏E1000{place}", starts_on=today() - timedelta(days=340))
    client = Client()
    client.force_login(user_as(Role.MANAGER, unit=org.branch))
    context = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 1180, "height": 820}, has_touch=True
    )
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    yield context.new_page()
    chromium.let_go(context)


def carry(page: Page, card: Any, column: Any) -> None:
    """A finger that is laid on a card, held, moved into a column and lifted."""
    begin, end = card.bounding_box(), column.bounding_box()
    touch = page.context.new_cdp_session(page)
    x, y = begin["x"] + 60, begin["y"] + begin["height"] - 12

    def send(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": across, "y": down} for across, down in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    send("touchStart", (x, y))
    page.wait_for_timeout(450)
    expect(page.locator(".renew-ghost")).to_be_visible()
    for part in (0.3, 0.7, 1.0):
        send("touchMove", (x + (end["x"] + 60 - x) * part, y + (end["y"] + 90 - y) * part))
    expect(column).to_have_class("renew-column is-target")
    send("touchEnd")


def test_a_card_is_moved_by_a_finger_and_another_by_the_arrow_keys(tablet: Page) -> None:
    tablet.goto("/desk/renewals/board/?period=soon&line=motor")
    first, second = (tablet.locator(".renew-card", has_text=name) for name in ("赵一", "钱二"))
    carry(tablet, first, tablet.locator("[data-state=renewing]"))
    expect(tablet.locator("[data-state=renewing]")).to_contain_text("赵一")
    expect(tablet.locator(".renew-ghost")).to_have_count(0)

    # The card keeps the focus when the board is drawn anew, so that it can be moved on.
    second.locator(".renew-card-name").focus()
    for state in ("renewing", "considering"):
        tablet.keyboard.press("Shift+ArrowRight")
        expect(tablet.locator(f"[data-state={state}]")).to_contain_text("钱二")
        expect(second.locator(".renew-card-name")).to_be_focused()

    told = RenewalOutcome.objects.order_by("pk").values_list("case__policy__number", "outcome")
    assert list(told) == [("PDZA20260000", "renewing"), ("PDZA20260001", "renewing"), ("PDZA20260001", "considering")]
    assert Event.objects.filter(name="contact.made").count() == 3
