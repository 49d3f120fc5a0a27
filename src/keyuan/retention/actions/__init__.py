"""Every write of the retention room: lock, check, write, log."""

from keyuan.retention.actions.assigning import assign_renewals, give_renewals, planned
from keyuan.retention.actions.outcomes import proposals, record_outcome, withdraw_outcome

__all__ = ["assign_renewals", "give_renewals", "planned", "proposals", "record_outcome", "withdraw_outcome"]
