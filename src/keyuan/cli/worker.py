"""``keyuan worker``: jobs, clocks, the readers of the log, and what is told to other systems."""

from __future__ import annotations

from threading import Event, Thread
from typing import Annotated

import typer

from keyuan.cli import ready
from keyuan.cli.first_use import expect_tables

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="Jobs at once.")] = 2,
    heartbeat: Annotated[
        float,
        typer.Option(min=0.1, help="Seconds between signs of life; after three that are missed others take over."),
    ] = 10,
) -> None:
    """Run jobs from the queue, let the readers follow the log and deliver webhooks, until stopped."""
    ready()
    expect_tables()
    from procrastinate.contrib.django import app as queue

    from keyuan.eventlog.followers import follow_until
    from keyuan.kernel.lost_jobs import give_back_until
    from keyuan.webhooks.delivering import deliver_until

    stop = Event()
    reading = Thread(target=follow_until, args=(stop,), name="followers")
    telling = Thread(target=deliver_until, args=(stop,), name="webhooks")
    silent = 3 * heartbeat
    minding = Thread(target=give_back_until, args=(stop,), kwargs={"silent": silent}, name="lost jobs")
    parts = (reading, telling, minding)
    for part in parts:
        part.start()
    try:
        runner = queue.with_connector(queue.connector.get_worker_connector())  # type: ignore[attr-defined]
        runner.run_worker(
            concurrency=concurrency,
            name="keyuan",
            install_signal_handlers=True,
            update_heartbeat_interval=heartbeat,
            stalled_worker_timeout=silent,
        )
    finally:
        stop.set()
        for part in parts:
            part.join()
