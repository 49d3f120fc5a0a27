"""Live streams: who is let in, what they hear, and what they do not."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import system_viewer
from keyuan.policies.tests import factories as make
from keyuan.servicedesk import actions, queries
from keyuan.web import live
from keyuan.web.live import Hub, Ticket
from keyuan.web.replies import Captured


def play(story: Coroutine[Any, Any, None]) -> None:
    """Run a story on an event loop of its own: the browser tests of the same process keep one running in this thread."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, story).result()


SYSTEM = system_viewer("tests")
TOLD = {"url": "/desk/tasks/", "kind": "task", "by": SYSTEM}


def client_of(viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


@pytest.mark.django_db
class TestWhoIsLetIn:
    def test_without_a_session_nobody_is(self):
        assert Client().get("/desk/live/").status_code == 401

    def test_a_customer_is_not(self):
        user = User.objects.create(username="holder", role=Role.CUSTOMER)
        client = Client()
        client.force_login(user)
        assert client.get("/desk/live/").status_code == 403

    def test_staff_hear_how_many_are_unread_and_what_they_missed(self):
        by = make.staff()
        for title in ("一", "二"):
            actions.notify([by.user_id], title=title, **TOLD)
        first = queries.notices(by).last().pk
        answer = client_of(by).get("/desk/live/", headers={"Last-Event-ID": str(first)})
        text = answer.content.decode()
        assert answer["Content-Type"] == "text/event-stream"
        assert 'data: {"unread": 2}' in text
        assert '"title": "二"' in text
        assert '"title": "一"' not in text

    def test_the_ticket_is_for_our_server_alone(self):
        by = make.staff()
        assert live.TICKET not in client_of(by).get("/desk/live/")
        inside = client_of(by).get("/desk/live/", **{"keyuan.live": True})
        assert inside[live.TICKET] == str(by.user_id)


def test_only_an_answer_that_lets_somebody_in_is_a_ticket():
    headers = [(live.TICKET, "7"), ("Content-Type", "text/event-stream"), ("Content-Length", "5")]
    ticket = Ticket.of(Captured(200, headers, b"hello"))
    assert ticket == Ticket(7, [("Content-Type", "text/event-stream")], b"hello")
    assert Ticket.of(Captured(403, headers, b"")) is None
    assert Ticket.of(Captured(200, [], b"")) is None


class FakeReader:
    """A browser at the other end."""

    def __init__(self):
        self.sent: list[bytes] = []
        self.refused = 0
        self.left = asyncio.Event()

    def response_stream(self, status, headers):
        return self

    def response_empty(self, status, headers):
        self.refused = status

    async def send_bytes(self, piece):
        self.sent.append(piece)

    async def client_disconnect(self):
        await self.left.wait()

    @property
    def heard(self) -> str:
        return b"".join(self.sent).decode()


def ticket(user_id: int) -> Ticket:
    return Ticket(user_id, [], b"first\n\n")


def payload(user_id: int, title: str) -> str:
    return json.dumps([{"user": user_id, "id": 9, "kind": "task", "title": title, "url": "/desk/notices/9/"}])


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_notice_reaches_every_page_of_its_reader_and_no_other():
    async def story():
        hub = Hub(asyncio.get_running_loop())
        mine, also_mine, theirs = FakeReader(), FakeReader(), FakeReader()
        tasks = [
            asyncio.ensure_future(hub.stream(reader, ticket(user), since=0.0))
            for reader, user in ((mine, 1), (also_mine, 1), (theirs, 2))
        ]
        await settle()
        hub._hear(payload(1, "给一号"))
        await settle()
        assert all("给一号" in reader.heard for reader in (mine, also_mine))
        assert theirs.heard == "first\n\n"
        for reader in (mine, also_mine, theirs):
            reader.left.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 2)
        assert not hub._streams

    play(story())


def test_what_is_told_while_django_is_asked_is_not_lost_and_not_older_things_told_twice():
    async def story():
        hub = Hub(asyncio.get_running_loop())
        hub._hear(payload(1, "早先"))
        since = asyncio.get_running_loop().time()
        await asyncio.sleep(0.01)
        hub._hear(payload(1, "正好"))
        reader = FakeReader()
        task = asyncio.ensure_future(hub.stream(reader, ticket(1), since=since))
        await settle()
        assert "正好" in reader.heard
        assert "早先" not in reader.heard
        reader.left.set()
        await asyncio.wait_for(task, 2)

    play(story())


def test_one_person_holds_only_so_many_streams_and_a_reader_who_leaves_makes_room():
    async def story():
        hub = Hub(asyncio.get_running_loop())
        readers = [FakeReader() for _ in range(live.STREAMS_OF_ONE)]
        tasks = [asyncio.ensure_future(hub.stream(reader, ticket(1), since=0.0)) for reader in readers]
        await settle()
        late = FakeReader()
        await hub.stream(late, ticket(1), since=0.0)
        assert (late.refused, late.sent) == (429, [])
        readers[0].left.set()
        await asyncio.wait_for(tasks[0], 2)
        again = asyncio.ensure_future(hub.stream(late, ticket(1), since=0.0))
        await settle()
        assert late.heard == "first\n\n"
        for task in [*tasks[1:], again]:
            task.cancel()

    play(story())


def test_a_quiet_stream_beats_and_ends_when_it_is_time_to_ask_again(monkeypatch):
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.02)
    monkeypatch.setattr(live, "LONGEST_SECONDS", 0.2)

    async def story():
        reader = FakeReader()
        await asyncio.wait_for(Hub(asyncio.get_running_loop()).stream(reader, ticket(1), since=0.0), 2)
        assert reader.sent.count(live.HEARTBEAT) >= 2

    play(story())
