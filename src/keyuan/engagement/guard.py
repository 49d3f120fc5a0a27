"""What keeps machines from filling in forms, without anybody outside: a signed token, a field nobody sees, a sum.

A page carries a token with its own number and time. Whoever answers faster than a person can, fills in what no person
sees, or comes too often from one address is asked a small sum; nothing typed is lost. The number keeps a form that is sent
twice from being two submissions.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from keyuan.accounts.limits import Limit

SALT = "engagement.guard"
FASTEST_SECONDS = 3
LONGEST_SECONDS = 12 * 3600
TRAP = "website"

# A stand at a fair sends many visitors through one address: beyond the first limit a sum is asked, only then refused.
CARDS_UNASKED = Limit("cards_unasked", 15, 600)
CARDS = Limit("cards", 300, 3600)


@dataclass(frozen=True, slots=True)
class Token:
    """``nonce`` is the number of the page, ``at`` when it was shown, ``first`` + ``second`` the sum it may ask."""

    form_id: int
    nonce: str
    at: int
    first: int
    second: int

    @property
    def text(self) -> str:
        """What the page carries. The sum's answer is not in it."""
        told = {"f": self.form_id, "n": self.nonce, "t": self.at, "a": self.first, "b": self.second}
        return signing.dumps(told, salt=SALT)

    def answers(self, typed: str) -> bool:
        """Whether the sum was worked out."""
        return constant_time_compare(typed.strip(), str(self.first + self.second))

    @property
    def age(self) -> int:
        return int(time.time()) - self.at


def fresh(form_id: int) -> Token:
    """The token of a page that is shown for the first time."""
    draw = secrets.SystemRandom()
    return Token(form_id, secrets.token_urlsafe(18), int(time.time()), draw.randint(2, 9), draw.randint(2, 9))


def opened(text: str, form_id: int) -> Token | None:
    """The token that a page sends back; None if it was not made here, for this form, in the last hours."""
    try:
        told = signing.loads(text, salt=SALT, max_age=LONGEST_SECONDS)
    except signing.BadSignature:
        return None
    if told.get("f") != form_id:
        return None
    return Token(told["f"], told["n"], told["t"], told["a"], told["b"])


def looks_like_a_machine(token: Token, trap: str) -> bool:
    """Answered faster than a person reads, or filled in what no person sees."""
    return bool(trap) or token.age < FASTEST_SECONDS


def digest_of_address(address: str) -> str:
    """A network address as the counters keep it: the same each time, and no address."""
    return salted_hmac(SALT, address).hexdigest()[:32]
