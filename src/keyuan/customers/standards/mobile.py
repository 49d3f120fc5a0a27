"""Mobile numbers. Mainland ones become their 11 digits, all others E.164 with ``+``.

Mainland: 1 and a second digit from 3 to 9 (工信部《电信网编号计划》). A book of a million rows is mostly these, so they are
recognised without ``phonenumbers``, which is two hundred times slower and judges only numbers with a country code.
"""

from __future__ import annotations

import re
from importlib import import_module

from django.utils.translation import gettext_lazy as _

from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.text import compact
from keyuan.customers.states import IdentifierKind

KIND = IdentifierKind.MOBILE
_PLAIN = re.compile(r"1[3-9][0-9]{9}")
# 0 before the number is how people once dialled a mobile of another city.
_DECORATED = re.compile(r"(?:\+86|0086|86)?0?(1[3-9][0-9]{9})")


def normalise(text: str) -> str:
    """11 digits for the mainland, E.164 for the rest of the world; raises InvalidIdentifier."""
    if _PLAIN.fullmatch(text):
        return text
    number = compact(text)
    mainland = _DECORATED.fullmatch(number)
    if mainland:
        return mainland[1]
    if number.startswith(("+86", "0086")) or not number.startswith(("+", "00")):
        raise InvalidIdentifier(KIND, "format", _("手机号应为11位、以13至19开头；境外号码请以+和国家或地区代码开头。"))
    return _foreign("+" + number.removeprefix("+").removeprefix("00"))


def _foreign(number: str) -> str:
    # Loaded for the first foreign number.
    phonenumbers = import_module("phonenumbers")
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException as error:
        raise InvalidIdentifier(KIND, "format", _("这不是有效的境外电话号码。")) from error
    if not phonenumbers.is_valid_number(parsed):
        raise InvalidIdentifier(KIND, "numbering_plan", _("这个号码不在该国家或地区的号码计划之内。"))
    told: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return told
