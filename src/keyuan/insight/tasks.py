"""Jobs of insight. Each may run again at any time."""

from __future__ import annotations

import logging
from importlib import import_module

from procrastinate.contrib.django import app

from keyuan.insight.refusals import LakeBusy, LakeEmpty, NoModelYet, TooLittleData
from keyuan.kernel.actor import Actor
from keyuan.kernel.clock import today

log = logging.getLogger(__name__)


@app.periodic(cron="10 19 * * *")  # 03:10 in the company's zone
@app.task(name="insight.export_lake", queue="insight", queueing_lock="insight.export_lake")
def export_lake(timestamp: int) -> None:
    """Bring the lake up to date once a night."""
    try:
        # Loaded when the night comes: no other process needs it.
        done = import_module("keyuan.insight.lake.exporting").export(by=Actor.system("insight.export_lake"))
    except LakeBusy:
        log.info("another export is running")
        return
    if done.changed:
        log.info("%s rows were exported, %s a second", sum(done.rows.values()), done.rows_a_second)


@app.periodic(cron="40 19 * * *")  # 03:40 in the company's zone, after the lake
@app.task(name="insight.scores", queue="insight", queueing_lock="insight.scores")
def score_customers(timestamp: int) -> None:
    """Score every policy in force once a night; teach a model first where there is none or it is a month old."""
    scoring, by = import_module("keyuan.insight.scores.scoring"), Actor.system("insight.scores")
    try:
        if scoring.stale(today()):
            scoring.teach(by=by)
        done = scoring.score(by=by)
    except (TooLittleData, NoModelYet) as refusal:
        log.info("nothing was scored: %s", refusal)
        return
    log.info("%s policies of %s customers were scored in %s", done.rows, done.customers, done.seconds)


@app.periodic(cron="50 19 * * *")  # 03:50 in the company's zone: after the lake
@app.task(name="insight.count_profit", queue="insight", queueing_lock="insight.count_profit")
def count_profit(timestamp: int) -> None:
    """Count what each customer earned, from the lake of this night."""
    try:
        done = import_module("keyuan.insight.profit.running").nightly(by=Actor.system("insight.count_profit"))
    except LakeEmpty:
        log.info("there is no lake to count from yet")
        return
    for one in done:
        log.info("profit of %s: %s customers in %.1f s", one.run, one.run.customers, one.seconds)


@app.task(name="insight.all_of_it", queue="insight", queueing_lock="insight.all_of_it")
def all_of_it() -> None:
    """The work of a night in its order, for a book that has just come and is not to wait for the night."""
    export_lake(0)
    score_customers(0)
    count_profit(0)
