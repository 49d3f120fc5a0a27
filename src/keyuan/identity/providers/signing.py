"""Signed requests and answers: HMAC-SHA256 over what was said, when, and a number used once. No Django.

``X-Keyuan-Time`` (seconds), ``X-Keyuan-Nonce``, ``X-Keyuan-Signature`` = hex HMAC of ``time.nonce.path.SHA-256(body)``. The
answer is signed the same way with the nonce of its request, so that an old answer does not fit a new question.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

#: A request or answer older than this is refused.
SECONDS: Final = 120


def signature(secret: str, *, at: str, nonce: str, path: str, body: bytes) -> str:
    said = f"{at}.{nonce}.{path}.{hashlib.sha256(body).hexdigest()}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def fits(secret: str, given: str, *, at: str, nonce: str, path: str, body: bytes, now: float) -> bool:
    """Whether a signature is right and fresh; compared in constant time."""
    right = hmac.compare_digest(given, signature(secret, at=at, nonce=nonce, path=path, body=body))
    return right and at.isascii() and at.isdecimal() and abs(now - int(at)) <= SECONDS
