"""Every write of billing: attempts, taking payments, refunds. ``by`` is whoever acts; callers have checked their right."""

from keyuan.billing.actions.asking import ask_gateway
from keyuan.billing.actions.attempts import begin
from keyuan.billing.actions.refunds import refund, retry_refund, send_refund

__all__ = ["ask_gateway", "begin", "refund", "retry_refund", "send_refund"]
