"""The expression that answers a question: the facts it needs, joined to what they are counted by, added up by cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import ibis

from keyuan.insight.cube import expressions as x
from keyuan.insight.cube.names import MEASURES, TIMES
from keyuan.insight.cube.periods import Period, slices
from keyuan.insight.cube.questions import BEGINNING, Question
from keyuan.insight.lake import declared

Table = Any
SEEN: Final = "customers_in_scope"
SLICES: Final = "slices_of_period"
LONGEST: Final = 60  # years that are asked about one by one


@dataclass(frozen=True, slots=True)
class Setting:
    """What else an expression depends on. ``known_to``: the first day of which the lake knows nothing; ``costs``: cents by
    kind of line; ``currency``: the only one that counts (empty: the lake has but one); ``scoped``: whether only SEEN count.
    """

    known_to: date
    costs: tuple[tuple[str, int], ...]
    currency: str = ""
    scoped: bool = False


@lru_cache
def tables() -> Mapping[str, Table]:
    """The tables of the lake by their names and columns; on which engine is not said yet."""
    return {
        table.name: ibis.table(ibis.Schema.from_pyarrow(table.schema), name=table.name) for table in declared.TABLES
    }


@lru_cache
def in_scope() -> Table:
    return ibis.table({"customer": "int64"}, name=SEEN)


def cube(asked: Question, setting: Setting) -> Table:
    """A row a cell: its dimensions, then the sums that the measures need."""
    needed = list(dict.fromkeys(name for measure in asked.measures for name in MEASURES[measure].needs))
    time = next((name for name in asked.by if name in TIMES), None)
    days = x.Asked(
        asked.period or Period(BEGINNING, setting.known_to), asked.basis, setting.known_to, sliced=time is not None
    )
    sums_of: dict[str, list[str]] = defaultdict(list)
    for name in needed:
        sums_of[x.SUMS[name].fact].append(name)
    parts = []
    for fact, names in sums_of.items():
        rows = placed(asked, fact, days, setting, time=time)
        own = {name: x.SUMS[name].over(rows).cast("int64") for name in names}
        found = rows.group_by(asked.by).agg(**own) if asked.by else rows.agg(**own)
        rest = {name: ibis.literal(0, type="int64") for name in needed if name not in own}
        parts.append(found.mutate(**rest).select(*asked.by, *needed))
    if len(parts) == 1:
        return parts[0]
    together = ibis.union(*parts)
    totals = {name: together[name].sum().cast("int64") for name in needed}
    return together.group_by(asked.by).agg(**totals) if asked.by else together.agg(**totals)


def placed(asked: Question, fact: str, days: x.Asked, setting: Setting, *, time: str | None = None) -> Table:
    """The rows of a fact that count, each with the dimensions asked for: of those in scope, under the conditions."""
    rows = _fact(fact, days, setting, time)
    by = [name for name in asked.by if name not in TIMES]
    used = list(dict.fromkeys([*by, *(name for name, _ in asked.where)]))
    # What depends on more than one row: on policy and customer, or on the slice of time.
    late = [name for name in used if len(x.DIMENSIONS[name].of) > 1 or (days.sliced and name == "age_band")]
    early = [name for name in used if name not in late]
    facts = list(rows.columns)
    if setting.scoped:
        rows = rows.semi_join(in_scope(), "customer")
    all_have_one = fact != "servicing"
    contracts = _side("policies", "policy", early, days, [*(["starts_on"] if late else [])], setting.currency)
    if contracts is not None:
        rows = _joined(rows, contracts, "policy", all_have_one=all_have_one)
        if setting.currency:
            ours = rows.currency == setting.currency
            rows = rows.filter(ours if all_have_one else ours | rows.policy.isnull())
    people = _side("customers", "customer", early, days, [*(["born"] if late else [])])
    if people is not None:
        rows = _joined(rows, people, "customer", all_have_one=all_have_one)
    values = {f"by_{name}": rows[f"by_{name}"].fill_null(x.UNKNOWN) for name in early}
    values |= {f"by_{name}": x.DIMENSIONS[name].value(rows, days).fill_null(x.UNKNOWN) for name in late}
    rows = rows.select(*(name for name in facts if name != "slice_until"), **values)
    for name, allowed in asked.where:
        rows = rows.filter(rows[f"by_{name}"].isin(list(allowed)))
    rows = rows.drop(*[f"by_{name}" for name in used if name not in by])
    names = {name: f"by_{name}" for name in by}
    return rows.rename({**names, time: "slice"} if time else names)


def _side(
    table: str, key: str, names: Sequence[str], days: x.Asked, raw: Sequence[str], currency: str = ""
) -> Table | None:
    """What is asked of the policies, or of the customers: worked out once for each of them, not for each of their facts."""
    own = [name for name in names if x.DIMENSIONS[name].of == frozenset({key})]
    if not own and not raw and not currency:
        return None
    rows = tables()[table]
    values = {f"by_{name}": x.DIMENSIONS[name].value(rows, days) for name in own}
    return rows.select(key, *raw, *(["currency"] if currency else []), **values)


def _joined(rows: Table, side: Table, key: str, *, all_have_one: bool) -> Table:
    """Each fact has its policy and its customer; a line of the log may have neither."""
    if all_have_one:
        return rows.inner_join(side, key)
    return rows.left_join(side, key).drop(f"{key}_right")


def _fact(name: str, days: x.Asked, setting: Setting, time: str | None) -> Table:
    every = tables()
    rows = every[x.ROWS_OF.get(name, name)]
    if time is not None:
        rows = rows.cross_join(
            ibis.table({"slice": "string", "slice_from": "date", "slice_until": "date"}, name=SLICES)
        )
    if name == "servicing":
        return x.servicing(rows, days, written=every["premiums"], costs=dict(setting.costs))
    return x.FACTS[name](rows, days)


def slices_of(asked: Question, setting: Setting) -> list[tuple[str, date, date]]:
    """The years, quarters or months that the period is counted by, as the rows of SLICES: those that can have anything."""
    time = next((name for name in asked.by if name in TIMES), None)
    if time is None:
        return []
    whole = asked.period or Period(BEGINNING, setting.known_to)
    first = max(whole.starts_on, date(setting.known_to.year - LONGEST, 1, 1))
    last = max(min(whole.ends_on, setting.known_to), first + timedelta(days=1))
    return [(name, part.starts_on, part.ends_on) for name, part in slices(Period(first, last), time)]


@lru_cache(maxsize=300)
def sql(asked: Question, setting: Setting, dialect: str) -> str:
    """What an engine is asked: to make it of the expression takes longer than a small book takes to answer."""
    return str(ibis.to_sql(cube(asked, setting), dialect=dialect))


def customers_sql(asked: Question, setting: Setting, dialect: str) -> str:
    """Which customers are behind a question that counts by nothing: those with cover, a premium or a claim in it."""
    days = x.Asked(asked.period or Period(BEGINNING, setting.known_to), asked.basis, setting.known_to)
    parts = [placed(asked, fact, days, setting).select("customer") for fact in x.FACTS]
    return str(ibis.to_sql(ibis.union(*parts, distinct=True), dialect=dialect))
