"""Every write of policies: lock, check, write, log, in one transaction. Keyword-only; ``by`` is whoever acts."""

from keyuan.policies.actions.custom import change_custom
from keyuan.policies.actions.document import ask_for_document, keep_document, take_document
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
from keyuan.policies.actions.member_lists import apply_member_list, look_at_member_list, open_member_list
from keyuan.policies.actions.members import (
    MemberDraft,
    add_member,
    change_member,
    first_members,
    remove_member,
    remove_members,
    unmask_member,
)
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
    "MemberDraft",
    "ObjectDraft",
    "PartyDraft",
    "PolicyDraft",
    "add_member",
    "apply_member_list",
    "ask_for_document",
    "cancel_in_cooling_off",
    "change_custom",
    "change_member",
    "convert_to_paid_up",
    "decline_renewal",
    "demand_premium",
    "first_members",
    "issue_policy",
    "keep_document",
    "lapse",
    "look_at_member_list",
    "mature",
    "open_member_list",
    "pay_dividend",
    "receive_premium",
    "reinstate",
    "remove_member",
    "remove_members",
    "renew_policy",
    "request_cancellation",
    "rescind",
    "surrender",
    "suspend",
    "take_document",
    "terminate_by_claim",
    "transfer",
    "unmask_member",
    "withdraw_cancellation",
]
