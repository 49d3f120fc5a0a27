"""``keyuan train MODEL --book FILE --mapping MAP``: teach a model from a book with answers. Needs no database."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import show
from keyuan.cli.models import MODELS, model_named, refused

#: Beside everything else that this installation writes.
KEPT = Path(os.environ.get("KEYUAN_VAR", "var"), "models")

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def train(
    model: Annotated[str, typer.Argument(help=f"One of: {', '.join(MODELS)}.")],
    book: Annotated[Path, typer.Option(help="CSV (gz too) or Parquet, with the answers.")],
    mapping: Annotated[str, typer.Option(help="Which column is what: a file, or the name of a shipped one.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Learn from contract-years that began by this day.")
    ] = None,
    models: Annotated[Path, typer.Option(help="Where models are kept.")] = KEPT,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Teach MODEL, measure it on people that it was not taught on, and keep it with its card."""
    from keyuan.insight.renewing.book import columns
    from keyuan.insight.renewing.serving import teach

    name = model_named(model)
    with refused():
        today = datetime.now().astimezone().date()
        last: date | None = None if until is None else until.date()
        taught = teach(name, book, columns(mapping), models, until=last, on=today)
    show({"version": str(taught.folder), "card": taught.card.as_dict()}, as_json=as_json, text=taught.card.as_text())
