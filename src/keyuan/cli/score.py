"""``keyuan score MODEL --book FILE --mapping MAP --as-of DATE --out scores.csv``: score a book never seen. No database."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.beginning import CannotBegin
from keyuan.cli.first_use import expect_tables
from keyuan.cli.models import MODELS, OWN, model_named, own_model, refused
from keyuan.cli.train import KEPT

app = typer.Typer(add_completion=False, rich_markup_mode=None)
# What a model is taught from if there is none yet and the public data lie beside the project.
PUBLIC = {
    "lapse": ("spain_motor", "motor_portfolio.csv.gz", date(2016, 12, 31)),
    "cross_sell": ("cross_sell_health", "cross_sell_sample.parquet", None),
}


@app.command()
def score(
    model: Annotated[str, typer.Argument(help=f"One of: {', '.join((*MODELS, *OWN))}.")],
    book: Annotated[Path | None, typer.Option(help="CSV (gz too) or Parquet.")] = None,
    mapping: Annotated[str, typer.Option(help="Which column is what: a file, or the name of a shipped one.")] = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As known on this day; else today.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the scores are written: policy, score.")] = Path("scores.csv"),
    models: Annotated[Path, typer.Option(help="Where models are kept.")] = KEPT,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Write the chance of each policy in BOOK, from nothing that was not known on the day.

    A model of our own book (lapse_own) scores every policy of the database as known today, in place of the scores before.
    """
    if own_model(model):
        _score_own(as_json)
        return
    from keyuan.insight.renewing import serving
    from keyuan.insight.renewing.book import columns

    name = model_named(model)
    if book is None or not mapping:
        raise CannotBegin(
            "book_missing",
            zh=f"用 {name} 评分要有 --book 和 --mapping。",
            en=f"To score with {name}, --book and --mapping are needed.",
        )
    day = as_of.date() if as_of else datetime.now().astimezone().date()
    with refused():
        how = columns(mapping)
        if not (models / name / "newest").is_file():
            _teach_from_public(name, models)
        scores = serving.score(name, book, how, models, day=day)
    try:
        scores.write_csv(out)
    except OSError as error:
        raise CannotBegin("cannot_write", zh=f"不能写入 {out}：{error}", en=f"Cannot write {out}: {error}") from None
    told = {"out": str(out), "policies": scores.height, "as_of": day.isoformat()}
    show(told, as_json=as_json, text=f"{out}: {scores.height}")


def _teach_from_public(name: str, models: Path) -> None:
    from keyuan.insight.evaluation.places import NotThere, found, standard
    from keyuan.insight.learning.store import UnusableModel
    from keyuan.insight.renewing.book import columns
    from keyuan.insight.renewing.serving import teach

    source, file, until = PUBLIC[name]
    try:
        path = found(source, standard()) / file
    except NotThere:
        raise UnusableModel(f"no model {name}") from None
    sys.stderr.write(f"no model {name} yet: teaching it from {source}\n")
    teach(name, path, columns(source), models, until=until, on=datetime.now().astimezone().date())


def _score_own(as_json: bool) -> None:
    ready()
    expect_tables()
    from dataclasses import asdict

    from keyuan.insight.scores.scoring import score as score_own
    from keyuan.kernel.actor import Actor

    done = score_own(by=Actor.system("keyuan score"))
    text = f"{done.rows} policies of {done.customers} customers in {sum(done.seconds.values()):.1f} s"
    show(asdict(done), as_json=as_json, text=text)
