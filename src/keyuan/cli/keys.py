"""``keyuan keys``: the keys that seal what is sensitive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready, show
from keyuan.cli.first_use import expect_tables
from keyuan.cli.refusals import KeysAreElsewhere

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="The keys that seal what is sensitive.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say how many values each key seals."""
    ready()
    expect_tables()
    from keyuan.kernel.rotation import count_by_key
    from keyuan.kernel.sealing import keyring

    counts, ring = count_by_key(), keyring()
    rows = [{"key": key, "values": counts.get(key, 0), "current": key == ring.current} for key in sorted(ring.keys)]
    lines = "\n".join(
        f"key {row['key']}: {row['values']} values{' (seals now)' * bool(row['current'])}" for row in rows
    )
    show({"keys": rows}, as_json=as_json, text=lines)


@app.command()
def rotate(as_json: AsJson = False) -> None:
    """Add a key, and seal everything again with it. Can be stopped: 'keyuan keys reseal' goes on."""
    ready()
    expect_tables()
    from django.conf import settings

    from keyuan.kernel.sealing import keyring, store

    if settings.KEYUAN_KEYS:
        raise KeysAreElsewhere
    store(keyring().rotated(), Path(settings.KEYUAN_KEY_FILE))
    keyring.cache_clear()
    _reseal(as_json)


@app.command()
def reseal(as_json: AsJson = False) -> None:
    """Seal with the newest key what lies under an older one."""
    ready()
    expect_tables()
    _reseal(as_json)


@app.command()
def new() -> None:
    """Print the present ring with one more key, for KEYUAN_KEYS. It is secret: do not let it be logged."""
    ready()
    from keyuan.kernel.sealing import keyring

    sys.stdout.write(keyring().rotated().dump() + "\n")


def _reseal(as_json: bool) -> None:
    from django.db import transaction

    from keyuan.eventlog.actions import record
    from keyuan.eventlog.events import KEYS_ROTATED
    from keyuan.kernel.actor import Actor
    from keyuan.kernel.rotation import reseal
    from keyuan.kernel.sealing import keyring

    ring = keyring()

    def told(table: str, rows: int) -> None:
        sys.stderr.write(f"{table}: {rows} rows\n")

    changed = reseal(ring, progress=told)
    with transaction.atomic():
        record(KEYS_ROTATED, by=Actor.system("keyuan keys"), payload={"key": ring.current, "rows": changed})
    text = f"Everything is sealed with key {ring.current}; {changed} rows were sealed again."
    show({"key": ring.current, "rows": changed}, as_json=as_json, text=text)
