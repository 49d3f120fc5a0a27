"""The replay: byte for byte what was sent, to whom it may be shown, and never without a reason."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests.fixtures.budgets import QueryBudget
from tests.fixtures.organisation import Organisation

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, system_viewer, viewer_of
from keyuan.eventlog.models import Event
from keyuan.evidence.models import PageFile, Trace
from keyuan.evidence.pages import queries
from keyuan.evidence.pages.refusals import TraceNotFound

pytestmark = pytest.mark.django_db
LED = re.compile(rb"/home/trace/files/([0-9a-f]{64})/")


def opened(client: Client, trace: Trace, purpose: str = "处理投诉") -> None:
    client.post(f"/desk/replays/{trace.sale}/", {"purpose": purpose})


def test_the_buyer_sees_their_own_purchase_step_by_step(bought: Trace, buyer: Client) -> None:
    page = buyer.get(f"/home/orders/{bought.sale}/replay/").content.decode()
    for told in ("条款与免责", "核对并提交", "提交投保单", "记录完整，没有被改动", "TRV 第1版"):
        assert told in page
    assert f"/home/orders/{bought.sale}/replay/1/" in page


def test_a_page_in_the_frame_is_what_was_sent_but_for_the_addresses_of_its_styles(bought: Trace, buyer: Client) -> None:
    traced = queries.trace_of(bought.sale, viewer=system_viewer("tests"))
    row = traced.rows[0]
    assert row.page is not None
    answer = buyer.get(f"/home/orders/{bought.sale}/replay/1/")
    manifest = queries.addresses_in(traced.files[str(row.said()["with"])])
    by_digest = {digest: address for address, digest in manifest.items()}
    back = LED.sub(lambda found: by_digest[found[1].decode()].encode(), answer.content).replace(b" data-src=", b" src=")
    assert back == row.page
    assert len(LED.findall(answer.content)) > 3
    assert b"/static/" not in LED.sub(b"", answer.content)


def test_the_frame_runs_nothing_and_stands_on_our_pages_alone(bought: Trace, buyer: Client) -> None:
    answer = buyer.get(f"/home/orders/{bought.sale}/replay/1/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-same-origin" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not re.search(rb"<script\b[^>]*\ssrc=", answer.content)


def test_a_style_is_kept_as_it_was_then(bought: Trace, client: Client) -> None:
    kept = PageFile.objects.filter(media_type="text/css").first()
    assert kept is not None
    answer = client.get(f"/home/trace/files/{kept.digest}/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.content) == kept.size
    assert client.get(f"/home/trace/files/{'0' * 64}/").status_code == 404
    assert settings.STATIC_URL.encode() not in answer.content


def test_nobody_else_sees_it(bought: Trace, user_as: Callable[..., User], client: Client, org: Organisation) -> None:
    own, desk = f"/home/orders/{bought.sale}/replay/", f"/desk/replays/{bought.sale}/"
    assert client.get(own).status_code == 302
    assert client.get(desk).status_code == 302
    other = Client()
    other.force_login(user_as(Role.CUSTOMER))
    for address in (own, f"{own}1/"):
        assert other.get(address).status_code == 404
    assert other.get(desk).status_code == 403
    for role, unit, status in (
        (Role.AGENT, org.branch, 403),
        (Role.ADMINISTRATOR, org.head_office, 403),
        (Role.COUNTER, org.branch, 403),
        (Role.HOTLINE, org.other_branch, 404),
        (Role.UNDERWRITER, org.branch, 200),
        (Role.MANAGER, org.branch, 200),
    ):
        staff = Client()
        staff.force_login(user_as(role, unit=unit))
        assert staff.get(desk).status_code == status, role
        assert staff.get(f"{desk}1/").status_code == (404 if status == 404 else 403), role


def test_queries_give_a_stranger_nothing(bought: Trace) -> None:
    assert not queries.visible(STRANGER).exists()
    assert not queries.listed(queries.TraceFilter(), viewer=STRANGER).exists()
    assert queries.traced_of_policies([bought.policy_number, "P"], viewer=STRANGER) == {}
    assert queries.trace_of_policy("P", viewer=STRANGER) is None
    assert queries.openings(bought.sale, viewer=STRANGER) == []
    for ask in (queries.trace_of, queries.the_trace):
        with pytest.raises(TraceNotFound):
            ask(bought.sale, viewer=STRANGER)


def test_staff_say_why_and_the_customer_reads_it(bought: Trace, clerk: Client, buyer: Client) -> None:
    address = f"/desk/replays/{bought.sale}/"
    gate = clerk.get(address).content.decode()
    assert "为什么要回看" in gate
    assert "林慧" in gate
    assert "320506199003074525" not in gate
    assert clerk.get(f"{address}1/").status_code == 403
    refused = clerk.post(address, {"purpose": " "})
    assert refused.status_code == 422
    assert not Event.objects.filter(name="sale.replayed").exists()
    opened(clerk, bought, "处理投诉C2026-1")
    line = Event.objects.get(name="sale.replayed")
    assert (line.payload["purpose"], line.payload["intact"], line.customer_id) == (
        "处理投诉C2026-1",
        True,
        bought.customer_id,
    )
    assert clerk.get(f"{address}1/").status_code == 200
    assert "记录完整" in clerk.get(address).content.decode()
    assert "处理投诉C2026-1" in buyer.get(f"/home/orders/{bought.sale}/replay/").content.decode()


def test_half_an_hour_later_one_says_why_again(bought: Trace, clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    opened(clerk, bought)
    later = time.time() + 1801
    monkeypatch.setattr("keyuan.evidence.pages.views.desk.time.time", lambda: later)
    assert clerk.get(f"/desk/replays/{bought.sale}/1/").status_code == 403
    assert "为什么要回看" in clerk.get(f"/desk/replays/{bought.sale}/").content.decode()


def test_the_replay_says_which_row_was_altered(bought: Trace, buyer: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE evidence_tracerow SET told = set_bit(told, 300, 1 - get_bit(told, 300)) "
            "WHERE trace_id = %s AND n = 2",
            [bought.pk],
        )
    page = buyer.get(f"/home/orders/{bought.sale}/replay/").content.decode()
    assert "这份记录被改动过" in page
    assert "第2行" in page
    assert "记录完整" not in page


def test_what_was_done_stands_on_the_page_as_it_was(bought: Trace, buyer: Client) -> None:
    address = f"/home/orders/{bought.sale}/"
    told = buyer.get(f"{address}replay/").content.decode()
    assert "提交投保单" in told
    assert buyer.get(f"{address}replay/99/").status_code == 404


def test_the_list_finds_a_sale_by_number_and_name(bought: Trace, clerk: Client) -> None:
    for asked in (bought.number, "林"):
        assert bought.number in clerk.get("/desk/replays/", {"text": asked}).content.decode()
    assert bought.number not in clerk.get("/desk/replays/", {"text": "慧"}).content.decode()
    assert bought.number not in clerk.get("/desk/replays/", {"policy": "yes"}).content.decode()
    assert bought.number in clerk.get("/desk/replays/", {"policy": "no", "sort": "-last"}).content.decode()


def test_the_pages_stay_within_their_query_budgets(
    bought: Trace, buyer: Client, clerk: Client, query_budget: QueryBudget
) -> None:
    with query_budget("own-replay"):
        buyer.get(f"/home/orders/{bought.sale}/replay/")
    with query_budget("replays"):
        clerk.get("/desk/replays/")
    opened(clerk, bought)
    with query_budget("replay"):
        clerk.get(f"/desk/replays/{bought.sale}/")
    with query_budget("replay-page"):
        clerk.get(f"/desk/replays/{bought.sale}/1/")


def test_what_the_evidence_file_takes_is_whole(bought: Trace, someone: object) -> None:
    traced = queries.trace_of(bought.sale, viewer=system_viewer("tests"))
    assert traced.faults == ()
    assert [row.n for row in traced.rows] == list(range(1, bought.rows + 1))
    assert bought.fixed == next(row.n for row in traced.rows if row.said().get("step") == "submit")
    assert viewer_of(User.objects.get(role=Role.CUSTOMER)).role == Role.CUSTOMER
