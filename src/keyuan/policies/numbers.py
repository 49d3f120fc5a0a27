"""Policy numbers of our own: product, year, ten digits that are never given twice, and a check digit (ISO 7064 MOD 11,10)."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import date

from django.db import connection
from stdnum.iso7064 import mod_11_10

from keyuan.kernel.sealing import keyring


def next_policy_number(product: str, *, on: date) -> str:
    """A number that no policy had or will have: ``TRV20260000000017``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('policies_number_serial')")
        (serial,) = cursor.fetchone()
    digits = f"{on.year}{serial:010d}"
    return f"{product}{digits}{mod_11_10.calc_check_digit(digits)}"


def check_of(number: str) -> str:
    """What stands beside a policy's number on its document: who knows both has the document in hand. Sixteen signs."""
    return b32encode(keyring().digest(number, context="policy.document")[:10]).decode().lower()


def is_check(number: str, check: str) -> bool:
    """Whether somebody who names the number has the document in hand."""
    return hmac.compare_digest(check_of(number).encode(), check.lower().encode())
