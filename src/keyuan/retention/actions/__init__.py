"""Every write of the retention room: lock, check, write, log."""

from keyuan.retention.actions.assigning import assign_renewals, give_renewals, planned
from keyuan.retention.actions.assignment_rules import assign_by_rules, set_assignment_rule
from keyuan.retention.actions.escalation import escalate_overdue
from keyuan.retention.actions.hand_over import (
    choose_successor,
    confirm_hand_overs,
    hand_over_of,
    hand_over_orphans,
    link_token,
    propose_for_all_who_left,
)
from keyuan.retention.actions.outcomes import proposals, record_outcome, withdraw_outcome

__all__ = [
    "assign_by_rules",
    "assign_renewals",
    "choose_successor",
    "confirm_hand_overs",
    "escalate_overdue",
    "give_renewals",
    "hand_over_of",
    "hand_over_orphans",
    "link_token",
    "planned",
    "proposals",
    "propose_for_all_who_left",
    "record_outcome",
    "set_assignment_rule",
    "withdraw_outcome",
]
