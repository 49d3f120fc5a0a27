"""The sandbox of an identity service: ``keyuan sandbox-identity``. A process of its own, which knows nobody.

What it answers is in the sequence of the document number (digits 15 to 17, GB 11643), so that whoever tests can choose:
901 another name · 902 no such number · 903 no answer in time · 904 an error · 905 an answer with a false signature ·
906 another telephone · 907 an error at the first try only · anything else: all three belong together.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from keyuan.identity.providers.signing import fits, signature

PATH: Final = "/v1/identity"
LARGEST: Final = 4096
REMEMBERED: Final = 10_000
SLOW_SECONDS: Final = 8.0
ANSWERS: Final = {
    "901": {"outcome": "mismatch", "reason": "name"},
    "902": {"outcome": "not_found", "reason": "number"},
    "906": {"outcome": "mismatch", "reason": "mobile"},
}


class Service(ThreadingHTTPServer):
    """Holds the secret, and the nonces and questions it has seen."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], secret: str, *, slow: float = SLOW_SECONDS) -> None:
        self.secret, self.slow = secret, slow
        self.nonces: OrderedDict[str, None] = OrderedDict()
        self.tries: OrderedDict[str, int] = OrderedDict()
        self.lock = threading.Lock()
        super().__init__(address, Handler)

    def first_use(self, nonce: str) -> bool:
        with self.lock:
            if not nonce or nonce in self.nonces:
                return False
            self.nonces[nonce] = None
            _trim(self.nonces)
            return True

    def try_number(self, request: str) -> int:
        with self.lock:
            self.tries[request] = self.tries.get(request, 0) + 1
            _trim(self.tries)
            return self.tries[request]


def _trim(held: OrderedDict[str, Any]) -> None:
    while len(held) > REMEMBERED:
        held.popitem(last=False)


class Handler(BaseHTTPRequestHandler):
    """One question, one answer."""

    server: Service
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != PATH or not length.isdecimal() or int(length) > LARGEST:
            self._send(404, b"{}")
            return
        body = self.rfile.read(int(length))
        at, nonce = self.headers.get("X-Keyuan-Time", ""), self.headers.get("X-Keyuan-Nonce", "")
        given = self.headers.get("X-Keyuan-Signature", "")
        right = fits(self.server.secret, given, at=at, nonce=nonce, path=PATH, body=body, now=time.time())
        if not right or not self.server.first_use(nonce):
            self._send(401, b'{"error": "signature"}')
            return
        try:
            told = json.loads(body)
            sequence, request = str(told["document_number"])[14:17], str(told["request"])
        except (ValueError, KeyError, TypeError):
            self._send(400, b'{"error": "request"}')
            return
        self._answer(sequence, request, nonce)

    def _answer(self, sequence: str, request: str, nonce: str) -> None:
        number = self.server.try_number(request)
        if sequence == "903":
            time.sleep(self.server.slow)
        if sequence == "904" or (sequence == "907" and number == 1):
            self._send(500, b'{"error": "sandbox"}')
            return
        told = {"reference": f"SB{request[:8]}-{number}", **ANSWERS.get(sequence, {"outcome": "match"})}
        self._send(200, json.dumps(told).encode(), nonce=nonce, secret="false" if sequence == "905" else None)

    def _send(self, status: int, body: bytes, *, nonce: str = "", secret: str | None = None) -> None:
        at = str(int(time.time()))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if nonce:
            signed = signature(secret or self.server.secret, at=at, nonce=nonce, path=PATH, body=body)
            self.send_header("X-Keyuan-Time", at)
            self.send_header("X-Keyuan-Signature", signed)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing of what is asked about people is printed."""
