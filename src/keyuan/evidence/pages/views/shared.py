"""What the replay shows, whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from keyuan.evidence.pages.telling import timeline

if TYPE_CHECKING:
    from keyuan.evidence.pages.queries import Traced
    from keyuan.evidence.pages.telling import Entry


def played(traced: Traced, at: str, frame_of: Callable[[int], str]) -> dict[str, Any]:
    """For the template of the player; ``at``: the place of the timeline that is open."""
    entries = timeline(traced)
    place = int(at) if at.isascii() and at.isdecimal() and len(at) < 7 else 0
    here = entries[min(place, len(entries) - 1)] if entries else None
    steps = [{"it": one, "frame": _frame(one, frame_of), "since": _since(one, entries[0])} for one in entries]
    return {
        "traced": traced,
        "steps": steps,
        "here": here,
        "place": 0 if here is None else here.place,
        "frame": "" if here is None else _frame(here, frame_of),
        "pages": sum(one.kind == "page" for one in entries),
        "before": None if here is None or not here.place else here.place - 1,
        "after": None if here is None or here.place + 1 >= len(entries) else here.place + 1,
        "clauses": _clauses(entries),
    }


def _frame(one: Entry, frame_of: Callable[[int], str]) -> str:
    if one.row is None:
        return ""
    return frame_of(one.row) + (f"?at={one.place}" if one.state is not None else "")


def _since(one: Entry, first: Entry) -> str:
    seconds = max(int((one.at - first.at).total_seconds()), 0)
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _clauses(entries: list[Entry]) -> list[tuple[str, int, str]]:
    """Each version of a product that was shown, once."""
    return list(dict.fromkeys(version for one in entries for version in one.versions))
