"""The closed vocabularies of the claims room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Decision(models.TextChoices):
    ACCEPTED = "accepted", _("同意赔付")
    PARTIAL = "partial", _("部分赔付")
    REFUSED = "refused", _("拒绝赔付")


class ClaimStatus(models.TextChoices):
    """Computed for any day from the dated facts."""

    NOTIFIED = "notified", _("已报案")
    IN_ASSESSMENT = "in_assessment", _("审核中")
    DECIDED = "decided", _("已核定")
    PAYMENT_DUE = "payment_due", _("待付款")
    PAID = "paid", _("已赔付")
    REFUSED = "refused", _("已拒赔")
    CLOSED = "closed", _("已结案")
    OVERDUE = "overdue", _("超时限")
