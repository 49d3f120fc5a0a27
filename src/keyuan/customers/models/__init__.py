"""Tables of the customers room. Other rooms read them through queries and write them through actions."""

from keyuan.customers.models.core import Assignment, Customer, Enterprise, ExternalCover, Person
from keyuan.customers.models.enterprises import Contract, EnterpriseContact, ParentCompany
from keyuan.customers.models.identifiers import Identifier
from keyuan.customers.models.merging import Merge, MergeStep
from keyuan.customers.models.ties import Consent, Household, HouseholdMember, PortalAccount, Relation

__all__ = [
    "Assignment",
    "Consent",
    "Contract",
    "Customer",
    "Enterprise",
    "EnterpriseContact",
    "ExternalCover",
    "Household",
    "HouseholdMember",
    "Identifier",
    "Merge",
    "MergeStep",
    "ParentCompany",
    "Person",
    "PortalAccount",
    "Relation",
]
