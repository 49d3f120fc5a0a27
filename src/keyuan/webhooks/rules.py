"""Pure decisions: which events an endpoint takes, when the next attempt is, and what of a line may leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from keyuan.eventlog.kinds import Category, kind_of, kinds

PATTERN = re.compile(r"\*|[a-z][a-z0-9_]*\.(?:\*|[a-z0-9_.]+)")
AUDIT: Final = frozenset({Category.ACCESS, Category.SYSTEM})
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=4)
GIVE_UP_AFTER: Final = timedelta(hours=24)
JITTER: Final = 0.2
SEALED: Final = "•••"


def takes(patterns: Iterable[str], name: str, *, with_audit: bool) -> bool:
    """Whether an event of this kind is for an endpoint with these patterns; who looked at what only ``with_audit``."""
    if not with_audit and kind_of(name).category in AUDIT:
        return False
    return any(
        pattern in ("*", name) or (pattern.endswith(".*") and name.startswith(pattern[:-1])) for pattern in patterns
    )


def is_pattern(text: str) -> bool:
    """``*``, ``policy.*`` or ``policy.issued``, and there is such an event."""
    if PATTERN.fullmatch(text) is None:
        return False
    return any(takes([text], kind.name, with_audit=True) for kind in kinds())


def pause_after(attempts: int, *, chance: float) -> timedelta:
    """How long to wait after so many attempts: 5 s, 20 s, 80 s … at most 4 h, ±20 % (``chance`` from 0 to 1)."""
    times: int = 4 ** min(max(attempts, 1) - 1, 12)
    whole = min(FIRST_PAUSE * times, LONGEST_PAUSE)
    return whole * (1 - JITTER + 2 * JITTER * chance)


def public(payload: Mapping[str, Any], *, with_data: bool) -> dict[str, Any]:
    """What of a line's payload may leave: nothing that is sealed, and without ``with_data`` only which fields changed."""
    if with_data:
        return {key: _unsealed(value) for key, value in payload.items()}
    changes = payload.get("changes")
    return {"changed": sorted(changes)} if isinstance(changes, Mapping) else {}


def _unsealed(value: Any) -> Any:
    """The value with everything that lies sealed in it hidden."""
    if isinstance(value, Mapping):
        return SEALED if set(value) == {"sealed"} else {key: _unsealed(each) for key, each in value.items()}
    return [_unsealed(each) for each in value] if isinstance(value, list) else value
