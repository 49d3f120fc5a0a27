"""Write the values of the shipped rate tables from the laws that their files state.

    python tools/rate_tables.py

Change the parameters in ``products/tables/*.toml``, then run this; a test compares the two.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from keyuan.products.tables import FOLDER, AgeTable, read
from keyuan.products.tables.laws import made

LAST_AGE = 105
IN_A_LINE = 10
VALUES = re.compile(r"values = \[.*?\n\]", re.DOTALL)


def values_of(table: AgeTable) -> tuple[Decimal, ...]:
    """What the law of a table says."""
    told = {name: Decimal(value) for name, value in table.law.items() if name != "name"}
    return made(table.law["name"], told, first_age=table.first_age, last_age=LAST_AGE)


def written(values: tuple[Decimal, ...]) -> str:
    lines = [values[place : place + IN_A_LINE] for place in range(0, len(values), IN_A_LINE)]
    inside = "\n".join("  " + " ".join(f'"{value}",' for value in line) for line in lines)
    return f"values = [\n{inside}\n]"


def rewrite(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    told = iter([written(values_of(table)) for table in read(text, file=path.name)])
    path.write_text(VALUES.sub(lambda _found: next(told), text), encoding="utf-8")
    print(f"{path.name} written")


if __name__ == "__main__":
    for file in sorted(FOLDER.glob("*.toml")):
        rewrite(file)
