"""Every write of billing: attempts, taking payments, refunds. ``by`` is whoever acts; callers have checked their right."""

from keyuan.billing.actions.asking import ask_gateway
from keyuan.billing.actions.attempts import begin
from keyuan.billing.actions.commission import entitle_commission, reverse_commission
from keyuan.billing.actions.reconciling import explain, reconcile
from keyuan.billing.actions.refunds import refund, retry_refund, send_refund
from keyuan.billing.actions.schedules import begin_premium, close_schedules, schedule

__all__ = [
    "ask_gateway",
    "begin",
    "begin_premium",
    "close_schedules",
    "entitle_commission",
    "explain",
    "reconcile",
    "refund",
    "retry_refund",
    "reverse_commission",
    "schedule",
    "send_refund",
]
