"""Every write of the sales room: lock, check, write, log, in one transaction."""

from keyuan.sales.actions.assignment import assign_prospects
from keyuan.sales.actions.conversion import convert_prospect
from keyuan.sales.actions.following import (
    contact_prospect,
    finish_step,
    lose_prospect,
    plan_step,
    propose_to_prospect,
    qualify_prospect,
    reopen_prospect,
)
from keyuan.sales.actions.proposing import (
    PlanDraft,
    ProposalDraft,
    add_plan,
    change_plan,
    make_and_share,
    make_proposal,
    note_printed,
    open_proposal,
    remove_plan,
    share_proposal,
    unshare_proposal,
)
from keyuan.sales.actions.quoting import QuoteDraft, make_quote, quote
from keyuan.sales.actions.recording import change_prospect, fill_in_prospect, record_prospect
from keyuan.sales.actions.unmasking import unmask_prospect
from keyuan.sales.drafts import ConsentDraft, ProspectDraft

__all__ = [
    "ConsentDraft",
    "PlanDraft",
    "ProposalDraft",
    "ProspectDraft",
    "QuoteDraft",
    "add_plan",
    "assign_prospects",
    "change_plan",
    "change_prospect",
    "contact_prospect",
    "convert_prospect",
    "fill_in_prospect",
    "finish_step",
    "lose_prospect",
    "make_and_share",
    "make_proposal",
    "make_quote",
    "note_printed",
    "open_proposal",
    "plan_step",
    "propose_to_prospect",
    "qualify_prospect",
    "quote",
    "record_prospect",
    "remove_plan",
    "reopen_prospect",
    "share_proposal",
    "unmask_prospect",
    "unshare_proposal",
]
