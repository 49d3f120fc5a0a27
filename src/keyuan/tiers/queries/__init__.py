"""Every read of tiers. Each names its viewer."""

from keyuan.tiers.queries.benefits import BenefitHeld, benefit_named, benefits_of, current, redeemed
from keyuan.tiers.queries.explaining import Explained, explain, history
from keyuan.tiers.queries.members import (
    MemberFilter,
    by_level,
    last_review,
    members,
    of_customers,
    redeemed_by,
    with_customers,
)
from keyuan.tiers.queries.scope import memberships, redemptions, standings
from keyuan.tiers.queries.seen import TierSeen, ask_tier, said, tier_of
from keyuan.tiers.queries.versions import (
    code_of,
    in_force,
    ladder_of,
    ladders,
    shipped,
    shipped_row,
    steps,
    the_version,
    versions,
)

__all__ = [
    "BenefitHeld",
    "Explained",
    "MemberFilter",
    "TierSeen",
    "ask_tier",
    "benefit_named",
    "benefits_of",
    "by_level",
    "code_of",
    "current",
    "explain",
    "history",
    "in_force",
    "ladder_of",
    "ladders",
    "last_review",
    "members",
    "memberships",
    "of_customers",
    "redeemed",
    "redeemed_by",
    "redemptions",
    "said",
    "shipped",
    "shipped_row",
    "standings",
    "steps",
    "the_version",
    "tier_of",
    "versions",
    "with_customers",
]
