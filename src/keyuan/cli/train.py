"""``keyuan train MODEL --book FILE --mapping MAP``: teach a model from a book with answers. Needs no database."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.beginning import CannotBegin
from keyuan.cli.first_use import expect_tables
from keyuan.cli.models import MODELS, OWN, model_named, own_model, refused

#: Beside everything else that this installation writes.
KEPT = Path(os.environ.get("KEYUAN_VAR", "var"), "models")

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def train(
    model: Annotated[str, typer.Argument(help=f"One of: {', '.join((*MODELS, *OWN))}.")],
    book: Annotated[Path | None, typer.Option(help="CSV (gz too) or Parquet, with the answers.")] = None,
    mapping: Annotated[str, typer.Option(help="Which column is what: a file, or the name of a shipped one.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Learn from contract-years that began by this day.")
    ] = None,
    models: Annotated[Path, typer.Option(help="Where models are kept.")] = KEPT,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Teach MODEL, measure it on people that it was not taught on, and keep it with its card.

    Models of our own book (lapse_own) are taught on the database and take neither --book nor --mapping.
    """
    if own_model(model):
        _train_own(as_json)
        return
    from keyuan.insight.renewing.book import columns
    from keyuan.insight.renewing.serving import teach

    name = model_named(model)
    if book is None or not mapping:
        raise CannotBegin(
            "book_missing",
            zh=f"训练 {name} 要有 --book 和 --mapping。",
            en=f"To teach {name}, --book and --mapping are needed.",
        )
    with refused():
        today = datetime.now().astimezone().date()
        last: date | None = None if until is None else until.date()
        taught = teach(name, book, columns(mapping), models, until=last, on=today)
    show({"version": str(taught.folder), "card": taught.card.as_dict()}, as_json=as_json, text=taught.card.as_text())


def _train_own(as_json: bool) -> None:
    ready()
    expect_tables()
    from keyuan.insight.scores.scoring import teach as teach_own
    from keyuan.kernel.actor import Actor

    kept, trained = teach_own(by=Actor.system("keyuan train"))
    told = {"version": kept.version, "better": kept.better, "current": kept.current, "card": trained.card.as_dict()}
    show(told, as_json=as_json, text=trained.card.as_text())
