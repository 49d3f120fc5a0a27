"""The Chinese resident identity number: GB 11643-1999 (18 digits) and its 15-digit predecessor.

``area (6) | birth date YYYYMMDD (8) | sequence (3, odd: male) | check digit (ISO 7064 MOD 11-2)``. The same shape serves
the residence permit of people from 港 (81), 澳 (82) and 台 (83), and the permanent residence card of foreigners since 2023
(it begins with 9). Only the province of the area is checked: cards keep the code of counties that were abolished since.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.text import compact
from keyuan.customers.states import IdentifierKind, Sex

KIND = IdentifierKind.ID_NUMBER
# GB/T 2260, first two digits.
PROVINCES = {
    "11": _("北京"), "12": _("天津"), "13": _("河北"), "14": _("山西"), "15": _("内蒙古"),
    "21": _("辽宁"), "22": _("吉林"), "23": _("黑龙江"),
    "31": _("上海"), "32": _("江苏"), "33": _("浙江"), "34": _("安徽"), "35": _("福建"), "36": _("江西"), "37": _("山东"),
    "41": _("河南"), "42": _("湖北"), "43": _("湖南"), "44": _("广东"), "45": _("广西"), "46": _("海南"),
    "50": _("重庆"), "51": _("四川"), "52": _("贵州"), "53": _("云南"), "54": _("西藏"),
    "61": _("陕西"), "62": _("甘肃"), "63": _("青海"), "64": _("宁夏"), "65": _("新疆"),
    "71": _("台湾"), "81": _("香港"), "82": _("澳门"), "83": _("台湾"),
}  # fmt: skip
FOREIGN_RESIDENT_PREFIX = "9"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What an ID number tells. ``province`` is its two digits; empty on a foreigner's card."""

    birth_date: date
    sex: Sex
    province: str


def check_digit(first17: str) -> str:
    """The 18th character for the first seventeen digits (ISO 7064 MOD 11-2, Horner's scheme in base 13)."""
    rest = (1 - 2 * int(first17, 13)) % 11
    return "X" if rest == 10 else str(rest)


def normalise(text: str) -> str:
    """The 18 characters; a 15-digit number is converted (its holder was born in 19YY). Raises InvalidIdentifier."""
    number = compact(text)
    if _FIFTEEN.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        number += check_digit(number)
    elif not _EIGHTEEN.fullmatch(number):
        raise InvalidIdentifier(KIND, "format", _("居民身份证号码应为18位数字（末位可为X），旧证为15位数字。"))
    if number[:2] not in PROVINCES and number[0] != FOREIGN_RESIDENT_PREFIX:
        raise InvalidIdentifier(
            KIND, "province", _("身份证号码前两位%(prefix)s不是省级行政区划代码。"), prefix=number[:2]
        )
    if check_digit(number[:17]) != number[17]:
        raise InvalidIdentifier(KIND, "check_digit", _("身份证号码的校验位不符，请核对是否输错。"))
    _birth_date(number)
    return number


def facts(number: str) -> IdFacts:
    """Birth date, sex and province of a normalised number."""
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdFacts(_birth_date(number), sex, number[:2] if number[:2] in PROVINCES else "")


def _birth_date(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise InvalidIdentifier(
            KIND, "birth_date", _("身份证号码中的出生日期%(digits)s不存在。"), digits=number[6:14]
        ) from error
