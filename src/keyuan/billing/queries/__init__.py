"""Every read of billing. Each names its viewer."""

from keyuan.billing.queries.payments import attempt_numbered, attempts_of_order, the_refund, visible, visible_refunds

__all__ = ["attempt_numbered", "attempts_of_order", "the_refund", "visible", "visible_refunds"]
