"""Closed vocabularies of webhooks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeliveryState(models.TextChoices):
    """Where a delivery stands. Any of them can be sent again by hand, which makes it wait again."""

    PENDING = "pending", pgettext_lazy("推送", "待送达")
    DELIVERED = "delivered", pgettext_lazy("推送", "已送达")
    FAILED = "failed", pgettext_lazy("推送", "已放弃")
    WITHHELD = "withheld", pgettext_lazy("推送", "不再可送")


class DisabledBecause(models.TextChoices):
    """Why an endpoint is not sent to."""

    BY_HAND = "by_hand", _("人工停用")
    FAILING = "failing", _("长时间送不到，已自动停用")
    GONE = "gone", _("对方答复此地址已不存在（410）")


TONES = {
    DeliveryState.PENDING: "watch",
    DeliveryState.DELIVERED: "good",
    DeliveryState.FAILED: "bad",
    DeliveryState.WITHHELD: "off",
}
