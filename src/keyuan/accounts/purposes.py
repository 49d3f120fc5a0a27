"""What a program may be given data for. A purpose is stated when a key is made, and limits what the key opens."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """Why data leaves the system; the law wants it stated (个人信息保护法 §6, §23)."""

    SERVICE = "service", _("履行合同与客户服务")
    CORE_SYSTEM = "core_system", _("与核心业务系统同步")
    REPORTING = "reporting", _("统计与报表")
    COMPLIANCE = "compliance", _("审计与合规")
    MARKETING = "marketing", _("营销与推荐")
    THIRD_PARTY = "third_party", _("向第三方提供")


# Purposes for which only customers who agreed to them may be seen: purpose → the consent that is asked for.
CONSENT_NEEDED = {Purpose.MARKETING: "marketing", Purpose.THIRD_PARTY: "sharing"}


def consent_for(purpose: str) -> str:
    """The consent without which a purpose sees no customer; empty where the contract or the law is ground enough."""
    return CONSENT_NEEDED.get(Purpose(purpose), "") if purpose else ""
