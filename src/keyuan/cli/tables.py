"""``keyuan tables``: the rate tables that products can use, and what is wrong with a file of a company's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyuan.cli import ready, show
from keyuan.cli.refusals import CannotBegin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyuan.products.tables import AgeTable

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="The rate tables that products can use.")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """Show every table: those shipped, and those of the folder KEYUAN_TABLES."""
    ready()
    from keyuan.products.tables import TableFault, tables

    try:
        found = tables().values()
    except TableFault as fault:
        raise _wrong(fault) from None
    _show(found, as_json=as_json)


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A .csv or .toml file of rates by age.")],
    as_json: AsJson = False,
) -> None:
    """Say whether FILE can be used, and what is in it. Nothing is kept."""
    ready()
    from keyuan.products.tables import TableFault, tables, tables_of

    try:
        found = tables_of(Path(file))
        known = [one.code for one in found if one.code in tables()]
    except TableFault as fault:
        raise _wrong(fault) from None
    if known:
        raise _wrong(f"{file}: {', '.join(known)} is there already; a newer table takes a new code")
    _show(found, as_json=as_json)


def _wrong(fault: object) -> CannotBegin:
    return CannotBegin("wrong_table", zh=f"费率表不能使用：{fault}", en=f"The table cannot be used: {fault}")


def _show(found: Iterable[AgeTable], *, as_json: bool) -> None:
    rows = [_row(one) for one in found]
    lines = [f"{row['code']:<28} {row['ages']:>8}  {row['expectation'] or '':>6}  {row['source']}" for row in rows]
    show({"tables": rows}, as_json=as_json, text="\n".join(lines))


def _row(one: AgeTable) -> dict[str, Any]:
    """A table in a line; the expectation of life only of a table by which everybody dies."""
    return {
        "code": one.code,
        "ages": f"{one.ages[0]}-{one.ages[-1]}",
        "expectation": str(round(one.expectation, 2)) if one.values[-1] == 1 else None,
        "verified": one.verified,
        "source": one.source,
        "doubt": one.doubt,
    }
