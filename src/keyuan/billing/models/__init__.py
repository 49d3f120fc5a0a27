"""The tables of billing: ledger, payments, schedules, statements. Nobody outside the room imports them."""

from keyuan.billing.models.ledger import Account, Entry, Posting
from keyuan.billing.models.payments import Attempt, Notification, Refund
from keyuan.billing.models.schedules import Instalment, Schedule
from keyuan.billing.models.statements import Difference, Statement

__all__ = [
    "Account",
    "Attempt",
    "Difference",
    "Entry",
    "Instalment",
    "Notification",
    "Posting",
    "Refund",
    "Schedule",
    "Statement",
]
