"""Every write of the customers room: lock, check, write, log, in one transaction."""

from keyuan.customers.actions.assignment import (
    assign_agent,
    assign_agents,
    let_agents_help,
    open_portal_account,
)
from keyuan.customers.actions.change import change_customer
from keyuan.customers.actions.companies import end_parent_company, set_parent_company
from keyuan.customers.actions.consents import give_consent, withdraw_consent
from keyuan.customers.actions.contacts import ContactDraft, add_contact, change_contact, end_contact, unmask_contact
from keyuan.customers.actions.contracts import ContractDraft, change_contract, sign_contract, terminate_contract
from keyuan.customers.actions.covers import note_external_cover, remove_external_cover
from keyuan.customers.actions.households import create_household, join_household, leave_household
from keyuan.customers.actions.identifiers import (
    claim_identifier,
    end_identifier,
    end_listed_identifier,
    transfer_identifier,
)
from keyuan.customers.actions.register import next_customer_numbers, register_customer
from keyuan.customers.actions.reindexing import reindex_identifiers
from keyuan.customers.actions.relations import relate, unrelate
from keyuan.customers.actions.unmasking import unmask
from keyuan.customers.drafts import CustomerDraft, EnterpriseDraft, PersonDraft

__all__ = [
    "ContactDraft",
    "ContractDraft",
    "CustomerDraft",
    "EnterpriseDraft",
    "PersonDraft",
    "add_contact",
    "assign_agent",
    "assign_agents",
    "change_contact",
    "change_contract",
    "change_customer",
    "claim_identifier",
    "create_household",
    "end_contact",
    "end_identifier",
    "end_listed_identifier",
    "end_parent_company",
    "give_consent",
    "join_household",
    "leave_household",
    "let_agents_help",
    "next_customer_numbers",
    "note_external_cover",
    "open_portal_account",
    "register_customer",
    "reindex_identifiers",
    "relate",
    "remove_external_cover",
    "set_parent_company",
    "sign_contract",
    "terminate_contract",
    "transfer_identifier",
    "unmask",
    "unmask_contact",
    "unrelate",
    "withdraw_consent",
]
