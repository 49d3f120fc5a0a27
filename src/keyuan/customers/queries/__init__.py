"""Every read of the customers room; each names its viewer, and a stranger sees nothing."""

from keyuan.customers.custom import definitions_of as custom_fields
from keyuan.customers.fields import field_labels
from keyuan.customers.queries.around import Around, Near, ServedBy, ask_around
from keyuan.customers.queries.beside import (
    consents,
    external_covers,
    household_members,
    household_size,
    identifiers,
    identifiers_with,
    servicing,
)
from keyuan.customers.queries.directory import DirectoryFilters, directory
from keyuan.customers.queries.lookup import Named, by_identifier, by_identifier_prefix, identifiers_of, named_by
from keyuan.customers.queries.merges import merge_seen, merges
from keyuan.customers.queries.profile import (
    Profile,
    ProfileField,
    ProfilePart,
    ask_customer,
    details_of,
    full,
    must_be_visible,
    profile,
    profile_as_of,
    profile_of,
    the_customer,
    told_of,
)
from keyuan.customers.queries.redirects import by_key, refuse_missing, survivor
from keyuan.customers.queries.referrals import Referral, referrals
from keyuan.customers.queries.scope import InScope, in_scope, may_see, visible
from keyuan.customers.queries.ties import (
    HouseholdSeen,
    Server,
    Tie,
    assignments_of,
    briefs,
    consents_of,
    external_covers_of,
    household_of,
    owner_of,
    owners_of,
    referral_source,
    relations_of,
)
from keyuan.customers.queries.type_ahead import by_name

__all__ = [
    "Around",
    "DirectoryFilters",
    "HouseholdSeen",
    "InScope",
    "Named",
    "Near",
    "Profile",
    "ProfileField",
    "ProfilePart",
    "Referral",
    "ServedBy",
    "Server",
    "Tie",
    "ask_around",
    "ask_customer",
    "assignments_of",
    "briefs",
    "by_identifier",
    "by_identifier_prefix",
    "by_key",
    "by_name",
    "consents",
    "consents_of",
    "custom_fields",
    "details_of",
    "directory",
    "external_covers",
    "external_covers_of",
    "field_labels",
    "full",
    "household_members",
    "household_of",
    "household_size",
    "identifiers",
    "identifiers_of",
    "identifiers_with",
    "in_scope",
    "may_see",
    "merge_seen",
    "merges",
    "must_be_visible",
    "named_by",
    "owner_of",
    "owners_of",
    "profile",
    "profile_as_of",
    "profile_of",
    "referral_source",
    "referrals",
    "refuse_missing",
    "relations_of",
    "servicing",
    "survivor",
    "the_customer",
    "told_of",
    "visible",
]
