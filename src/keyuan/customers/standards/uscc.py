"""Unified social credit code of enterprises: GB 32100-2015, eighteen signs, the last one a check digit (MOD 31)."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as standard

from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.text import compact
from keyuan.customers.states import IdentifierKind

KIND = IdentifierKind.USCC
# Authority and class (a letter is possible: N for rural collectives, Y for others), area, organisation code, check digit.
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def normalise(text: str) -> str:
    """The eighteen signs in upper case; raises InvalidIdentifier."""
    number = compact(text)
    if not _SHAPE.fullmatch(number):
        raise InvalidIdentifier(KIND, "format", _("统一社会信用代码应为18位数字和大写字母（不含I、O、S、V、Z）。"))
    if standard.calc_check_digit(number[:17]) != number[17]:
        raise InvalidIdentifier(KIND, "check_digit", _("统一社会信用代码的校验位不符，请核对是否输错。"))
    return number
