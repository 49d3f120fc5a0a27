"""``keyuan run``: everything together, for a first look and for a small company's single machine."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def run() -> None:
    """Start the database, bring it up to date, and run web server and worker until stopped."""
    raise SystemExit("not yet")
