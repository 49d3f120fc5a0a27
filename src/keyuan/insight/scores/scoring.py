"""The night's work: every policy in force is scored as it is known today, with reasons; the old scores make room at once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
from django.db import connection, transaction

from keyuan.eventlog.actions import record
from keyuan.insight.events import CUSTOMERS_SCORED, MODEL_DRIFTED
from keyuan.insight.learning.store import UnusableModel
from keyuan.insight.models import ModelDrift, ModelVersion, Score
from keyuan.insight.refusals import NoModelYet
from keyuan.insight.scores import ground, reasons, training, versions
from keyuan.insight.scores.known import features
from keyuan.insight.scores.leaving import HORIZONS, STEP, Leaving, likeliest, within
from keyuan.insight.scores.states import LAPSE_OWN, LIMIT
from keyuan.insight.scores.training import Trained, train
from keyuan.kernel.clock import today
from keyuan.kernel.copying import copy_rows

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor

#: More rows are not needed to teach; of a larger book every n-th customer is taken.
MOST_TAUGHT: Final = 60_000
AT_ONCE: Final = 250_000
#: Reasons are told where somebody may ask: for the policy a customer is likeliest to leave, and from this chance on.
TOLD_FROM: Final = 0.05
#: A model is taught anew after so many days.
STALE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Scored:
    """What a run did: on which day, how many rows, where its time went, how far the book has moved (PSI)."""

    version: str
    day: date
    rows: int
    customers: int
    seconds: dict[str, float]
    drift: float
    moved: tuple[str, ...]


def teach(*, by: Actor, on: date | None = None) -> tuple[ModelVersion, Trained]:
    """Teach the model of leaving on our own book and keep it. Raises TooLittleData."""
    day = on or today()
    until = day - timedelta(days=1)
    found = ground.read(since=until - STEP * (training.YEARS * 365 // STEP.days + 1), until=until, one_in=_one_in())
    trained = train(found, on=day)
    kept = versions.keep(
        LAPSE_OWN, trained.model.told(), card=trained.card, better=trained.better, reference=trained.reference, by=by
    )
    return kept, trained


def _one_in() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        return max(1, round(int(cursor.fetchone()[0]) / MOST_TAUGHT))


def score(*, by: Actor, on: date | None = None) -> Scored:
    """Score every policy in force as known today, in place of the scores before. Raises NoModelYet, UnusableModel."""
    version = versions.current(LAPSE_OWN)
    if version is None:
        raise NoModelYet
    trees = versions.load(version)[0].boosted()
    if trees is None:
        raise UnusableModel("no trees")
    model, day = Leaving(trees), on or today()
    clock = _Clock()
    found = ground.read(since=day, until=day)
    clock.lap("read")
    rows = features(found, [day])
    del found
    clock.lap("features")
    scored = [_scored(model, part) for part in rows.iter_slices(AT_ONCE)]
    table = _led(pl.concat(scored)) if scored else pl.DataFrame()
    clock.lap("model")
    psi, inputs = training.moved(model, rows.sample(min(rows.height, AT_ONCE), seed=1), version.reference)
    clock.lap("drift")
    over = tuple(name for name, value in {"score": psi, **inputs}.items() if value > LIMIT)
    with transaction.atomic():
        _write(table, version, day)
        ModelDrift.objects.update_or_create(
            version=version, day=day, defaults={"rows": rows.height, "score": psi, "inputs": inputs}
        )
        payload: dict[str, Any] = {"model": LAPSE_OWN, "version": version.version, "rows": rows.height, "psi": psi}
        record(CUSTOMERS_SCORED, by=by, subject=("model", LAPSE_OWN), payload=payload)
        if over:
            record(MODEL_DRIFTED, by=by, subject=("model", LAPSE_OWN), payload={**payload, "moved": list(over)})
    clock.lap("write")
    return Scored(version.version, day, rows.height, rows["customer"].n_unique(), clock.laps, psi, over)


def _scored(model: Leaving, rows: pl.DataFrame) -> pl.DataFrame:
    hazards = model.hazards(rows)
    chances = within(hazards)
    return rows.select("customer", "policy", "due_on", "spoken_on", "yearly").with_columns(
        pl.Series("within_30", chances[:, 0]).round(5),
        pl.Series("within_60", chances[:, 1]).round(5),
        pl.Series("value", chances[:, 2]).round(5),
        reasons=_reasons(model, rows, hazards, chances[:, -1]),
    )


def _reasons(model: Leaving, rows: pl.DataFrame, hazards: Any, chance: Any) -> pl.Series:
    """Reasons of the rows that somebody may ask about; working them out costs more than the score."""
    order = rows.select("customer", chance=pl.Series(chance))
    most = pl.col("chance") == pl.col("chance").max().over("customer")
    asked = np.flatnonzero(order.select(most | (pl.col("chance") >= TOLD_FROM)).to_series().to_numpy())
    told = np.full(rows.height, "[]", dtype=object)
    three = likeliest(rows, hazards)[asked]
    encoding = model.trees.encoding
    told[asked] = reasons.found(model.trees.contributions(three), encoding.matrix(three), encoding.names).to_numpy()
    return pl.Series("reasons", told, dtype=pl.String)


def _led(rows: pl.DataFrame) -> pl.DataFrame:
    """With ``leading``: of a customer's policies the likeliest to be left; of equals the dearest."""
    ranked = rows.sort("customer", "value", "yearly", "policy", descending=[False, True, True, False])
    return ranked.with_columns(leading=pl.col("customer").is_first_distinct())


def _write(table: pl.DataFrame, version: ModelVersion, day: date) -> None:
    with connection.cursor() as cursor:
        # Two runs at once would each remove what the other has not written yet.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insight.scores'))")
    Score.objects.filter(model=LAPSE_OWN).delete()
    if table.is_empty():
        return
    frame = table.select(
        customer_id="customer",
        policy_id="policy",
        model=pl.lit(LAPSE_OWN),
        version=pl.lit(version.version),
        day=pl.lit(day),
        horizon_days=pl.lit(HORIZONS[-1]),
        value="value",
        within_30="within_30",
        within_60="within_60",
        value_at_risk=pl.col("yearly").fill_null(0.0).round(2),
        reasons="reasons",
        leading="leading",
        due_on="due_on",
        spoken_on="spoken_on",
    )
    for part in frame.iter_slices(AT_ONCE):
        copy_rows(Score._meta.db_table, part)


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._at = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._at = round(now - self._at, 2), now


def stale(on: date) -> bool:
    """Whether a model is to be taught before the next scores."""
    version = versions.current(LAPSE_OWN)
    return version is None or on - version.taught_on >= STALE
