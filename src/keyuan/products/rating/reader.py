"""Reading untrusted values one by one, noting every fault instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from keyuan.products.rating.exact import CENT
from keyuan.products.rating.refusals import RiskFault, RiskRefused

LARGEST = Decimal(1_000_000_000)  # yuan; what Money and the batch both hold exactly
LONGEST = 60  # signs of a text, and digits of a number
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?")


class Reader:
    """A JSON object of a risk. Each method takes a field out and gives its value, or a harmless default and a fault."""

    def __init__(self, raw: Any, *, within: str = "", faults: list[RiskFault] | None = None) -> None:
        self.faults: list[RiskFault] = [] if faults is None else faults
        self.within = within
        self.left: dict[str, Any] = {}
        if isinstance(raw, Mapping):
            self.left = {str(key): value for key, value in raw.items()}
        else:
            self.fault("not_an_object", "")

    def name(self, field: str) -> str:
        """The field with the place that it stands in."""
        return f"{self.within}.{field}" if self.within and field else self.within or field

    def fault(self, rule: str, field: str, **gaps: Any) -> None:
        self.faults.append(RiskFault(rule, self.name(field)[:200], gaps))

    def done(self) -> None:
        """Note fields that nobody asked for."""
        for field in list(self.left)[:20]:
            self.fault("unknown_field", field[:LONGEST])

    def settle(self) -> None:
        """Raise RiskRefused with every fault found so far, if there is one."""
        if self.faults:
            raise RiskRefused(self.faults)

    def take(self, field: str) -> Any:
        """The raw value, None where there is none."""
        return self.left.pop(field, None)

    def number(
        self,
        field: str,
        *,
        least: Decimal | int = 0,
        most: Decimal | int = LARGEST,
        default: Decimal | int | None = None,
        places: int = 2,
    ) -> Decimal:
        """An exact number: written as a JSON integer or as a text. A JSON fraction is taken by its shortest writing."""
        raw = self.take(field)
        fallback = Decimal(least if default is None else default)
        if raw is None:
            if default is None:
                self.fault("missing", field)
            return fallback
        value = exact_number(raw)
        if value is None:
            self.fault("not_a_number", field)
        elif value < least:
            self.fault("too_small", field, least=least)
        elif value > most:
            self.fault("too_large", field, most=most)
        elif value != value.quantize(CENT.scaleb(2 - places)):
            self.fault("too_fine", field)
        else:
            return value
        return fallback

    def whole(self, field: str, *, least: int = 0, most: int = 100_000, default: int | None = None) -> int:
        """A whole number between bounds, both included."""
        value = self.number(field, least=least, most=most, default=default, places=6)
        if value != int(value):
            self.fault("not_whole", field)
        return int(value)

    def text(self, field: str, *, default: str | None = None) -> str:
        raw = self.take(field)
        if raw is None and default is not None:
            return default
        if raw is None:
            self.fault("missing", field)
        elif not isinstance(raw, str) or len(raw) > LONGEST or not raw.isprintable():
            self.fault("not_a_text", field)
        else:
            return raw
        return default or ""

    def choice(self, field: str, offered: Collection[str], *, default: str | None = None) -> str:
        """One of the words offered; the only one there is needs not be said."""
        words = list(offered)
        if default is None and len(words) == 1:
            default = words[0]
        value = self.text(field, default=default)
        if value not in words and not any(fault.field == self.name(field) for fault in self.faults):
            self.fault("not_offered", field, offered=", ".join(words))
        return value if value in words else (default or (words[0] if words else ""))

    def truth(self, field: str, *, default: bool) -> bool:
        raw = self.take(field)
        if raw is None:
            return default
        if not isinstance(raw, bool):
            self.fault("not_a_truth", field)
            return default
        return raw

    def day(self, field: str) -> date | None:
        raw = self.take(field)
        if raw is None:
            return None
        try:
            return date.fromisoformat(raw if isinstance(raw, str) else "")
        except ValueError:
            self.fault("not_a_day", field)
            return None

    def items(self, field: str, *, most: int = 10_000) -> list[Any]:
        """A list; an absent one is empty."""
        raw = self.take(field)
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self.fault("not_a_list", field)
            return []
        if len(raw) > most:
            self.fault("too_large", field, most=most)
            return []
        return list(raw)

    def inside(self, field: str) -> Reader:
        """An object within this one, sharing its list of faults; an absent one is empty."""
        raw = self.take(field)
        return Reader({} if raw is None else raw, within=self.name(field), faults=self.faults)


def exact_number(raw: Any) -> Decimal | None:
    """The Decimal that a JSON value means; None where it is no finite number of a sensible length."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return None
    if isinstance(raw, int) and abs(raw) > 10**20:
        return None
    try:
        written = raw.strip() if isinstance(raw, str) else format(Decimal(str(raw)), "f")
    except InvalidOperation:
        return None
    return Decimal(written) if len(written) <= LONGEST and _NUMBER.fullmatch(written) and written.isascii() else None
