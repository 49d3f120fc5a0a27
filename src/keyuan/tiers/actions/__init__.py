"""Every write of the tiers room."""

from keyuan.tiers.actions.redeeming import give_back, redeem
from keyuan.tiers.actions.reviewing import Turned, review, review_book, review_these
from keyuan.tiers.actions.versions import (
    change_rules,
    discard_rules,
    draft_rules,
    publish_rules,
    return_rules,
    submit_rules,
)

__all__ = [
    "Turned",
    "change_rules",
    "discard_rules",
    "draft_rules",
    "give_back",
    "publish_rules",
    "redeem",
    "return_rules",
    "review",
    "review_book",
    "review_these",
    "submit_rules",
]
