"""Jobs whose worker was killed: given to another one.

A worker shows that it lives (``last_heartbeat``). What a silent one had in hand would stay in its hands for ever, and a
job with a lock would keep all others of that lock from running. Every job may run again (that is the rule of the rooms'
``tasks.py``), so it is put back into the queue; one that has been put back ``MOST_TRIES`` times is given up, because it may
be what kills its workers.
"""

from __future__ import annotations

import logging
import time
from threading import Event as Signal
from typing import Final

from asgiref.sync import async_to_sync
from django.db import DatabaseError, close_old_connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

logger = logging.getLogger(__name__)

MOST_TRIES: Final = 10


def give_back(*, silent: float) -> int:
    """Put back what workers had in hand that have not been heard of for ``silent`` seconds; returns how many jobs."""
    return async_to_sync(_give_back)(silent)


async def _give_back(silent: float) -> int:
    lost = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent))
    for job in lost:
        if job.attempts >= MOST_TRIES:
            logger.error("the job %s (%s) lost its worker %s times and is given up", job.id, job.task_name, MOST_TRIES)
            await _end(job)
        else:
            await _put_back(job)
    return len(lost)


async def _put_back(job: Job) -> None:
    try:
        await app.job_manager.retry_job(job)
        logger.warning("the job %s (%s) lost its worker and waits again", job.id, job.task_name)
    except UniqueViolation:
        # The same is waiting already (its queueing lock says so): that one does the work.
        await _end(job)


async def _end(job: Job) -> None:
    await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


def give_back_until(stop: Signal, *, silent: float) -> None:
    """Look three times in each ``silent`` seconds until ``stop`` is set. Trouble with the database passes.

    A machine that stood still made everybody silent, this worker too: the first look afterwards is left out.
    """
    pause = silent / 3
    looked = time.time()
    while not stop.wait(pause):
        stood_still, looked = time.time() - looked > 2 * pause, time.time()
        if stood_still:
            continue
        close_old_connections()
        try:
            give_back(silent=silent)
        except (ConnectorException, DatabaseError) as trouble:
            logger.warning("lost jobs cannot be looked for: %s", trouble)
    close_old_connections()
