"""Jobs of the intake room."""

from __future__ import annotations

import logging
from pathlib import Path

from procrastinate.contrib.django import app

from keyuan.intake.models import Run
from keyuan.intake.refusals import BookBusy
from keyuan.kernel.actor import Actor
from keyuan.kernel.refusals import Refusal

log = logging.getLogger(__name__)


@app.task(name="intake.carry_on", queue="intake")
def carry_on(run_id: int, path: str) -> None:
    """Take in the rest of a run. What is refused stands in the run; another process at the same book does the work."""
    from keyuan.intake.actions import import_book
    from keyuan.intake.mapping_file import read_mapping

    run = Run.objects.get(pk=run_id)
    by = Actor("user", str(run.started_by_id or ""), run.started_by)
    try:
        import_book(Path(path), read_mapping(run.mapping), by=by)
    except BookBusy:
        log.info("run %s is being taken in by another process", run_id)
    except Refusal as refusal:
        log.warning("run %s was refused: %s", run_id, refusal.code)
