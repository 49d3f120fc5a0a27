"""Every read of the customers room; each names its viewer, and a stranger sees nothing."""

from keyuan.customers.queries.lookup import by_identifier, by_identifier_prefix, identifiers_of
from keyuan.customers.queries.scope import may_see, visible
from keyuan.customers.queries.type_ahead import by_name

__all__ = ["by_identifier", "by_identifier_prefix", "by_name", "identifiers_of", "may_see", "visible"]
