"""Jobs of insight. Each may run again at any time."""

from __future__ import annotations

import logging
from importlib import import_module

from procrastinate.contrib.django import app

from keyuan.insight.refusals import LakeBusy
from keyuan.kernel.actor import Actor

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
