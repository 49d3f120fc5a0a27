"""Every write of the orders room."""

from keyuan.orders.actions.again import Renewed, begin_again, freshen
from keyuan.orders.actions.common import details_of
from keyuan.orders.actions.deciding import agree, submit
from keyuan.orders.actions.filling import CHANNEL, Started, belong, fill, put_by, start
from keyuan.orders.actions.settling import decided, issued, paid, refunded, signed, withdraw

__all__ = [
    "CHANNEL",
    "Renewed",
    "Started",
    "agree",
    "begin_again",
    "belong",
    "decided",
    "details_of",
    "fill",
    "freshen",
    "issued",
    "paid",
    "put_by",
    "refunded",
    "signed",
    "start",
    "submit",
    "withdraw",
]
