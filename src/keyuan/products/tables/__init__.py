"""Shared rates by age, each with its source and the doubts about it: ``*.toml`` beside this file. Pure: no Django."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


class TableFault(ValueError):
    """A file of tables says something that cannot be right; the message names the file and the table."""


class UnknownTable(LookupError):
    """There is no shared table of this code: a fault of a definition, not of a person."""


@dataclass(frozen=True, slots=True)
class AgeTable:
    """Probabilities by age at last birthday from ``first_age`` on. ``verified``: compared with the official print."""

    code: str
    title: Mapping[str, str]
    first_age: int
    values: tuple[Decimal, ...]
    source: str
    verified: bool
    doubt: str

    @property
    def ages(self) -> range:
        """The ages that the table has."""
        return range(self.first_age, self.first_age + len(self.values))

    def since(self, age: int) -> tuple[Decimal, ...]:
        """The values from ``age`` to the last age; raises ValueError for an age that the table does not have."""
        if age not in self.ages:
            raise ValueError(f"{self.code} has no age {age}")
        return self.values[age - self.first_age :]


@cache
def tables() -> Mapping[str, AgeTable]:
    """All shared tables by code. Raises TableFault if a file is wrong."""
    found: dict[str, AgeTable] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for table in read(path.read_text(encoding="utf-8"), file=path.name):
            if table.code in found:
                raise TableFault(f"{path.name}: {table.code} stands twice")
            found[table.code] = table
    return found


def table(code: str) -> AgeTable:
    """The table of this code; raises UnknownTable."""
    found = tables().get(code)
    if found is None:
        raise UnknownTable(code)
    return found


def read(text: str, *, file: str) -> Iterator[AgeTable]:
    """The tables of one file's text. Raises TableFault."""
    try:
        told = tomllib.loads(text)
        for part in told["table"]:
            values = tuple(Decimal(value) for value in part["values"])
            if not values or not all(0 <= value <= 1 for value in values):
                raise TableFault(f"{file}: {part['code']} has a value that is no probability")
            yield AgeTable(
                part["code"],
                part["title"],
                int(told["first_age"]),
                values,
                told["source"],
                told["verified"],
                told["doubt"],
            )
    except (tomllib.TOMLDecodeError, KeyError, ArithmeticError, TypeError) as wrong:
        raise TableFault(f"{file}: {wrong!r}") from wrong
