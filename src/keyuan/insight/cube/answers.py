"""Asking the cube: the viewer's part of the lake, an engine, and exact figures for each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers.queries.scope import sees_everybody, visible
from keyuan.insight.cube import building
from keyuan.insight.cube.building import SEEN, SLICES, Setting
from keyuan.insight.cube.costs import costs
from keyuan.insight.cube.engines import Engine, engine
from keyuan.insight.cube.names import MEASURES
from keyuan.insight.cube.questions import Question
from keyuan.insight.lake.folder import folder, the_manifest
from keyuan.insight.lake.keys import keyed_list

Value = Decimal | int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of values, as the lake has them, and its figures in the order of the question's measures."""

    of: tuple[str, ...]
    figures: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The cells, in the order of their values; ``as_of``: the last day that the lake knows of."""

    asked: Question
    cells: tuple[Cell, ...]
    total: tuple[Value, ...]
    as_of: date
    currency: str
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """An engine with the lake on it, as the viewer may see it."""

    engine: Engine
    setting: Setting
    currencies: tuple[str, ...]


def answer(asked: Question, *, viewer: Viewer, on_engine: str = "") -> Answer:
    """Count what the viewer may count: customers in their scope. Raises NotPermitted, LakeEmpty."""
    with opened(asked, viewer=viewer, on_engine=on_engine) as lake:
        cells = _cells(asked, lake)
        whole = _cells(replace(asked, by=()), lake)
    used = lake.setting.currency or next(iter(lake.currencies), "")
    return Answer(
        asked,
        tuple(sorted(cells, key=lambda cell: cell.of)),
        whole[0].figures,
        lake.setting.known_to - timedelta(days=1),
        used,
        lake.currencies,
    )


@contextmanager
def opened(asked: Question, *, viewer: Viewer, on_engine: str = "") -> Iterator[Opened]:
    """The viewer's part of the lake. Raises NotPermitted, LakeEmpty."""
    require(viewer, Permission.SEE_INSIGHT)
    known = the_manifest()
    with engine(on_engine) as counting:
        for name, files in known.files.items():
            counting.view(name, [folder() / file for file in files])
        found = counting.rows("SELECT DISTINCT currency FROM policies ORDER BY currency")
        currencies = tuple(found["currency"].to_pylist())
        wanted = asked.currency or ("CNY" if "CNY" in currencies else next(iter(currencies), ""))
        yield Opened(
            counting,
            Setting(
                known_to=known.day + timedelta(days=1),
                costs=tuple(costs(known.day).items()),
                currency="" if set(currencies) <= {wanted} else wanted,
                scoped=_put_scope(counting, viewer),
            ),
            currencies,
        )


def _put_scope(counting: Engine, viewer: Viewer) -> bool:
    """Who is in scope is asked of the database at the moment of the question: the lake is of last night."""
    if sees_everybody(viewer):
        return False
    numbers = visible(viewer).values_list("pk", flat=True).iterator(chunk_size=50_000)
    counting.put(SEEN, pa.table({"customer": pa.array(keyed_list(numbers, kind="customer"), type=pa.int64())}))
    return True


def _cells(asked: Question, lake: Opened) -> Sequence[Cell]:
    rows = building.slices_of(asked, lake.setting)
    if rows:
        names, firsts, lasts = zip(*rows, strict=True)
        lake.engine.put(SLICES, pa.table({"slice": names, "slice_from": firsts, "slice_until": lasts}))
    found = lake.engine.rows(building.sql(asked, lake.setting, lake.engine.dialect))
    values = [found[name].to_pylist() for name in asked.by]
    sums = {name: found[name].to_pylist() for name in found.column_names if name not in asked.by}
    measures = [MEASURES[name] for name in asked.measures]
    cells = []
    for place in range(found.num_rows):
        own = {name: int(column[place] or 0) for name, column in sums.items()}
        if asked.by and not any(own.values()):
            continue  # a combination in which nothing happened
        cells.append(Cell(tuple(str(one[place]) for one in values), tuple(one.of(own) for one in measures)))
    return cells
