"""Values that take the place of the real ones while a statement is composed, and are known again in its parameters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any


class Several:
    """Stands for a list: Django would copy a real one on its way into a statement."""


def stand_in(place: int, value: Any) -> Any:
    """A value of the same type that nothing else in a statement equals."""
    match value:
        case bool():
            raise TypeError("a flag changes the statement: it belongs in the shape")
        case int():
            return -9_100_000_000_000_000_000 - place
        case datetime():
            return datetime(9000, 1, 1, tzinfo=UTC) + timedelta(days=place)
        case date():
            return date(9001, 1, 1) + timedelta(days=place)
        case Decimal():
            return Decimal(-9_100_000_000_000 - place)
        case str():
            return f"\ue000{place}"
    raise TypeError(f"{type(value).__name__} cannot be a gap in a compiled query")
