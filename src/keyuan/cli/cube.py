"""``keyuan cube``: premium, exposure, claims and what they cost, by any combination of dimensions."""

from __future__ import annotations

from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import language

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def cube(
    by: Annotated[str, typer.Option(help="Dimensions, such as product,region; year, quarter or month as well.")] = "",
    measures: Annotated[str, typer.Option(help="Measures, such as premium_earned,loss_ratio.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="dimension=value|value; may be repeated.")] = None,
    period: Annotated[str, typer.Option(help="2025, 2025-03, 2025Q2 or 2025-01-01..2025-07-01; else everything.")] = "",
    basis: Annotated[str, typer.Option(help="cal: calendar year, acc: accident year, uw: underwriting year.")] = "cal",
    currency: Annotated[str, typer.Option(help="Only policies in this currency.")] = "",
    username: Annotated[
        str, typer.Option("--as", help="Count what this account may count; else the whole company.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Count the book as of its last export (keyuan lake export)."""
    ready()
    expect_tables()
    from django.utils.translation import override

    from keyuan.accounts.scope import system_viewer, viewer_named
    from keyuan.insight.cube.answers import answer
    from keyuan.insight.cube.questions import question
    from keyuan.insight.cube.telling import as_json as json_of
    from keyuan.insight.cube.telling import as_lines

    viewer = viewer_named(username) if username else system_viewer("keyuan cube")
    asked = question(by=by, measures=measures, where=where or (), period_text=period, basis=basis, currency=currency)
    found = answer(asked, viewer=viewer)
    with override(language()):
        show(json_of(found, viewer=viewer), as_json=as_json, text="" if as_json else as_lines(found, viewer=viewer))
