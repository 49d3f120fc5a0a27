"""Teaching a model from a book, keeping it with its card, and scoring a book that was never seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from keyuan.insight.evaluation import cross_sell
from keyuan.insight.learning import store
from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.cards import Card, fairness, judged, table
from keyuan.insight.learning.folds import by_key
from keyuan.insight.learning.models import Blend, Boosted
from keyuan.insight.learning.reasons import importance
from keyuan.insight.renewing import lapse
from keyuan.insight.renewing.book import Columns, UnusableBook, read
from keyuan.insight.renewing.lapse import Lapse

NOT_FOR = (
    "prices, underwriting or refusing cover: it says who may leave, not who costs how much",
    "harder treatment of those who would stay anyway, or pressure on those who want to leave",
    "people, products or countries other than those of its data",
)
Chance = Callable[[pl.DataFrame], Vector]


@dataclass(frozen=True, slots=True)
class Taught:
    """A version on disk and its card."""

    folder: Path
    card: Card


def teach(name: str, path: Path, how: Columns, folder: Path, *, until: date | None, on: date) -> Taught:
    """Teach ``lapse`` or ``cross_sell`` from a book with answers, measure it on a fifth of the people, keep it.

    ``until``: the last first day of a contract-year to learn from; without it those that were over when the book was made.
    Raises UnusableBook.
    """
    rows, truth, who, split = _rows(name, read(path, how), until)
    if not 0 < truth.mean() < 1 or len(truth) < 500:
        raise UnusableBook(f"{path.name} has too few answers of both kinds")
    held = by_key(who, 5, salt="card") == 0
    chance = _model(name, rows.filter(pl.Series(~held)), truth[~held])[0](rows.filter(pl.Series(held)))
    _use, blend, told, drivers = _model(name, rows, truth)
    asked = rows.filter(pl.Series(held))
    card = Card(
        name=name,
        taught_on=on.isoformat(),
        data=how.book,
        rows=len(truth),
        split=split,
        measured_on="a fifth of the people, by a digest, by a model taught on the others",
        metrics=judged(truth[held], chance),
        calibration=table(truth[held], chance),
        fairness=fairness(truth[held], chance, _groups(asked)),
        drivers=drivers(rows),
        not_for=NOT_FOR,
    )
    version = store.keep(folder, name, blend, told={**told, "book": how.book, "split": split}, taught_on=on.isoformat())
    (version / "card.json").write_text(store.as_json(card.as_dict()), encoding="utf-8")
    (version / "card.md").write_text(card.as_text(), encoding="utf-8")
    return Taught(version, card)


def score(name: str, path: Path, how: Columns, folder: Path, *, day: date) -> pl.DataFrame:
    """``policy`` and ``score`` of a book as known on that day; raises UnusableBook, UnusableModel."""
    blend, told = store.load(store.newest(folder, name))
    book = read(path, how)
    if name == "lapse":
        return lapse.scores(Lapse.from_told(blend, told), book, day)
    return pl.DataFrame({"policy": book["policy"], "score": blend.chance(book)})


def _rows(name: str, book: pl.DataFrame, until: date | None) -> tuple[pl.DataFrame, Vector, list[str], str]:
    answer = {"lapse": "lapsed", "cross_sell": "bought"}[name]
    if answer not in book.columns:
        raise UnusableBook(f"the book has no column for {answer}: a model cannot be taught without answers")
    book = book.filter(pl.col(answer).is_not_null())
    if name == "cross_sell":
        return book.drop(answer), book[answer].to_numpy(), book["policy"].to_list(), "all rows"
    newest = book["term_from"].max()
    if not isinstance(newest, date):
        raise UnusableBook("the book has no contract-years")
    last = until or newest - timedelta(days=365)
    rows, truth = lapse.taught_on(book, last)
    return rows, truth, rows["person"].to_list(), f"contract-years that began by {last.isoformat()}"


def _model(
    name: str, rows: pl.DataFrame, truth: Vector
) -> tuple[Chance, Blend, dict[str, Any], Callable[[pl.DataFrame], Mapping[str, float]]]:
    if name == "lapse":
        model = Lapse.teach(rows, truth)
        blend, told = model.told()
        return model.chance, blend, told, lambda some: _drivers(model.trees, model.vehicles.add(some.head(5000)))
    trees = Boosted.teach(
        rows, truth, replace(cross_sell.RECIPE), numbers=cross_sell.NUMBERS, categories=cross_sell.CATEGORIES, rarest=5
    )
    return trees.chance, Blend((trees,), (1.0,)), {}, lambda some: _drivers(trees, some.head(5000))


def _drivers(trees: Boosted, rows: pl.DataFrame) -> Mapping[str, float]:
    return importance(trees.contributions(rows), trees.encoding.names)


def _groups(rows: pl.DataFrame) -> dict[str, list[str]]:
    """Sex and age band, where the book tells them."""
    found = {}
    age = next((name for name in ("age", "Age") if name in rows.columns), None)
    if age is not None:
        band = (np.clip(rows[age].fill_null(0).to_numpy(), 18, 79) // 10 * 10).astype(int)
        found["age"] = [f"{start} to {start + 9}" for start in band]
    if "Gender" in rows.columns:
        found["sex"] = rows["Gender"].fill_null("unknown").to_list()
    return found
