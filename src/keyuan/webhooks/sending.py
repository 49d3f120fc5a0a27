"""One HTTP request to an endpoint: to an address that was looked at, no redirects, all of it within a time limit."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from keyuan.webhooks.addresses import Target, resolved, target_of
from keyuan.webhooks.refusals import AddressNotAllowed

SECONDS: Final = 10.0
KEPT_BYTES: Final = 1024
AGENT: Final = "Keyuan-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status with the beginning of the body, or why nothing came. ``wait`` is Retry-After in seconds."""

    status: int | None
    error: str
    response: str
    milliseconds: int
    wait: int = 0

    @property
    def taken(self) -> bool:
        """Whether the receiver said that it has the delivery."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send once; whatever goes wrong is in the answer."""
    begun = time.monotonic()

    def answer(status: int | None, error: str = "", response: str = "", wait: int = 0) -> Answer:
        return Answer(status, error[:200], response, int((time.monotonic() - begun) * 1000), wait)

    try:
        target = target_of(url)
        connection = _connected(target, resolved(target, url), until=begun + SECONDS)
    except AddressNotAllowed as refusal:
        return answer(None, str(refusal))
    except (OSError, UnicodeError) as error:
        return answer(None, _reason(error))
    # A receiver that lets its answer trickle is cut off as well.
    guard = threading.Timer(max(begun + SECONDS - time.monotonic(), 0.0), _cut, [connection])
    guard.start()
    try:
        told = {"Host": target.authority, "User-Agent": AGENT, "Content-Type": "application/json", **headers}
        connection.request("POST", target.path, body, {**told, "Connection": "close"})
        reply = connection.getresponse()
        response = _beginning(connection, reply, until=begun + SECONDS)
        return answer(reply.status, "", response, _seconds(reply.getheader("Retry-After", "")))
    except (OSError, http.client.HTTPException) as error:
        return answer(None, _reason(error))
    finally:
        guard.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _connected(target: Target, address: str, *, until: float) -> http.client.HTTPConnection:
    plain = socket.create_connection((address, target.port), timeout=_left(until))
    connection = http.client.HTTPConnection(target.host, target.port, timeout=_left(until))
    try:
        plain.settimeout(_left(until))
        connection.sock = _tls().wrap_socket(plain, server_hostname=target.host) if target.secure else plain
    except OSError:
        plain.close()
        raise
    return connection


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _beginning(connection: http.client.HTTPConnection, reply: http.client.HTTPResponse, *, until: float) -> str:
    """The first kilobyte, as far as it comes in time; what cannot be printed is left out."""
    kept = b""
    while len(kept) < KEPT_BYTES:
        if connection.sock is not None:
            connection.sock.settimeout(_left(until))
        piece = reply.read1(KEPT_BYTES - len(kept))
        if not piece:
            break
        kept += piece
    text = kept.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in text)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _seconds(text: str) -> int:
    return min(int(text), 4 * 3600) if text.isdecimal() and len(text) < 8 else 0


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"timed out after {SECONDS:.0f} s"
    return f"{type(error).__name__}: {error}"
