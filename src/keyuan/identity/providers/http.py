"""A provider over HTTP: signed, bounded in time, asked again only where that cannot do harm, left in peace when it fails.

A check is a question, not a deed, and carries the same id at each try: asking once more after a lost answer is safe.
A refusal of our signature or our request is not repeated. After ``FAILURES`` in a row nobody is asked for ``REST``
seconds; then one question is let through.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import requests

from keyuan.identity.providers.embedded import objection
from keyuan.identity.providers.shapes import Answer, Question
from keyuan.identity.providers.signing import fits, signature
from keyuan.identity.states import Outcome, Why

PATH: Final = "/v1/identity"
CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 3.0
TRIES: Final = 2
FAILURES: Final = 5
REST: Final = 30.0
_OUTCOMES: Final = {"match": Outcome.MATCH, "mismatch": Outcome.MISMATCH, "not_found": Outcome.NOT_FOUND}
_REASONS: Final = {"name": Why.NAME, "mobile": Why.MOBILE, "number": Why.NUMBER}


@dataclass(slots=True)
class Breaker:
    """Counts failures of this process and says when to leave the service in peace."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_ask(self) -> bool:
        """Whether to ask now. Of those who come when the rest is over only the first goes; the others wait for it."""
        with self._lock:
            if self.failures < FAILURES:
                return True
            if self.clock() < self.until:
                return False
            self.until = self.clock() + REST
            return True

    def answered(self) -> None:
        with self._lock:
            self.failures, self.until = 0, 0.0

    def failed(self) -> None:
        with self._lock:
            self.failures += 1
            if self.failures >= FAILURES:
                self.until = self.clock() + REST


_breakers: dict[str, Breaker] = {}


def breaker_of(url: str) -> Breaker:
    """The one breaker of an address in this process."""
    return _breakers.setdefault(url, Breaker())


class Unanswered(Exception):
    """No answer that one may believe; ``again`` says whether asking once more is of use."""

    def __init__(self, why: Why, *, again: bool) -> None:
        self.why, self.again = why, again
        super().__init__(why)


class OverHttp:
    """The client of the service."""

    name = "http"

    def __init__(self, url: str, secret: str, *, breaker: Breaker | None = None, wait: float = READ_SECONDS) -> None:
        self.url, self.secret, self.wait = url.rstrip("/"), secret, wait
        self.breaker = breaker or breaker_of(self.url)

    def ask(self, question: Question) -> Answer:
        against = objection(question)
        if against is not None:
            return against
        if not self.breaker.may_ask():
            return Answer(Outcome.UNAVAILABLE, Why.RESTING)
        why = Why.SERVICE
        for _ in range(TRIES):
            try:
                answer = self._once(question)
            except Unanswered as failure:
                why = failure.why
                self.breaker.failed()
                if not failure.again or not self.breaker.failures < FAILURES:
                    break
            else:
                self.breaker.answered()
                return answer
        return Answer(Outcome.UNAVAILABLE, why)

    def _once(self, question: Question) -> Answer:
        told = {
            "request": question.id,
            "name": question.name,
            "document_kind": question.document_kind,
            "document_number": question.document_number,
            "mobile": question.mobile,
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        at, nonce = str(int(time.time())), secrets.token_hex(16)
        signed = signature(self.secret, at=at, nonce=nonce, path=PATH, body=body)
        headers = {
            "Content-Type": "application/json",
            "X-Keyuan-Time": at,
            "X-Keyuan-Nonce": nonce,
            "X-Keyuan-Signature": signed,
        }
        try:
            with requests.Session() as session:
                session.trust_env = False  # No proxy of the machine gets to see who asks about whom.
                answer = session.post(
                    self.url + PATH, body, headers=headers, timeout=(CONNECT_SECONDS, self.wait), allow_redirects=False
                )
        except requests.Timeout as error:
            raise Unanswered(Why.TIMEOUT, again=True) from error
        except requests.RequestException as error:
            raise Unanswered(Why.SERVICE, again=True) from error
        return self._believed(answer, nonce)

    def _believed(self, answer: requests.Response, nonce: str) -> Answer:
        if answer.status_code >= 500:
            raise Unanswered(Why.SERVICE, again=True)
        if answer.status_code != 200:
            raise Unanswered(Why.REJECTED, again=False)
        at, given = answer.headers.get("X-Keyuan-Time", ""), answer.headers.get("X-Keyuan-Signature", "")
        body = answer.content
        if not fits(self.secret, given, at=at, nonce=nonce, path=PATH, body=body, now=time.time()):
            raise Unanswered(Why.FORGED, again=False)
        try:
            told = json.loads(body)
            outcome = _OUTCOMES[told["outcome"]]
            return Answer(outcome, _REASONS.get(told.get("reason", "")), str(told.get("reference", ""))[:64])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unanswered(Why.SERVICE, again=False) from error
