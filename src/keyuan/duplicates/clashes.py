"""What becomes of verdicts when two records that were judged become one."""

from __future__ import annotations

from datetime import date

from keyuan.customers.merging.clashes import Settled, clash
from keyuan.duplicates.models import Duplicate
from keyuan.duplicates.states import Verdict

STRENGTH = {Verdict.OPEN: 0, Verdict.LATER: 1, Verdict.NOT_SAME: 2}


@clash("duplicates.duplicate")
def the_firmer_verdict_stands(kept: Duplicate, dropped: Duplicate, *, on: date) -> Settled:
    """Both records were compared with the same third one: "not the same" outlives "later", and that an open pair."""
    if STRENGTH[Verdict(dropped.verdict)] <= STRENGTH[Verdict(kept.verdict)]:
        return Settled()
    names = ("verdict", "reason", "decided_by", "decided_at", "again_on")
    return Settled(keep={name: getattr(dropped, name) for name in names})
