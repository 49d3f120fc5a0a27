"""What the pages and the PDF show of a plan: prepared once, the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keyuan.sales.proposals.charting import chart
from keyuan.sales.proposals.comparing import Compared, compare, covered, instalment, sum_of
from keyuan.sales.proposals.plans import PlanSeen

TONES = {"stop": "now", "warn": "watch", "care": "calm"}


def shown(one: PlanSeen) -> dict[str, Any]:
    """A plan as templates read it."""
    return {
        "plan": one,
        "chart": chart(one.rows),
        "covered": covered(one),
        "instalment": instalment(one),
        "sum": sum_of(one),
        "findings": [(finding, TONES[finding.level]) for finding in one.assessment.findings],
    }


def compared(plans: Sequence[PlanSeen]) -> tuple[Compared, ...]:
    """The comparison of a proposal's plans."""
    return compare(plans)
