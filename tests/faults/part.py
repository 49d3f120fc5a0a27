"""``python -m tests.faults.part serve …``: a part of Keyuan as ``keyuan serve`` starts it, with the points of points.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django

from tests.faults.points import POINTS, wrap
from tests.faults.powercut import cut_power

PLAIN = django.setup
_wrapped = False


def setup(*given: Any, **named: Any) -> None:
    """As django.setup, and then the points, once."""
    global _wrapped
    PLAIN(*given, **named)
    if not _wrapped:
        _wrapped = True
        # What the addresses need is loaded before anything is wrapped, so that everybody sees the same.
        import_addresses()
        wrap(POINTS, Path(os.environ["KEYUAN_FAULTS"]), lambda: cut_power(Path(os.environ["KEYUAN_FAULTS_DATA"])))


def import_addresses() -> None:
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018  loads them


if __name__ == "__main__":
    django.setup = setup
    from keyuan.cli import main

    main()
