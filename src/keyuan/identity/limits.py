"""How often codes may be asked for and tried, and identities checked. Numbers and addresses are counted as digests."""

from __future__ import annotations

from typing import Final

from keyuan.accounts.limits import Limit, spend_from

CODES_A_MINUTE: Final = Limit("codes", 1, 60)
CODES_A_DAY: Final = Limit("codes_a_day", 10, 24 * 3600)
CODES_FROM: Final = Limit("codes_from", 30, 3600)
CHECKS_A_DAY: Final = Limit("identity_checks", 10, 24 * 3600)
CHECKS_FROM: Final = Limit("identity_checks_from", 60, 24 * 3600)


def spend_code(mobile_digest: bytes, address: str) -> None:
    """Count one code for a number and from an address; raises TooMany."""
    if address:
        spend_from(CODES_FROM, address=address)
    spend_from(CODES_A_MINUTE, address=mobile_digest.hex())
    spend_from(CODES_A_DAY, address=mobile_digest.hex())


def spend_check(mobile_digest: bytes, address: str) -> None:
    """Count one check of an identity; raises TooMany. Each may cost money, and answers tell who has which number."""
    if address:
        spend_from(CHECKS_FROM, address=address)
    spend_from(CHECKS_A_DAY, address=mobile_digest.hex())
