"""A closed-loop HTTP load on loopback: each client is a process with one kept-alive connection, one request at a time."""

from __future__ import annotations

import http.client
import multiprocessing
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
    except (WrongAnswer, OSError, http.client.HTTPException) as error:
        results.put(f"{type(error).__name__}: {error}")


def _ask(
    port: int, make: Callable[[int], Request], place: int, clients: int, seconds: float, warm_up: float
) -> np.ndarray:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times: list[float] = []
    counter = place
    begin = time.perf_counter()
    counting_from, until = begin + warm_up, begin + warm_up + seconds
    while True:
        asked = time.perf_counter()
        if asked >= until:
            return np.array(times)
        request = make(counter)
        counter += clients
        connection.request(request.method, request.path, body=request.body, headers=request.headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != request.expect:
            raise WrongAnswer(f"{request.method} {request.path} answered {answer.status}: {text[:200]!r}")
        if asked >= counting_from:
            times.append(time.perf_counter() - asked)
