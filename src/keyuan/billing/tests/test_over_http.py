"""From the attempt to the books, with every byte over HTTP: browser → sandbox → notification → our answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPErrorProcessor, Request, build_opener

import pytest
from pytest_django.live_server_helper import LiveServer

from keyuan.billing import ledger, sweeping
from keyuan.billing.models import Attempt, Notification, Posting, Refund
from keyuan.billing.sandbox import sending
from keyuan.billing.sandbox.server import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


class StayHere(HTTPErrorProcessor):
    """A browser that shows where it is led and does not go."""

    def http_response(self, request, response):  # type: ignore[no-untyped-def]
        return response

    https_response = http_response


def browse(url: str, posted: dict[str, str] | None = None) -> tuple[int, str, str]:
    body = None if posted is None else urlencode(posted).encode()
    asked = Request(url, body, {"Accept-Language": "en"})  # noqa: S310  a test server
    with build_opener(StayHere).open(asked, timeout=60) as answer:
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")


def until(is_so: Callable[[], object], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def site(live_server: LiveServer, settings, sandbox: Sandbox) -> str:  # type: ignore[no-untyped-def]
    settings.KEYUAN_SITE_URL = live_server.url
    return live_server.url


def pay(site: str, attempt: Attempt, do: str) -> tuple[int, str, str]:
    """Open the checkout through the site's own port and press a button."""
    status, page, _ = browse(site + attempt.pay_url)
    assert status == 200
    assert "128.00" in page
    form = page.split('action="')[1].split('"')[0]
    return browse(f"{site}/sandbox-gateway/{form}", {"do": do})


def all_told(sandbox: Sandbox, count: int = 1) -> None:
    """Wait until every notification has been answered: then everything that follows from it is committed."""
    statement = "SELECT 1 FROM (SELECT count(done) AS n FROM notice) WHERE n = ?"
    until(lambda: sandbox.store.one(statement, count))


def balances() -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for account, amount in Posting.objects.values_list("account_id", "amount"):
        found[account] = found.get(account, Decimal(0)) + amount
    return {account: amount for account, amount in found.items() if amount}


def test_a_payment_is_notified_booked_and_taken(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    attempt = begin(return_url=f"{site}/back/?order=1")
    status, _, back = pay(site, attempt, "pay")
    assert status == 303
    assert back.startswith(f"{site}/back/?order=1&")
    assert parse_qs(urlsplit(back).query)["out_trade_no"] == [attempt.number]
    all_told(sandbox)
    attempt.refresh_from_db()
    assert attempt.honoured_at is not None
    assert attempt.paid_amount == Decimal("128.00")
    assert taken == ["ORDER-1"]
    assert balances() == {"1012": Decimal("128.00"), "6031": Decimal("-128.00")}
    assert not ledger.imbalances()
    assert not Refund.objects.exists()


def test_a_notification_sent_three_times_is_booked_once(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    pay(site, begin(), "repeat")
    all_told(sandbox, 3)
    assert sorted(Notification.objects.values_list("outcome", flat=True)) == ["again", "again", "honoured"]
    assert taken == ["ORDER-1"]
    assert balances() == {"1012": Decimal("128.00"), "6031": Decimal("-128.00")}


def test_a_lost_notification_is_found_by_asking(site: str, begin: Callable[..., Attempt], taken: list[str]) -> None:
    attempt = begin()
    pay(site, attempt, "lost")
    assert taken == []
    Attempt.objects.update(next_ask_at=attempt.begun_at)
    assert sweeping.sweep()["asked"] == 1
    assert taken == ["ORDER-1"]
    assert not Notification.objects.exists()


def test_a_wrong_amount_is_given_back_in_full_once(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    attempt = begin()
    pay(site, attempt, "wrong")
    all_told(sandbox)
    assert sweeping.send_due() == 1
    assert sweeping.send_due() == 0
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.done_at is not None) == (Decimal("127.00"), "wrong_amount", True)
    assert [row["cents"] for row in sandbox.store.all("SELECT cents FROM refund")] == [12700]
    assert taken == []
    assert balances() == {}


def test_what_cannot_be_honoured_is_given_back(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    attempt = begin("NO-1")
    pay(site, attempt, "pay")
    all_told(sandbox)
    sweeping.send_due()
    attempt.refresh_from_db()
    assert attempt.refused_code == "payment_time_past"
    assert attempt.honoured_at is None
    assert Refund.objects.get().done_at is not None
    assert balances() == {}


def test_a_forged_notification_moves_nothing(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    attempt = begin()
    pay(site, attempt, "forged")
    all_told(sandbox)
    assert Notification.objects.get().outcome == "forged"
    attempt.refresh_from_db()
    assert attempt.booked_at is None
    assert balances() == {}
    assert taken == []


def test_a_failed_payment_can_be_tried_again(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    attempt = begin()
    status, page, _ = pay(site, attempt, "fail")
    assert status == 200
    assert "Nothing was taken" in page
    pay(site, attempt, "pay")
    all_told(sandbox)
    assert taken == ["ORDER-1"]


def test_a_killed_sandbox_sends_what_it_owed(
    site: str, begin: Callable[..., Attempt], taken: list[str], sandbox: Sandbox
) -> None:
    sandbox.stop.set()
    sandbox._sender.join()
    pay(site, begin(), "pay")
    assert taken == []
    assert sending.send_due(sandbox.store) == 1
    assert taken == ["ORDER-1"]
