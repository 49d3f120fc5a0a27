"""A closed-loop HTTP load on loopback: each client is a process with one kept-alive connection, one request at a time."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``expect`` is the status that counts as an answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None
    expect: int = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run measured: answers a second, and latencies in milliseconds."""

    per_second: float
    p50: float
    p95: float
    answers: int


class WrongAnswer(RuntimeError):
    """The server answered something else than the benchmark asks for: no figure is worth having then."""


def drive(port: int, make: Callable[[int], Request], *, clients: int, seconds: float, warm_up: float = 1.0) -> Figures:
    """Let ``clients`` ask for ``make(1), make(2), …`` (each its own numbers) for ``seconds`` after a warm-up."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    processes = [
        context.Process(target=_client, args=(port, make, place, clients, seconds, warm_up, results))
        for place in range(clients)
    ]
    for process in processes:
        process.start()
    outcomes = [results.get() for _ in processes]
    for process in processes:
        process.join()
    failures = [outcome for outcome in outcomes if isinstance(outcome, str)]
    if failures:
        raise WrongAnswer(failures[0])
    times = np.concatenate(outcomes) * 1000
    return Figures(len(times) / seconds, float(np.percentile(times, 50)), float(np.percentile(times, 95)), len(times))


def _client(port, make, place, clients, seconds, warm_up, results) -> None:  # type: ignore[no-untyped-def]
    try:
        results.put(_ask(port, make, place, clients, seconds, warm_up))
    except (WrongAnswer, OSError) as error:
        results.put(f"{type(error).__name__}: {error}")


def _ask(
    port: int, make: Callable[[int], Request], place: int, clients: int, seconds: float, warm_up: float
) -> np.ndarray:
    line = Line(port)
    times: list[float] = []
    counter = place
    begin = time.perf_counter()
    counting_from, until = begin + warm_up, begin + warm_up + seconds
    while True:
        request = make(counter)
        counter += clients
        asked = time.perf_counter()
        if asked >= until:
            return np.array(times)
        status, text = line.ask(request)
        if status != request.expect:
            raise WrongAnswer(f"{request.method} {request.path} answered {status}: {text[:200]!r}")
        if asked >= counting_from:
            times.append(time.perf_counter() - asked)


class Line:
    """One connection, opened again when the server closes it. As little work as it can do: it shares the server's cores."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: Request) -> tuple[int, bytes]:
        """Status and body (as it came over the wire). A server that hangs up without an answer raises WrongAnswer."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(_as_sent(request))
        held = self._more(b"")
        while (end := held.find(b"\r\n\r\n")) < 0:
            held = self._more(held)
        head = held[:end].lower()
        ends_at = self._length(head, end + 4)
        while len(held) < ends_at if ends_at >= 0 else not held.endswith(b"\r\n0\r\n\r\n"):
            held = self._more(held)
        if b"\r\nconnection: close" in head:
            self._socket.close()
            self._socket = None
        return int(held[9:12]), held[end + 4 :]

    def _more(self, held: bytes) -> bytes:
        part = self._socket.recv(1 << 18) if self._socket else b""
        if not part:
            raise WrongAnswer(f"the server hung up after {len(held)} bytes")
        return held + part

    @staticmethod
    def _length(head: bytes, body_at: int) -> int:
        if b"\r\ntransfer-encoding: chunked" in head:
            return -1
        _, named, rest = head.partition(b"\r\ncontent-length:")
        return body_at + (int(rest.partition(b"\r\n")[0]) if named else 0)


def _as_sent(request: Request) -> bytes:
    lines = [f"{request.method} {request.path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"Content-Length: {len(request.body)}"] if request.body is not None else []
    return "\r\n".join([*lines, "", ""]).encode() + (request.body or b"")
