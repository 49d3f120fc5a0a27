"""The page of staff about the sealed log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.eventlog.models import Event
from keyuan.evidence.checking import check_and_keep
from keyuan.evidence.models import Batch
from keyuan.evidence.tests.conftest import Superuser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("horizon")]


@pytest.fixture
def at_manager(client: Client, user_as: Callable[..., User]) -> Client:
    client.force_login(user_as(Role.MANAGER))
    return client


def test_the_page_says_that_all_fits_and_then_what_does_not(
    sealed: Callable[[int], list[Batch]], at_manager: Client, superuser: Superuser
) -> None:
    sealed(9)
    page = at_manager.get("/desk/log-seals/").content.decode()
    assert "还没有核对过" in page
    check_and_keep()
    assert "全部相符" in at_manager.get("/desk/log-seals/").content.decode()
    line = Event.objects.order_by("pk")[5]
    superuser.run("eventlog_event", "UPDATE eventlog_event SET name = 'x' WHERE id = %s", [line.pk])
    check_and_keep()
    page = at_manager.get("/desk/log-seals/").content.decode()
    assert "有不符之处" in page
    assert f"日志行 {line.pk}" in page
    assert "这一行被改动" in page


def test_a_batch_is_found_by_a_line_and_shows_that_its_seal_holds(
    sealed: Callable[[int], list[Batch]], at_manager: Client
) -> None:
    one = sealed(9)[1]
    found = at_manager.get("/desk/log-seals/", {"line": one.first_id}).content.decode()
    assert f"/desk/log-seals/{one.number}/" in found
    assert "/desk/log-seals/1/" not in found
    page = at_manager.get(f"/desk/log-seals/{one.number}/").content.decode()
    assert bytes(one.root).hex() in page
    assert "有效" in page
    head = at_manager.get(f"/desk/log-seals/{one.number}/head.json/")
    assert head.content == bytes(one.head or b"")
    assert at_manager.get(f"/desk/log-seals/{one.number}/leaves/").status_code == 404
    assert at_manager.get("/desk/log-seals/999/").status_code == 404
    told = b"".join(at_manager.get("/desk/log-seals/export/").streaming_content).decode()  # type: ignore[arg-type]
    assert bytes(one.root).hex() in told


def test_a_check_is_queued_once(at_manager: Client) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    for _ in range(2):
        assert at_manager.post("/desk/log-seals/check/").status_code == 302
    assert ProcrastinateJob.objects.filter(task_name="evidence.check").count() == 1


@pytest.mark.parametrize("role", [Role.AGENT, Role.HOTLINE, Role.CUSTOMER])
def test_who_may_not_see_the_log_sees_no_seals(role: str, client: Client, user_as: Callable[..., User]) -> None:
    client.force_login(user_as(role))
    for address in ("", "1/", "1/seal.p7s/", "export/"):
        answer: Any = client.get(f"/desk/log-seals/{address}")
        assert answer.status_code == 403
