"""Every write of the customers room: lock, check, write, log, in one transaction."""

from keyuan.customers.actions.identifiers import claim_identifier, end_identifier, transfer_identifier
from keyuan.customers.actions.register import next_customer_numbers, register_customer
from keyuan.customers.actions.relations import relate, unrelate
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft, PersonDraft

__all__ = [
    "CustomerDraft",
    "EnterpriseDraft",
    "PersonDraft",
    "claim_identifier",
    "end_identifier",
    "next_customer_numbers",
    "register_customer",
    "relate",
    "transfer_identifier",
    "unrelate",
]
