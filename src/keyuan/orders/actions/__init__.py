"""Every write of the orders room."""

from keyuan.orders.actions.common import details_of
from keyuan.orders.actions.deciding import agree, submit
from keyuan.orders.actions.filling import CHANNEL, Started, belong, fill, start
from keyuan.orders.actions.settling import decided, issued, paid, refunded, signed, withdraw

__all__ = [
    "CHANNEL",
    "Started",
    "agree",
    "belong",
    "decided",
    "details_of",
    "fill",
    "issued",
    "paid",
    "refunded",
    "signed",
    "start",
    "submit",
    "withdraw",
]
