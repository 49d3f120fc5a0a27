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
) -> None:
    """Run jobs from the queue, let the readers follow the log and deliver webhooks, until stopped."""
    ready()
    expect_tables()
    from procrastinate.contrib.django import app as queue

    from keyuan.eventlog.followers import follow_until
    from keyuan.webhooks.delivering import deliver_until

    stop = Event()
    reading = Thread(target=follow_until, args=(stop,), name="followers")
    telling = Thread(target=deliver_until, args=(stop,), name="webhooks")
    reading.start()
    telling.start()
    try:
        runner = queue.with_connector(queue.connector.get_worker_connector())  # type: ignore[attr-defined]
        runner.run_worker(concurrency=concurrency, name="keyuan", install_signal_handlers=True)
    finally:
        stop.set()
        reading.join()
        telling.join()
