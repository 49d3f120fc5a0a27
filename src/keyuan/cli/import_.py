"""``keyuan import BOOK --mapping MAP.yaml``: take in an insurer's book."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def import_(
    book: Annotated[Path, typer.Argument(exists=True, help="CSV, XLSX or Parquet, or a folder of them.")],
    mapping: Annotated[Path, typer.Option(exists=True, help="How its columns are to be read.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Import BOOK."""
    ready()
    import_module("keyuan.intake.command").run(book=book, mapping=mapping, dry_run=dry_run, as_json=as_json)
