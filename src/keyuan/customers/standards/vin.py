"""Vehicle identification numbers: ISO 3779, GB 16735.

Seventeen letters and digits without I, O and Q. Position 9 is a check digit. GB 16735 §4.3 demands it for China and
49 CFR 565.15 for North America; ISO 3779 leaves it to the maker, and European makers mostly put a filler there. So a
failing check digit is refused unless the caller asks for ``accept_unchecked`` (a book of imported cars), and even then
for numbers that begin with L (China) or 1 to 5 (North America).
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.text import compact
from keyuan.customers.states import IdentifierKind

KIND = IdentifierKind.VIN
_SHAPE = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_LETTERS = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VALUE_OF = {sign: int(_LETTERS.get(sign, sign)) for sign in "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECKED_REGIONS = frozenset("L12345")


def check_digit(vin: str) -> str:
    """What position 9 of these seventeen characters must be."""
    rest = sum(_VALUE_OF[sign] * weight for sign, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def normalise(text: str, *, accept_unchecked: bool = False) -> str:
    """The seventeen characters; raises InvalidIdentifier."""
    vin = compact(text)
    if not _SHAPE.fullmatch(vin):
        if len(vin) == 17 and set(vin) & set("IOQ"):
            raise InvalidIdentifier(KIND, "letters", _("车架号中不使用字母I、O、Q，请核对是否为数字1和0。"))
        raise InvalidIdentifier(KIND, "format", _("车架号应为17位字母和数字。"))
    if check_digit(vin) != vin[8] and (vin[0] in _CHECKED_REGIONS or not accept_unchecked):
        raise InvalidIdentifier(KIND, "check_digit", _("车架号第9位校验位不符，请核对是否输错。"))
    return vin
