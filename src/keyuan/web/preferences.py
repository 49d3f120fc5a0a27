"""How a person likes the site on this device: type size and rail. Language and theme live on the account (accounts)."""

LARGE_TYPE_COOKIE = "keyuan_large_type"
RAIL_COOKIE = "keyuan_rail_folded"
A_YEAR = 365 * 24 * 3600
