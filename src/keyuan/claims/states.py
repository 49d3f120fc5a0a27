"""The closed vocabularies of the claims room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class ClockKind(models.TextChoices):
    """A period that the law gives the insurer for one step of a claim."""

    DECISION = "decision", _("核定")
    PAYMENT = "payment", _("支付赔款")
    REFUSAL_NOTICE = "refusal_notice", _("拒赔通知")
    UNDISPUTED_PAYMENT = "undisputed_payment", _("先行支付可确定的数额")


class Step(models.TextChoices):
    """What staff do with a claim; each is a dated fact."""

    COMPLETE_PAPERS = "complete_papers", pgettext_lazy("动作", "资料齐全")
    DECIDE = "decide", pgettext_lazy("动作", "核定")
    PAY = "pay", pgettext_lazy("动作", "支付赔款")
    NOTIFY_REFUSAL = "notify_refusal", pgettext_lazy("动作", "发出拒赔通知")
    CLOSE = "close", _("结案")


# The legal moves: each step, and the statuses of which one must hold for it.
MOVES: dict[str, frozenset[str]] = {
    Step.COMPLETE_PAPERS: frozenset({ClaimStatus.NOTIFIED}),
    # 保险法 §23: the decision follows the request and the papers; a claim can be decided as soon as it is notified.
    Step.DECIDE: frozenset({ClaimStatus.NOTIFIED, ClaimStatus.IN_ASSESSMENT}),
    Step.PAY: frozenset({ClaimStatus.PAYMENT_DUE}),
    Step.NOTIFY_REFUSAL: frozenset({ClaimStatus.REFUSED}),
    # Withdrawn by the customer, paid, or refused: never while money is still due.
    Step.CLOSE: frozenset({ClaimStatus.NOTIFIED, ClaimStatus.IN_ASSESSMENT, ClaimStatus.PAID, ClaimStatus.REFUSED}),
}
