"""The tables of billing: ledger, payments. Nobody outside the room imports them."""

from keyuan.billing.models.ledger import Account, Entry, Posting
from keyuan.billing.models.payments import Attempt, Notification, Refund

__all__ = ["Account", "Attempt", "Entry", "Notification", "Posting", "Refund"]
