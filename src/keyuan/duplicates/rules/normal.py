"""Normal forms of what is compared: an address without the words that people leave out, a company's name without its form."""

from __future__ import annotations

import re

from keyuan.customers.names import fold

_ADDRESS_WORDS = re.compile(r"[省市区县镇乡街道路弄号栋幢楼座单元室层\s\-—_,，。.()（）#]|自治区|开发区")
_COMPANY_FORM = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|责任公司|股份公司|分公司|公司|集团|总厂|合作社|事务所|商行|经营部)$"
)
_SIGNS = re.compile(r"[^0-9a-z\u3400-\u9fff]")


def address_key(text: str | None) -> str:
    """``江苏省苏州市 吴中区宝带东路 399号`` and ``苏州吴中宝带东399`` differ only in the province after this."""
    return _ADDRESS_WORDS.sub("", fold(text)) if text else ""


def digits_of(text: str | None) -> str:
    """The digits alone."""
    return "".join(sign for sign in text if sign.isdigit()) if text else ""


def company_key(name: str) -> str:
    """The name without signs and without its legal form, repeated until nothing is left to take off."""
    key = _SIGNS.sub("", fold(name))
    while (shorter := _COMPANY_FORM.sub("", key)) and shorter != key:
        key = shorter
    return key


def same_letters(name: str) -> str:
    """The signs of a name in one order, whichever way round it was written."""
    return "".join(sorted(_SIGNS.sub("", fold(name))))
