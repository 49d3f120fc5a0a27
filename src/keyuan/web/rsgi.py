"""The web server's way in: Django's WSGI application in a few threads, and live streams that hold none of them.

Granian hands over each request on its event loop. An ordinary request goes to one of ``KEYUAN_THREADS`` threads, which
answers it whole. ``/desk/live/`` is asked of Django in the same way; if that lets the person in, the stream goes on here,
on the event loop (live.py). See docs/adr/0009.
"""

from __future__ import annotations

import gc
import os
import threading
from asyncio import AbstractEventLoop, Future
from collections import deque
from queue import SimpleQueue
from typing import Any, Final

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from keyuan.kernel import balance
from keyuan.web.environ import environ_of, small_body
from keyuan.web.live import LIVE_PATH, Hub, Ticket
from keyuan.web.replies import Captured, answer, captured

SWEEP_SECONDS: Final = 0.5
#: A request thread works alone in its process for so long; who still waits then begins beside it (ADR 14).
ALONE_SECONDS: Final = 0.03
#: So many new objects before the collector looks at them: some tens of requests, where Python's own 700 is a few rows.
YOUNG_OBJECTS: Final = 20_000
Finished = Future[Captured | None]
Work = tuple[Any, Any, bytes | None, Finished, bool]


class Bridge:
    """One worker process: its event loop, its request threads and its streams."""

    def __init__(self) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")
        self._wsgi = get_wsgi_application()
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._answered: deque[Finished] = deque()
        self._threads = 0
        self._floor = threading.Lock()
        self._load = balance.Load(1)

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        """Granian calls this in each worker before the first request."""
        self._loop = loop
        self._hub = Hub(loop)
        self._load = balance.joined()
        _keep_what_is_loaded()
        self._threads = int(os.environ.get("KEYUAN_THREADS") or 2)
        for _place in range(self._threads):
            self._start_thread()
        self._sweep()

    def __rsgi_del__(self, loop: AbstractEventLoop) -> None:
        for _place in range(self._threads):
            self._work.put(None)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request. The answer leaves from the thread; this only waits until it has."""
        self._let_go()
        if scope.path == LIVE_PATH and scope.method == "GET":
            await self._live(scope, proto)
            return
        body = b"" if scope.method in ("GET", "HEAD") else await small_body(scope, proto)
        await self._asked(scope, proto, body, capture=False)

    def _asked(self, scope: Any, proto: Any, body: bytes | None, *, capture: bool) -> Finished:
        finished: Finished = self._loop.create_future()
        self._load.began()
        self._work.put((scope, proto, body, finished, capture))
        return finished

    async def _live(self, scope: Any, proto: Any) -> None:
        since = await self._hub.listening()
        answered = await self._asked(scope, proto, b"", capture=True)
        if answered is None:
            return
        ticket = Ticket.of(answered)
        if ticket is None:
            proto.response_bytes(answered.status, answered.headers, answered.body)
        else:
            await self._hub.stream(proto, ticket, since=since)

    def _start_thread(self) -> None:
        threading.Thread(target=self._answer_all, name="request", daemon=True).start()

    def _answer_all(self) -> None:
        """A request thread: one request after the other until told to stop. One that breaks is replaced."""
        while (work := self._work.get()) is not None:
            whole = False
            alone = self._floor.acquire(timeout=ALONE_SECONDS)
            try:
                self._answer(*work)
                whole = True
            finally:
                if alone:
                    self._floor.release()
                self._load.ended()
                if not whole:
                    work[1].response_empty(500, [])
                    self._loop.call_soon_threadsafe(_finish, work[3], None)
                    self._start_thread()

    def _answer(self, scope: Any, proto: Any, body: bytes | None, finished: Finished, capture: bool) -> None:
        environ = environ_of(scope, proto, body, self._loop)
        if capture:
            environ["keyuan.live"] = True
            self._loop.call_soon_threadsafe(_finish, finished, captured(self._wsgi, environ))
            return
        # Only HTTP/1 has connections that one answer can close.
        crowded = self._load.is_more_than_others if scope.http_version.startswith("1") else _never
        answer(self._wsgi, environ, proto, self._loop, send_away=crowded)
        # The answer is out. To wake the loop for the rest would cost more than the rest: the next request does it.
        self._answered.append(finished)

    def _let_go(self) -> None:
        while self._answered:
            _finish(self._answered.popleft(), None)

    def _sweep(self) -> None:
        self._let_go()
        self._loop.call_later(SWEEP_SECONDS, self._sweep)


def _keep_what_is_loaded() -> None:
    """Load every page's code now, and let the collector leave it out: each walk through it would hold up a request."""
    _loaded = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)


def _never() -> bool:
    return False


def _finish(future: Finished, value: Captured | None) -> None:
    if not future.done():
        future.set_result(value)


application = Bridge()
