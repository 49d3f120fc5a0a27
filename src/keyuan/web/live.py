"""Live streams: what PostgreSQL tells (NOTIFY) goes on to the open pages of the person it is meant for.

One connection in each worker process listens, whatever the number of pages. A stream ends by itself after a few minutes
and the browser opens it again: then Django looks anew whether the person is still signed in.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from asyncio import AbstractEventLoop, Queue, QueueFull, Task
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.db import connection
from granian._granian import RSGIProtocolClosed as ProtocolClosed

from keyuan.servicedesk.channel import CHANNEL
from keyuan.web.replies import Captured, Headers

log = logging.getLogger(__name__)

LIVE_PATH: Final = "/desk/live/"
#: The header with which the view lets somebody in; it never leaves the server.
TICKET: Final = "Keyuan-Live-User"
HEARTBEAT: Final = b": \n\n"
HEARTBEAT_SECONDS: Final = 20.0
LONGEST_SECONDS: Final = 300.0
STREAMS_OF_ONE: Final = 4
STREAMS_OF_ALL: Final = 2000
REMEMBERED_SECONDS: Final = 30.0
LONGEST_PAUSE: Final = 30.0
LOOK_AGAIN: Final = b"event: look\ndata: 1\n\n"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Django's word that somebody may listen, and what they are to hear first."""

    user_id: int
    headers: Headers
    first: bytes

    @classmethod
    def of(cls, answered: Captured) -> Ticket | None:
        """The ticket in an answer of the view; None if it lets nobody in."""
        user = next((value for name, value in answered.headers if name == TICKET), "")
        if answered.status != 200 or not user:
            return None
        left_out = (TICKET.lower(), "content-length")
        headers = [(name, value) for name, value in answered.headers if name.lower() not in left_out]
        return cls(int(user), headers, answered.body)


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that PostgreSQL told: for whom, when it was heard, and as the browser gets it."""

    user_id: int
    at: float
    event: bytes


def as_event(told: dict[str, Any]) -> bytes:
    """A notice, or that something was read elsewhere, as a server-sent event."""
    if "id" not in told:
        return LOOK_AGAIN
    shown = {name: told[name] for name in ("id", "kind", "title", "url")}
    return f"id: {int(told['id'])}\nevent: notice\ndata: {json.dumps(shown, ensure_ascii=False)}\n\n".encode()


class Hub:
    """The streams of one worker process and the connection that they live on."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._streams: dict[int, set[Queue[bytes]]] = defaultdict(set)
        self._recent: deque[Heard] = deque()
        self._listener: Task[None] | None = None
        self._listens = asyncio.Event()

    async def listening(self) -> float:
        """Wait (not for ever) until PostgreSQL is listened to; returns since when what is heard is remembered."""
        if self._listener is None or self._listener.done():
            self._listener = self._loop.create_task(self._listen())
        try:
            await asyncio.wait_for(self._listens.wait(), 5)
        except TimeoutError:
            log.warning("live: PostgreSQL is not listened to yet")
        return time.monotonic()

    async def stream(self, proto: Any, ticket: Ticket, *, since: float) -> None:
        """Send the person what they are told until they go, or it is time to ask again who they are."""
        mine = self._streams[ticket.user_id]
        if len(mine) >= STREAMS_OF_ONE or sum(map(len, self._streams.values())) >= STREAMS_OF_ALL:
            proto.response_empty(429, [("Retry-After", "60")])
            return
        queue: Queue[bytes] = Queue(maxsize=100)
        mine.add(queue)
        for heard in self._recent:
            if heard.user_id == ticket.user_id and heard.at >= since:
                queue.put_nowait(heard.event)
        gone = asyncio.ensure_future(_until_gone(proto))
        try:
            await self._send(proto.response_stream(200, ticket.headers), ticket.first, queue, gone)
        except ProtocolClosed:
            log.debug("live: a reader went away")
        finally:
            gone.cancel()
            mine.discard(queue)
            if not mine:
                self._streams.pop(ticket.user_id, None)

    async def _send(self, transport: Any, first: bytes, queue: Queue[bytes], gone: Task[None]) -> None:
        ends = self._loop.time() + LONGEST_SECONDS * random.uniform(0.8, 1.0)  # noqa: S311  so that not all come at once
        await transport.send_bytes(first)
        while not gone.done() and (left := ends - self._loop.time()) > 0:
            coming = asyncio.ensure_future(queue.get())
            await asyncio.wait(
                {coming, gone}, timeout=min(HEARTBEAT_SECONDS, left), return_when=asyncio.FIRST_COMPLETED
            )
            if coming.done():
                await transport.send_bytes(coming.result())
            else:
                coming.cancel()
                if not gone.done():
                    await transport.send_bytes(HEARTBEAT)

    async def _listen(self) -> None:
        """Hear what PostgreSQL tells; when the connection is lost, find it again and let every page look for itself."""
        pause = 1.0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    self._listens.set()
                    pause = 1.0
                    async for notice in listening.notifies():
                        self._hear(notice.payload)
            except psycopg.Error as error:
                self._listens.clear()
                log.warning("live: the connection to PostgreSQL is lost, next try in %.0f s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                for queues in self._streams.values():
                    for queue in queues:
                        _put(queue, LOOK_AGAIN)

    def _hear(self, payload: str) -> None:
        now = time.monotonic()
        while self._recent and self._recent[0].at < now - REMEMBERED_SECONDS:
            self._recent.popleft()
        for told in json.loads(payload):
            heard = Heard(int(told["user"]), now, as_event(told))
            self._recent.append(heard)
            for queue in self._streams.get(heard.user_id, ()):
                _put(queue, heard.event)


def _put(queue: Queue[bytes], event: bytes) -> None:
    """A page that does not take what it is sent loses it; it looks for itself when it opens its stream again."""
    try:
        queue.put_nowait(event)
    except QueueFull:
        log.debug("live: a reader is too slow")


async def _until_gone(proto: Any) -> None:
    await proto.client_disconnect()


def _address() -> dict[str, Any]:
    """Django's own parameters of the connection, without what is Django's alone."""
    known = connection.get_connection_params()
    left_out = {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "pool", "isolation_level"}
    return {name: value for name, value in known.items() if name not in left_out}
