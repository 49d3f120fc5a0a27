"""Every read of the retention room. Each names its viewer."""

from keyuan.retention.queries.cases import history, the_renewal
from keyuan.retention.queries.days import DayTold, days
from keyuan.retention.queries.listing import (
    PERIOD_DAYS,
    RenewalFilter,
    RenewalPage,
    RenewalSeen,
    Tallies,
    renewals,
    renewals_of,
    seen,
    tallies,
)

__all__ = [
    "PERIOD_DAYS",
    "DayTold",
    "RenewalFilter",
    "RenewalPage",
    "RenewalSeen",
    "Tallies",
    "days",
    "history",
    "renewals",
    "renewals_of",
    "seen",
    "tallies",
    "the_renewal",
]
