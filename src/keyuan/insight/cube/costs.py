"""What work costs, by the kind of its line in the log: data/costs.toml, or the file of KEYUAN_COSTS."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings

SHIPPED = Path(__file__).parent / "data" / "costs.toml"


def costs(on: date) -> Mapping[str, int]:
    """Cents for one line of each kind, by the edition in force on a day."""
    return _costs(Path(settings.KEYUAN_COSTS) if settings.KEYUAN_COSTS else SHIPPED, on)


@lru_cache(maxsize=8)
def _costs(path: Path, on: date) -> Mapping[str, int]:
    editions = tomllib.loads(path.read_text(encoding="utf-8"))["edition"]
    known = [one for one in editions if one["from"] <= on]
    newest = max(known or editions, key=lambda one: one["from"])
    return {name: int(Decimal(amount) * 100) for name, amount in newest["yuan"].items()}
