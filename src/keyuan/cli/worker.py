"""``keyuan worker``: jobs, clocks and the readers of the log."""

from __future__ import annotations

from typing import Annotated

import typer

from keyuan.cli import ready

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="Jobs at once.")] = 2,
) -> None:
    """Run jobs from the queue until stopped."""
    ready()
    from procrastinate.contrib.django import app as queue

    queue.run_worker(concurrency=concurrency, name="keyuan", install_signal_handlers=True)
