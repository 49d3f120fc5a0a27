"""Every read of billing. Each names its viewer."""

from keyuan.billing.queries.books import account_of, postings_of, trial_balance
from keyuan.billing.queries.lists import PaymentFilter, payments
from keyuan.billing.queries.payments import attempt_numbered, attempts_of_order, the_refund, visible, visible_refunds
from keyuan.billing.queries.reconciliation import DifferenceFilter, differences, statements, the_difference
from keyuan.billing.queries.schedules import Premium, open_instalments, overdue, paid_through_us, premiums

__all__ = [
    "DifferenceFilter",
    "PaymentFilter",
    "Premium",
    "account_of",
    "attempt_numbered",
    "attempts_of_order",
    "differences",
    "open_instalments",
    "overdue",
    "paid_through_us",
    "payments",
    "postings_of",
    "premiums",
    "statements",
    "the_difference",
    "the_refund",
    "trial_balance",
    "visible",
    "visible_refunds",
]
