"""The queue of checks on the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.fixtures.budgets import QueryBudget

from keyuan.accounts.roles import Role
from keyuan.identity.models import Check
from keyuan.kernel.clock import now

pytestmark = pytest.mark.django_db
MOBILE = "13912345678"
NUMBER = "320502198808081238"


@pytest.fixture
def waiting(db: None) -> Check:
    return Check.objects.create(
        name="王伟",
        document_kind="resident_id",
        document_number=NUMBER,
        document_digest=b"d" * 16,
        mobile=MOBILE,
        mobile_digest=b"m" * 16,
        consent="identity-1",
        provider="embedded",
        outcome="unavailable",
        why="mobile",
        answered_at=now(),
    )


def test_what_waits_for_a_person_is_the_first_tab_with_masked_numbers(
    client_as: Callable[..., Client], waiting: Check
) -> None:
    page = client_as(Role.HOTLINE).get("/desk/identity/").content.decode()
    assert str(waiting.pk)[:8].upper() in page
    assert "手机号与我们的记录不符" in page
    assert MOBILE not in page
    assert NUMBER not in page


def test_a_person_decides_with_a_note_and_once(client_as: Callable[..., Client], waiting: Check) -> None:
    desk, address = client_as(Role.HOTLINE), f"/desk/identity/{waiting.pk}/"
    answer = desk.post(f"{address}decide/", {"finding": "match", "note": ""})
    assert answer.status_code == 422
    assert "请写明核对了什么" in answer.content.decode()
    assert desk.post(f"{address}decide/", {"finding": "match", "note": "看了原件"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.why, waiting.note) == ("match", "by_hand", "看了原件")
    assert desk.post(f"{address}decide/", {"finding": "mismatch", "note": "再看"}).status_code == 409
    assert "看过证件以后" not in desk.get(address).content.decode()


def test_who_sees_no_such_customers_finds_nothing(client_as: Callable[..., Client], waiting: Check) -> None:
    agent = client_as(Role.AGENT)
    assert agent.get(f"/desk/identity/{waiting.pk}/").status_code == 404
    assert agent.post(f"/desk/identity/{waiting.pk}/decide/", {"finding": "match", "note": "x"}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.outcome == "unavailable"


def test_the_export_is_masked_and_for_who_may(client_as: Callable[..., Client], waiting: Check) -> None:
    answer = client_as(Role.MANAGER).post(
        "/desk/identity/", {"do": "export", "purpose": "核对", "query": "outcome=person&sort=outcome"}
    )
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "3205**********1238" in text
    assert MOBILE not in text
    assert client_as(Role.HOTLINE).post("/desk/identity/", {"do": "export", "purpose": "x"}).status_code == 403


def test_the_queue_stays_within_its_budget(
    client_as: Callable[..., Client], waiting: Check, query_budget: QueryBudget
) -> None:
    desk = client_as(Role.HOTLINE)
    with query_budget("identity-checks"):
        assert desk.get("/desk/identity/").status_code == 200
