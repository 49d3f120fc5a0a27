"""Synthetic identifiers that pass their standards, made from an ordinal so that no two are alike without remembering any.

Uniqueness holds up to ``MOST_CUSTOMERS`` customers and ``VEHICLES_EACH`` vehicles each.
"""

from __future__ import annotations

from datetime import date, timedelta

MOST_CUSTOMERS = 500_000
VEHICLES_EACH = 2
DAYS_OF_YEAR = 365
SEQUENCES = 500

_MOBILE_STARTS = (
    "133",
    "135",
    "136",
    "138",
    "139",
    "150",
    "151",
    "158",
    "159",
    "177",
    "180",
    "186",
    "187",
    "188",
    "199",
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_NEW_ENERGY_LETTERS = "DABCEFGHJK"
_VIN_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def scattered(ordinal: int, space: int, *, salt: int = 0) -> int:
    """A permutation of 0 … space-1 (``space`` a product of 2, 3, 5 and 73 only): neighbours do not look alike."""
    # 7_654_321 and 1_000_003 share no factor with 2, 3, 5 or 73: the multiplication is a permutation.
    return ((ordinal % space) * 7_654_321 + 1_000_003 * (salt + 1)) % space


def birth_day(ordinal: int, year: int) -> date:
    """The day in ``year`` on which the person is born: with ``resident_id`` it makes the ID number unique."""
    return date(year, 1, 1) + timedelta(days=scattered(ordinal, SEQUENCES * DAYS_OF_YEAR) // SEQUENCES)


def resident_id(ordinal: int, *, districts: tuple[str, ...], born: date, male: bool) -> str:
    """An 18-digit ID number by GB 11643: district, day of birth, sequence (odd for men), check character."""
    district = districts[(ordinal // (SEQUENCES * DAYS_OF_YEAR)) % len(districts)]
    sequence = scattered(ordinal, SEQUENCES * DAYS_OF_YEAR) % SEQUENCES * 2 + (1 if male else 0)
    body = f"{district}{born:%Y%m%d}{sequence:03d}"
    rest = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, body, strict=True)) % 11
    return body + "10X98765432"[rest]


def mobile(ordinal: int, *, former: bool = False) -> str:
    """An 11-digit mobile; ``former`` gives the number that the person had before."""
    number = scattered(ordinal * 2 + former, 100_000_000)
    return f"{_MOBILE_STARTS[number % len(_MOBILE_STARTS)]}{number:08d}"


def plate(vehicle: int, *, province: str, letter: str, new_energy: bool) -> str:
    """A number plate by GA 36: 蓝牌 (five characters after the city's letter) or 新能源 (six, small cars)."""
    if new_energy:
        code = scattered(vehicle, 1_000_000, salt=1)
        return f"{province}{letter}{_NEW_ENERGY_LETTERS[code // 100_000]}{code % 100_000:05d}"
    letter_place, rest = divmod(scattered(vehicle, 1_200_000, salt=2), 240_000)
    mark, digits = divmod(rest, 10_000)
    text = f"{digits:04d}"
    return f"{province}{letter}{text[:letter_place]}{_PLATE_LETTERS[mark]}{text[letter_place:]}"


def vin(vehicle: int, *, maker: str, model: str, year: int) -> str:
    """A VIN by GB 16735: ``maker`` (WMI, 3), ``model`` (VDS, 5), check digit, model year, plant, serial."""
    serial = scattered(vehicle, 1_000_000, salt=3)
    parts = f"{maker}{model}0{_VIN_YEARS[(year - 2001) % 30]}A{serial:06d}"
    rest = sum(weight * _VIN_VALUES[sign] for weight, sign in zip(_VIN_WEIGHTS, parts, strict=True)) % 11
    return f"{parts[:8]}{'X' if rest == 10 else rest}{parts[9:]}"


def uscc(ordinal: int, *, district: str) -> str:
    """A unified social credit code by GB 32100: 91 (enterprise), district, organisation code (GB 11714), check."""
    body = f"{scattered(ordinal, 100_000_000, salt=4):08d}"
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_ORG_WEIGHTS, body, strict=True)) % 11
    org_check = {10: "X", 11: "0"}.get(rest, str(rest))
    code = f"91{district}{body}{org_check}"
    total = sum(_USCC_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + _USCC_ALPHABET[(31 - total % 31) % 31]


def bank_account(ordinal: int, *, bank: str) -> str:
    """A 19-digit card number with the right Luhn digit."""
    body = f"{bank}{scattered(ordinal, 1_000_000_000, salt=5):012d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)
