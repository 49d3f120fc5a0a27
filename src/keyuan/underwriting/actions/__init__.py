"""Every write of underwriting."""

from keyuan.underwriting.actions.applications import (
    asked_by,
    decide,
    rule_on_application,
    submit_application,
    take_application,
)
from keyuan.underwriting.actions.authority import set_authority
from keyuan.underwriting.actions.versions import (
    change_rules,
    discard_rules,
    draft_rules,
    publish_rules,
    return_rules,
    submit_rules,
)

__all__ = [
    "asked_by",
    "change_rules",
    "decide",
    "discard_rules",
    "draft_rules",
    "publish_rules",
    "return_rules",
    "rule_on_application",
    "set_authority",
    "submit_application",
    "submit_rules",
    "take_application",
]
