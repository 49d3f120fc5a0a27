"""Customer numbers: ``K``, nine digits that are never given twice, and a check digit (ISO 7064 MOD 11,10).

The check digit catches every single wrong digit and nearly every swap, so a number read out by phone fails loudly.
"""

from __future__ import annotations

import re

from stdnum.iso7064 import mod_11_10

_SHAPE = re.compile(r"K[0-9]{10}")
HIGHEST_SERIAL = 999_999_999


def customer_number(serial: int) -> str:
    """The number of the ``serial``-th customer (1 to 999,999,999)."""
    if not 0 < serial <= HIGHEST_SERIAL:
        raise ValueError(f"no customer number for {serial}")
    digits = f"{serial:09d}"
    return f"K{digits}{mod_11_10.calc_check_digit(digits)}"


def is_customer_number(text: str) -> bool:
    """Whether the text has the shape and the check digit of a customer number."""
    return bool(_SHAPE.fullmatch(text)) and bool(mod_11_10.is_valid(text[1:]))
