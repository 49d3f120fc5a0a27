"""Every write of billing: attempts, taking payments, refunds. ``by`` is whoever acts; callers have checked their right."""

from keyuan.billing.actions.asking import ask_gateway
from keyuan.billing.actions.attempts import begin
from keyuan.billing.actions.commission import entitle_commission
from keyuan.billing.actions.reconciling import explain, reconcile
from keyuan.billing.actions.refunds import refund, retry_refund, send_refund
from keyuan.billing.actions.schedules import begin_premium, schedule

__all__ = [
    "ask_gateway",
    "begin",
    "begin_premium",
    "entitle_commission",
    "explain",
    "reconcile",
    "refund",
    "retry_refund",
    "schedule",
    "send_refund",
]
