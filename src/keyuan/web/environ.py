"""A request as RSGI gives it, as WSGI wants it (PEP 3333)."""

from __future__ import annotations

import asyncio
import io
import sys
from asyncio import AbstractEventLoop
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: A body up to this size is read before a thread takes the request; a larger one while the thread reads it.
SMALL: Final = 256 * 1024
_COMMON: Final[dict[str, Any]] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_NAMES: dict[str, str] = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


async def small_body(scope: Any, proto: Any) -> bytes | None:
    """The whole body if it says that it is small; None for one that is read as it comes."""
    length = scope.headers.get("content-length")
    if length is None and scope.headers.get("transfer-encoding") is None:
        return b""
    if length is not None and length.isdecimal() and int(length) <= SMALL:
        whole: bytes = await proto()
        return whole
    return None


def environ_of(scope: Any, proto: Any, body: bytes | None, loop: AbstractEventLoop) -> dict[str, Any]:
    """The environment of one request."""
    host, _, port = scope.server.rpartition(":")
    stream: Any = io.BytesIO(body) if body is not None else io.BufferedReader(_LateBody(proto, loop), SMALL)
    environ = {
        **_COMMON,
        "REQUEST_METHOD": scope.method,
        # PEP 3333: bytes dressed as latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": stream,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        key = _NAMES.get(name) or _name(name)
        if not key:
            continue
        before = environ.get(key)
        environ[key] = value if before is None or key == "HTTP_HOST" else f"{before}{_joint(key)}{value}"
    return environ


def _name(header: str) -> str:
    """``X-Forwarded-For`` is HTTP_X_FORWARDED_FOR; a name with an underscore could pass for another one and is left out."""
    key = "" if "_" in header else f"HTTP_{header.upper().replace('-', '_')}"
    if len(_NAMES) < 500:
        _NAMES[header] = key
    return key


def _joint(key: str) -> str:
    return "; " if key == "HTTP_COOKIE" else ","


class _LateBody(io.RawIOBase):
    """A body that comes piece by piece: a thread that reads waits for the event loop to have the next one."""

    def __init__(self, proto: Any, loop: AbstractEventLoop) -> None:
        self._proto = proto
        self._loop = loop
        self._rest = memoryview(b"")
        self._begun = self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, target: WriteableBuffer) -> int:
        space = memoryview(target)
        if not self._rest and not self._ended:
            piece = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            self._rest = memoryview(piece)
            self._ended = not piece
        taken = min(len(space), len(self._rest))
        space[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    async def _next(self) -> bytes:
        if not self._begun:
            self._proto.__aiter__()
            self._begun = True
        try:
            piece: bytes = await self._proto.__anext__()
        except StopAsyncIteration:
            return b""
        return piece
