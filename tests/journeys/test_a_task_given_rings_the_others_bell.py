"""Two browsers on the real web server: a task that one gives appears on the other's bell without a reload; and streams
hold no request thread."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import viewer_of
from keyuan.servicedesk import actions
from tests.fixtures.browser import PROJECT, Chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _address_of_database() -> str:
    known = connection.settings_dict
    host, user = quote(known["HOST"], safe=""), quote(known["USER"], safe="")
    port = f"&port={known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{user}:{quote(known['PASSWORD'], safe='')}@/{known['NAME']}?host={host}{port}"


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``keyuan serve`` with one worker and one request thread, on the database of the tests."""
    own = tmp_path_factory.mktemp("served")
    (own / "static").mkdir()
    (own / "static" / "staticfiles.json").touch()  # nothing is to be collected
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": _address_of_database(),
        "DJANGO_SETTINGS_MODULE": "tests.fixtures.served",
        "PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT))),
        "KEYUAN_SECRET_KEY": settings.SECRET_KEY,
        "KEYUAN_VAR": str(own),
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "keyuan.cli", "serve", "--workers", "1", "--threads", "1"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        limit = time.monotonic() + 120
        while not _answers(port):
            assert process.poll() is None, "the web server ended"
            assert time.monotonic() < limit, "the web server does not answer"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def browser_of(chromium: Chromium, server: str) -> Iterator[Callable[[User], BrowserContext]]:
    opened: list[BrowserContext] = []

    def open_for(user: User) -> BrowserContext:
        context = chromium.new_context(base_url=server, locale="zh-CN")
        context.set_default_timeout(20_000)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": cookie_of(user), "url": server}
        context.add_cookies([cookie])  # type: ignore[list-item]
        opened.append(context)
        return context

    yield open_for
    for context in opened:
        chromium.let_go(context)


def test_a_task_that_one_gives_appears_on_the_others_bell_without_a_reload(
    browser_of: Callable[[User], BrowserContext], user_as: Callable[..., User]
) -> None:
    giver, taker = user_as(Role.MANAGER), user_as(Role.HOTLINE)
    theirs = browser_of(taker).new_page()
    with theirs.expect_response("**/desk/live/"):
        theirs.goto("/desk/tasks/")
    theirs.evaluate("window.stayed = true")
    bell = theirs.locator("[data-bell-count]")
    expect(bell).to_be_hidden()

    mine = browser_of(giver).new_page()
    mine.goto("/desk/tasks/new/")
    mine.get_by_label("事项").fill("给王先生回电")
    mine.get_by_label("负责人").select_option(str(taker.pk))
    mine.get_by_role("button", name="建立任务").click()
    mine.get_by_text("任务已保存").first.wait_for()

    expect(bell).to_have_text("1")
    expect(theirs.locator("#toasts")).to_contain_text("给王先生回电")
    assert theirs.evaluate("window.stayed") is True
    expect(mine.locator("[data-bell-count]")).to_be_hidden()

    theirs.locator("#toasts a", has_text="查看").click()
    expect(theirs.locator("h2", has_text="给王先生回电")).to_be_visible()
    expect(bell).to_be_hidden()


def test_open_streams_hold_no_request_thread_and_a_stranger_gets_none(
    server: str, user_as: Callable[..., User]
) -> None:
    port = int(server.rsplit(":", 1)[1])
    users = [user_as(Role.HOTLINE) for _ in range(3)]
    streams = []
    for user in users:
        for _ in range(3):
            asked = HTTPConnection("127.0.0.1", port, timeout=20)
            asked.request("GET", "/desk/live/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie_of(user)}"})
            answer = asked.getresponse()
            assert answer.status == 200
            assert "Keyuan-Live-User" not in answer.headers
            streams.append((asked, answer))
    assert _answers(port)  # nine streams, one request thread

    stranger = HTTPConnection("127.0.0.1", port, timeout=10)
    stranger.request("GET", "/desk/live/")
    assert stranger.getresponse().status == 401

    actions.notify([users[1].pk], title="只给二号", url="/", kind="system", by=viewer_of(user_as(Role.MANAGER)))
    answer = streams[3][1]
    heard = b""
    limit = time.monotonic() + 20
    while "只给二号".encode() not in heard and time.monotonic() < limit:
        heard += answer.fp.readline()
    assert "只给二号".encode() in heard
    for asked, _answer in streams:
        asked.close()
    assert _answers(port)
