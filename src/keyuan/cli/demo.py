"""``keyuan demo``: the demo book."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from keyuan.cli import ready

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def demo(
    customers: Annotated[int, typer.Option(min=1, help="How many customers.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same book.")] = 1,
    replace: Annotated[bool, typer.Option(help="Empty the database first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Make the demo book."""
    ready()
    import_module("keyuan.demo.book").command(customers=customers, seed=seed, replace=replace, as_json=as_json)
