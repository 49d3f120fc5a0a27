"""Every read of policies. Each names its viewer."""

from keyuan.policies.queries.holdings import Holding, ObjectInsured, PartyTo, ProductBrief, holdings
from keyuan.policies.queries.scope import PolicyNotFound, the_policy, visible

__all__ = [
    "Holding",
    "ObjectInsured",
    "PartyTo",
    "PolicyNotFound",
    "ProductBrief",
    "holdings",
    "the_policy",
    "visible",
]
