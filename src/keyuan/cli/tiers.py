"""``keyuan tiers review``: look at everybody's tier for a day."""

from __future__ import annotations

import signal
from datetime import datetime
from threading import Event as Signal
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def tiers() -> None:
    """Tiers of customers."""


@app.command()
def review(
    day: Annotated[
        datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="The day of the review; today if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Review the whole book: raise at once, keep or lower whose membership year is over. Ctrl-C stops it after the piece
    at work; called again it goes on from there."""
    ready()
    expect_tables()
    from keyuan.tiers.actions import review_book

    stop = Signal()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    done = review_book(on=None if day is None else day.date(), stop=stop.is_set)
    told = {"looked_at": done.looked_at, "raised": done.raised, "kept": done.kept, "lowered": done.lowered}
    text = f"{done.looked_at:,} customers: {done.raised:,} raised, {done.kept:,} kept, {done.lowered:,} lowered"
    show({**told, "stopped": stop.is_set()}, as_json=as_json, text=text)
