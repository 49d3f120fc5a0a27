"""People, companies and things by number: the same number is the same one each time, two numbers never meet. Synthetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stdnum.cn import uscc

from keyuan.customers.standards import vin as vehicles
from keyuan.customers.standards.resident_id import check_digit

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安宁远清和平岚松竹梅雨晨光辉明华文博思齐嘉乐天佑子涵欣怡"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a document; ``birth`` and ``sex`` are asked only where the document does not tell them."""

    name: str
    number: str
    birth: date
    sex: str
    mobile: str = ""
    kind: str = "resident_id"

    def fields(self, prefix: str, **more: str) -> dict[str, str]:
        """As the form about people asks."""
        told = {"name": self.name, "document_kind": self.kind, "document_number": self.number, **more}
        if self.kind != "resident_id":
            told |= {"birth_date": self.birth.isoformat(), "sex": self.sex}
        if self.mobile:
            told["mobile"] = self.mobile
        return {f"{prefix}-{name}": value for name, value in told.items()}


def somebody(n: int, *, born: date = date(1990, 3, 7), sex: str = "female", mobile: bool = True) -> Person:
    """Person number ``n`` of those born on a day: the order of the number and its area come from ``n`` (to 80 million)."""
    rest, sequence = divmod(n, 450)
    areas = [f"{province}{area:04}" for province in (32, 33, 31, 11, 44, 51) for area in range(101, 199)]
    area = areas[rest % len(areas)]
    day = date.fromordinal(born.toordinal() + rest // len(areas) % 28) if rest >= len(areas) else born
    first = f"{area}{day:%Y%m%d}{sequence * 2 + (sex == 'male'):03}"
    name = (
        FAMILY[n % len(FAMILY)]
        + GIVEN[n // len(FAMILY) % len(GIVEN)]
        + GIVEN[(n // 7 + born.year * 5 + born.month) % len(GIVEN)]
    )
    number = f"139{n % 10**8:08}" if mobile else ""
    return Person(name=name, number=first + check_digit(first), birth=day, sex=sex, mobile=number)


def abroad(n: int, *, kind: str = "passport", **more: Any) -> Person:
    """The same person with a foreign document."""
    prefix = {"passport": "E", "hk_mo_tw": "H"}.get(kind, "X")
    return replace(somebody(n, **more), kind=kind, number=f"{prefix}{n:08}")


def plate(n: int) -> str:
    return f"苏E{n % 100_000:05}"


def vin(n: int) -> str:
    blank = f"LSVAL41Z0{n % 100_000_000:08}"
    return blank[:8] + vehicles.check_digit(blank) + blank[9:]


def company_code(n: int) -> str:
    first = f"91320506MA{n % 10_000_000:07}"
    return first + str(uscc.calc_check_digit(first))
