"""Every read of policies. Each names its viewer."""

from keyuan.policies.queries.conditions import annotated, condition, necessary, with_status
from keyuan.policies.queries.holdings import (
    HolderBrief,
    Holding,
    ObjectInsured,
    PartyTo,
    ProductBrief,
    ask_holdings,
    holders_of,
    holdings,
    holdings_by_id,
    statuses_of,
    the_holding,
)
from keyuan.policies.queries.lists import PolicyFilter, listed
from keyuan.policies.queries.money import MoneyOfCustomer, MoneyTotals, Movement, money, money_of_holdings
from keyuan.policies.queries.scope import PolicyNotFound, insured_objects, the_policy, visible

__all__ = [
    "HolderBrief",
    "Holding",
    "MoneyOfCustomer",
    "MoneyTotals",
    "Movement",
    "ObjectInsured",
    "PartyTo",
    "PolicyFilter",
    "PolicyNotFound",
    "ProductBrief",
    "annotated",
    "ask_holdings",
    "condition",
    "holders_of",
    "holdings",
    "holdings_by_id",
    "insured_objects",
    "listed",
    "money",
    "money_of_holdings",
    "necessary",
    "statuses_of",
    "the_holding",
    "the_policy",
    "visible",
    "with_status",
]
