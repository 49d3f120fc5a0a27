"""Every read of the retention room. Each names its viewer."""

from keyuan.retention.queries.assignment_rules import UnitRule, history_of_unit, rules_of_units
from keyuan.retention.queries.briefs import Brief, brief, briefs_of
from keyuan.retention.queries.cases import history, the_renewal
from keyuan.retention.queries.days import DayTold, days
from keyuan.retention.queries.listing import (
    PERIOD_DAYS,
    RenewalFilter,
    RenewalPage,
    Tallies,
    all_seen,
    renewals,
    renewals_of,
    seen,
    tallies,
)
from keyuan.retention.queries.successors import (
    Leaver,
    Successor,
    hand_overs_from,
    leavers,
    open_hand_overs,
    successors_in,
)
from keyuan.retention.queries.told import RenewalSeen

__all__ = [
    "PERIOD_DAYS",
    "Brief",
    "DayTold",
    "Leaver",
    "RenewalFilter",
    "RenewalPage",
    "RenewalSeen",
    "Successor",
    "Tallies",
    "UnitRule",
    "all_seen",
    "brief",
    "briefs_of",
    "days",
    "hand_overs_from",
    "history",
    "history_of_unit",
    "leavers",
    "open_hand_overs",
    "renewals",
    "renewals_of",
    "rules_of_units",
    "seen",
    "successors_in",
    "tallies",
    "the_renewal",
]
