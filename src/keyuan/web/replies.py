"""What the WSGI application answers, handed to RSGI."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, cast

from granian._granian import RSGIProtocolClosed as ProtocolClosed

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
#: Small pieces of a long answer are sent together.
PIECE: Final = 64 * 1024
#: A stream that says it is no longer than this is sent whole.
WHOLE: Final = 1024 * 1024


class _Start:
    """``start_response``."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: Headers = []

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status = int(status.split(" ", 1)[0])
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Captured:
    """An answer that has not been sent yet."""

    status: int
    headers: Headers
    body: bytes


def captured(application: Application, environ: dict[str, Any]) -> Captured:
    """The whole answer of the application."""
    start = _Start()
    with closing(cast(Any, application(environ, start))) as result:
        return Captured(start.status, start.headers, b"".join(result))


def answer(
    application: Application,
    environ: dict[str, Any],
    proto: Any,
    loop: AbstractEventLoop,
    *,
    send_away: Callable[[], bool],
) -> None:
    """Send what the application answers: at once, or piece by piece if it is long.

    ``send_away`` says, when the answer is ready, whether this connection should be closed after it (balance.py).
    """
    start = _Start()
    with closing(cast(Any, application(environ, start))) as result:
        if send_away():
            start.headers = [*start.headers, ("connection", "close")]
        if getattr(result, "streaming", False) and not _is_short(start.headers):
            _stream(proto.response_stream(start.status, start.headers), _pieces(result), loop)
        else:
            proto.response_bytes(start.status, start.headers, b"".join(result))


def _is_short(headers: Headers) -> bool:
    return any(name.lower() == "content-length" and int(value) <= WHOLE for name, value in headers)


def _pieces(result: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for part in result:
        held += part
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _stream(transport: Any, pieces: Iterator[bytes], loop: AbstractEventLoop) -> None:
    async def send(piece: bytes) -> bool:
        try:
            await transport.send_bytes(piece)
        except ProtocolClosed:
            return False  # The reader has gone.
        return True

    for piece in pieces:
        if not asyncio.run_coroutine_threadsafe(send(piece), loop).result():
            return
