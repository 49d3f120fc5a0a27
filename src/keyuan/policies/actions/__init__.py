"""Every write of policies: lock, check, write, log, in one transaction. Keyword-only; ``by`` is whoever acts."""

from keyuan.policies.actions.custom import change_custom
from keyuan.policies.actions.ending import (
    cancel_in_cooling_off,
    lapse,
    mature,
    request_cancellation,
    rescind,
    surrender,
    terminate_by_claim,
    transfer,
    withdraw_cancellation,
)
from keyuan.policies.actions.issue import issue_policy
from keyuan.policies.actions.renew import decline_renewal, renew_policy
from keyuan.policies.actions.servicing import (
    convert_to_paid_up,
    demand_premium,
    pay_dividend,
    receive_premium,
    reinstate,
    suspend,
)
from keyuan.policies.drafts import ObjectDraft, PartyDraft, PolicyDraft

__all__ = [
    "ObjectDraft",
    "PartyDraft",
    "PolicyDraft",
    "cancel_in_cooling_off",
    "change_custom",
    "convert_to_paid_up",
    "decline_renewal",
    "demand_premium",
    "issue_policy",
    "lapse",
    "mature",
    "pay_dividend",
    "receive_premium",
    "reinstate",
    "renew_policy",
    "request_cancellation",
    "rescind",
    "surrender",
    "suspend",
    "terminate_by_claim",
    "transfer",
    "withdraw_cancellation",
]
