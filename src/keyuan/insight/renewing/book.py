"""A book as a plain frame: a mapping says which column is what. Only what the mapping names is read.

A mapping is one of the shipped ones by name, a YAML file like them, or a mapping of ``keyuan import`` whose ``book:`` is one
of their names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from keyuan.insight.evaluation.sealed import guard

MAPS = Path(__file__).parent / "maps"
PIECE = re.compile(r"\{(\w+)\}")


class UnusableBook(ValueError):
    """The book or its mapping cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Columns:
    """``read``: our name -> its column, or a text with {columns}. ``days``: which are days. ``never``: columns that leak."""

    book: str
    read: Mapping[str, str]
    texts: tuple[str, ...]
    days: tuple[str, ...]
    day_format: str
    delimiter: str
    empty: tuple[str, ...]
    never: tuple[str, ...]
    optional: tuple[str, ...]


def columns(name: str) -> Columns:
    """The mapping of that name, or in that file; raises UnusableBook, and LeakingColumn if it reads what it must not."""
    told = _yaml(name)
    if "files" in told:
        told = _yaml(str(told.get("book", "")))
    try:
        found = Columns(
            book=str(told["book"]),
            read={str(own): str(theirs) for own, theirs in told["columns"].items()},
            texts=tuple(told.get("texts", ())),
            days=tuple(told.get("days", ())),
            day_format=str(told.get("day_format", "%Y-%m-%d")),
            delimiter=str(told.get("delimiter", ",")),
            empty=tuple(map(str, told.get("empty", [""]))),
            never=tuple(told.get("never", ())),
            optional=tuple(told.get("optional", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnusableBook(f"the mapping {name} lacks {error}") from None
    guard([column for theirs in found.read.values() for column in _pieces(theirs)], found.never)
    return found


def _yaml(name: str) -> Mapping[str, Any]:
    for path in (Path(name), MAPS / f"{Path(name).name}.yaml"):
        if path.is_file():
            told = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
            if isinstance(told, dict):
                return told
    shipped = ", ".join(sorted(path.stem for path in MAPS.glob("*.yaml")))
    raise UnusableBook(f"there is no mapping {name}; shipped: {shipped}")


def read(path: Path, how: Columns) -> pl.DataFrame:
    """The book with our names; raises UnusableBook if a column is not there. CSV (gz too) or Parquet."""
    wanted = sorted({column for theirs in how.read.values() for column in _pieces(theirs)})
    raw = _raw(path, how)
    may_lack = {column for own in how.optional for column in _pieces(how.read[own])}
    missing = [column for column in wanted if column not in raw.columns and column not in may_lack]
    if missing:
        raise UnusableBook(f"{path.name} lacks the columns {', '.join(missing)}")
    return raw.select(
        _column(own, theirs, how) for own, theirs in how.read.items() if all(c in raw.columns for c in _pieces(theirs))
    )


def _raw(path: Path, how: Columns) -> pl.DataFrame:
    if not path.is_file():
        raise UnusableBook(f"{path} is not there")
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path).select(pl.all().cast(pl.String))
        return pl.read_csv(path, separator=how.delimiter, null_values=list(how.empty), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise UnusableBook(f"{path.name}: {error}") from None


def _column(own: str, theirs: str, how: Columns) -> pl.Expr:
    pieces = _pieces(theirs)
    value = pl.col(pieces[0]) if theirs == pieces[0] else pl.format(PIECE.sub("{}", theirs), *map(pl.col, pieces))
    if own in how.days:
        value = value.str.to_date(how.day_format)
    elif own not in how.texts:
        value = value.cast(pl.Float64)
    return value.alias(own)


def _pieces(theirs: str) -> Sequence[str]:
    return PIECE.findall(theirs) or [theirs]
