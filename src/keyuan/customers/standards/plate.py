"""Chinese number plates (GA 36-2018), without the dot: ``苏E12345``, ``苏ED12345``.

Letters are never I or O. Ordinary plates have five characters after the authority's letter; 新能源 plates have six, where
a letter tells the drive (D A B C E: battery; F G H J K: other): first for small vehicles, last for large ones.
"""

from __future__ import annotations

import re
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from keyuan.customers.standards.refusal import InvalidIdentifier
from keyuan.customers.standards.text import compact
from keyuan.customers.states import IdentifierKind

KIND = IdentifierKind.PLATE
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_AUTHORITY = f"[{PROVINCES}][A-HJ-NP-Z]"
_SIGN = "[A-HJ-NP-Z0-9]"
_DRIVE = "[A-HJK]"


class PlateKind(StrEnum):
    ORDINARY = "ordinary"
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    SPECIAL = "special"  # 警 police, 学 driving school, 挂 trailer, 港澳 cross-border, 试 超 test and oversize
    EMBASSY = "embassy"
    CONSULATE = "consulate"


_SHAPES = {
    PlateKind.ORDINARY: re.compile(f"{_AUTHORITY}{_SIGN}{{5}}"),
    PlateKind.NEW_ENERGY_SMALL: re.compile(f"{_AUTHORITY}{_DRIVE}{_SIGN}[0-9]{{4}}"),
    PlateKind.NEW_ENERGY_LARGE: re.compile(f"{_AUTHORITY}[0-9]{{5}}{_DRIVE}"),
    PlateKind.SPECIAL: re.compile(f"{_AUTHORITY}{_SIGN}{{4}}[警学挂港澳试超]"),
    PlateKind.EMBASSY: re.compile("使[0-9]{6}|[0-9]{6}使"),
    PlateKind.CONSULATE: re.compile(f"{_AUTHORITY}{_SIGN}{{4}}领"),
}


def kind_of(plate: str) -> PlateKind | None:
    """Which sort of plate a normalised text is; None if it is no plate."""
    return next((kind for kind, shape in _SHAPES.items() if shape.fullmatch(plate)), None)


def normalise(text: str) -> str:
    """Upper case, half-width, without the dot; raises InvalidIdentifier with the rule that is broken."""
    plate = compact(text)
    if kind_of(plate) is not None:
        return plate
    if "I" in plate or "O" in plate:
        raise InvalidIdentifier(KIND, "letters", _("车牌号中不使用字母I和O，请核对是否为数字1和0。"))
    if not plate or plate[0] not in PROVINCES + "使":
        raise InvalidIdentifier(KIND, "province", _("车牌号应以省、自治区、直辖市的简称开头，例如苏E12345。"))
    if len(plate) == 8:
        raise InvalidIdentifier(
            KIND,
            "new_energy",
            _("8位的新能源车牌：小型车第3位、大型车末位应为能源字母（A至H、J、K），其余按规定为数字。"),
        )
    raise InvalidIdentifier(KIND, "format", _("车牌号应为7位（新能源为8位），例如苏E12345或苏ED12345。"))
