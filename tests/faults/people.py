"""People who buy. Names and numbers are synthetic; each seed gives others, so that no two runs share anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安邦博才晨达恩芳刚海慧佳凯兰敏宁鹏琴荣森涛婉希雅泽"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


@dataclass(frozen=True)
class Person:
    name: str
    document_number: str
    mobile: str


def person(place: int, *, seed: int = 0) -> Person:
    """The person of a place in a run; every place has another."""
    born = date(1970, 1, 1) + timedelta(days=(place * 137 + seed * 61) % 9000)
    body = f"3205{place // 500 % 90 + 10:02}{born:%Y%m%d}{place % 500 * 2 + 1:03}"
    digit = CHECK[sum(int(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True)) % 11]
    name = SURNAMES[place % len(SURNAMES)] + GIVEN[place % len(GIVEN)] + GIVEN[(place // len(GIVEN) + 1) % len(GIVEN)]
    return Person(name, body + digit, f"139{(seed % 100) * 10**6 + place:08}")
