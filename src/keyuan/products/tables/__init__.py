"""Shared rates by age, each with its source: files beside this one, and those of the company's own folder. Pure: no Django.

What is shipped is invented (``laws``). A company puts its own tables into the folder KEYUAN_TABLES as ``*.toml`` like those
here, or as ``*.csv``: lines ``# source: …`` and, if need be, ``# doubt: …``, then a head ``age,CODE,CODE…`` and a line
for every age. A code stands for the same numbers for ever: a newer table takes a new code.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FOLDERS = [FOLDER]  # apps.py adds that of the company
OLDEST = 130


class TableFault(ValueError):
    """A file of tables says something that cannot be right; the message names the file and what is wrong."""


class UnknownTable(LookupError):
    """There is no shared table of this code: a fault of a definition, not of a person."""


@dataclass(frozen=True, slots=True)
class AgeTable:
    """Probabilities by age at last birthday from ``first_age`` on. ``verified``: compared with what the source prints.

    ``law``: the parameters that a shipped table is made of.
    """

    code: str
    title: Mapping[str, str]
    first_age: int
    values: tuple[Decimal, ...]
    source: str
    verified: bool
    doubt: str
    law: Mapping[str, str] = field(default_factory=dict)

    @property
    def ages(self) -> range:
        """The ages that the table has."""
        return range(self.first_age, self.first_age + len(self.values))

    def since(self, age: int) -> tuple[Decimal, ...]:
        """The values from ``age`` to the last age; raises ValueError for an age that the table does not have."""
        if age not in self.ages:
            raise ValueError(f"{self.code} has no age {age}")
        return self.values[age - self.first_age :]

    @property
    def expectation(self) -> Decimal:
        """The years that somebody of the first age lives on by these rates, deaths in the middle of the year."""
        alive, years = Decimal(1), Decimal("-0.5")
        for rate in self.values:
            years += alive
            alive *= 1 - rate
        return years


@cache
def tables() -> Mapping[str, AgeTable]:
    """All shared tables by code. Raises TableFault if a file is wrong."""
    found: dict[str, AgeTable] = {}
    for path in (path for folder in FOLDERS for path in sorted(folder.iterdir())):
        if path.suffix not in READ:
            continue
        for table in tables_of(path):
            if table.code in found:
                raise TableFault(f"{path.name}: {table.code} is there already; a newer table takes a new code")
            found[table.code] = table
    return found


def also_from(folder: Path) -> None:
    """Read the tables of the company's folder besides the shipped ones."""
    if folder not in FOLDERS:
        FOLDERS.append(folder)
        tables.cache_clear()


def table(code: str) -> AgeTable:
    """The table of this code; raises UnknownTable."""
    found = tables().get(code)
    if found is None:
        raise UnknownTable(code)
    return found


def ages_of(code: str) -> range | None:
    """The ages of the table of this code, None where there is none."""
    found = tables().get(code)
    return found.ages if found else None


def tables_of(path: Path) -> tuple[AgeTable, ...]:
    """The tables of a file, by what its name ends in. Raises TableFault."""
    try:
        reader = READ[path.suffix]
        return tuple(reader(path.read_text(encoding="utf-8-sig"), file=path.name))
    except KeyError:
        raise TableFault(f"{path.name}: a file of tables ends in .toml or .csv") from None
    except (OSError, UnicodeDecodeError) as wrong:
        raise TableFault(f"{path.name}: {wrong}") from wrong


def read(text: str, *, file: str) -> Iterator[AgeTable]:
    """The tables of a TOML text. Raises TableFault."""
    try:
        told = tomllib.loads(text)
        for part in told["table"]:
            yield _table(
                file,
                part["code"],
                part["values"],
                title=part["title"],
                first_age=int(told["first_age"]),
                source=told["source"],
                verified=bool(told["verified"]),
                doubt=told["doubt"],
                law=part.get("law", {}),
            )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise TableFault(f"{file}: {wrong!r}") from wrong


def read_csv(text: str, *, file: str) -> Iterator[AgeTable]:
    """The tables of a CSV text, one a column. Raises TableFault."""
    lines = text.splitlines()
    said = dict(_said(line) for line in lines if line.startswith("#"))
    if not said.get("source"):
        raise TableFault(f"{file}: a line “# source: …” must say where the numbers come from")
    head, *rows = list(csv.reader(line for line in lines if line.strip() and not line.startswith("#"))) or [[]]
    if head[:1] != ["age"] or len(head) < 2 or len(set(head)) < len(head):
        raise TableFault(f"{file}: the head must be age,CODE,CODE… with each code once")
    if any(len(row) != len(head) for row in rows):
        raise TableFault(f"{file}: every line must have {len(head)} cells")
    ages = [row[0] for row in rows]
    first = int(ages[0]) if ages and ages[0].isdecimal() and len(ages[0]) <= 3 else 0
    for place, age in enumerate(ages):
        if age != str(first + place):
            raise TableFault(f"{file}: the ages must follow one another; {first + place} is missing")
    for column, code in enumerate(head[1:], start=1):
        yield _table(
            file,
            code,
            [row[column] for row in rows],
            title={"zh": code, "en": code},
            first_age=first,
            source=said["source"],
            verified=said.get("verified") == "yes",
            doubt=said.get("doubt", ""),
        )


def _said(line: str) -> tuple[str, str]:
    name, _colon, value = line.lstrip("# ").partition(":")
    return name.strip().lower(), value.strip()


def _table(file: str, code: str, values: list[str], *, first_age: int, **rest: Any) -> AgeTable:
    try:
        found = tuple(Decimal(value) for value in values)
    except (InvalidOperation, TypeError) as wrong:
        raise TableFault(f"{file}: {code} has a value that is no number") from wrong
    if not found or not all(value.is_finite() and 0 <= value <= 1 for value in found):
        raise TableFault(f"{file}: {code} has a value that is no probability")
    if not 0 <= first_age <= first_age + len(found) <= OLDEST:
        raise TableFault(f"{file}: {code} has ages that nobody reaches")
    return AgeTable(code, first_age=first_age, values=found, **rest)


READ = {".toml": read, ".csv": read_csv}
