"""``keyuan profit``: what each customer earned, structure apart from luck."""

from __future__ import annotations

from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def profit(
    first: Annotated[str, typer.Option("--from", help="First day, month or year, such as 2025-01-01.")] = "",
    until: Annotated[str, typer.Option("--to", help="The day, month or year before which it ends.")] = "",
    basis: Annotated[str, typer.Option(help="Claims by acc: accident year, cal: calendar year.")] = "acc",
    premium: Annotated[str, typer.Option(help="earned or written premium.")] = "earned",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Count what each customer earned (else in the last twelve months), from the last export (keyuan lake export)."""
    ready()
    expect_tables()
    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer
    from keyuan.insight.cube.periods import period
    from keyuan.insight.profit.queries import whale
    from keyuan.insight.profit.running import run
    from keyuan.insight.profit.summary import as_json as json_of
    from keyuan.insight.profit.summary import as_lines
    from keyuan.insight.states import RunKind
    from keyuan.kernel.actor import Actor

    asked = period(f"{first}..{until}") if first or until else None
    kind = RunKind.ROLLING if asked is None else RunKind.ASKED
    done = run(by=Actor.system("keyuan profit"), period=asked, basis=basis, premium=premium, kind=kind)
    with override(language()):
        found = whale(done.run, viewer=system_viewer("keyuan profit"))
        told = {**json_of(found), "seconds": round(done.seconds, 2)}
        show(told, as_json=as_json, text="" if as_json else as_lines(found))
