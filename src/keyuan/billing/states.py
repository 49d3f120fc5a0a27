"""The closed vocabularies of the billing room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountKind(models.TextChoices):
    """On which side an account grows: assets and expenses by debit, the others by credit."""

    ASSETS = "asset", pgettext_lazy("会计", "资产")
    LIABILITIES = "liability", pgettext_lazy("会计", "负债")
    INCOME = "income", pgettext_lazy("会计", "收入")
    EXPENSES = "expense", pgettext_lazy("会计", "费用")


class Purpose(models.TextChoices):
    """What an attempt pays for: which hook is told of it."""

    ORDER = "order", _("投保订单")
    PREMIUM = "premium", _("续期保费")


class AttemptState(models.TextChoices):
    """Computed from the facts of an attempt (rules.state_of)."""

    OPEN = "open", pgettext_lazy("支付", "待支付")
    EXPIRED = "expired", pgettext_lazy("支付", "已过期")
    CLOSED = "closed", pgettext_lazy("支付", "已关闭")
    HONOURED = "honoured", pgettext_lazy("支付", "已支付")
    TO_REFUND = "to_refund", pgettext_lazy("支付", "待全额退款")
    REFUNDED = "refunded", pgettext_lazy("支付", "已全额退款")


class TradeStatus(models.TextChoices):
    """What a gateway says of a trade, in Alipay's words."""

    WAIT = "WAIT_BUYER_PAY", _("等待买家付款")
    CLOSED = "TRADE_CLOSED", _("交易关闭")
    SUCCESS = "TRADE_SUCCESS", _("支付成功")
    FINISHED = "TRADE_FINISHED", _("交易结束")


class Outcome(models.TextChoices):
    """What became of what a gateway told us. The first part is good news or none; from FORGED on it is not believed."""

    UNHANDLED = "", pgettext_lazy("通知", "未处理")
    HONOURED = "honoured", _("已入账")
    REFUSED = "refused", _("已入账，无法承保，全额退款")
    AGAIN = "again", _("重复通知")
    WAITING = "waiting", _("买家尚未付款")
    CLOSED = "closed", _("交易已关闭")
    CLOSED_AFTER_PAID = "closed_after_paid", _("付款后的关闭通知")
    FORGED = "forged", _("签名不符")
    UNREADABLE = "unreadable", _("内容不完整")
    OTHER_APP = "other_app", _("不是本公司的应用或商户")
    UNKNOWN = "unknown", _("没有这笔支付")
    OTHER_TRADE = "other_trade", _("与已入账的交易号不同")
    OTHER_CURRENCY = "other_currency", _("币种不符")


#: What the gateway is told to be content with; everything else it will tell us again.
TAKEN = frozenset(
    {
        Outcome.HONOURED,
        Outcome.REFUSED,
        Outcome.AGAIN,
        Outcome.WAITING,
        Outcome.CLOSED,
        Outcome.CLOSED_AFTER_PAID,
    }
)


class RefundReason(models.TextChoices):
    """Why money goes back. Those of AUTOMATIC are decided by nobody: a paid attempt that cannot be honoured."""

    REFUSED = "refused", _("付款后无法承保")
    WRONG_AMOUNT = "wrong_amount", _("付款金额不符")
    LATE = "late", _("支付期限已过")
    CLOSED = "closed", _("支付已关闭")
    PAID_TWICE = "paid_twice", _("重复付款")
    COOLING_OFF = "cooling_off", _("犹豫期退保")
    OTHER = "other", pgettext_lazy("退款", "其他")


AUTOMATIC = frozenset(
    {
        RefundReason.REFUSED,
        RefundReason.WRONG_AMOUNT,
        RefundReason.LATE,
        RefundReason.CLOSED,
        RefundReason.PAID_TWICE,
    }
)


class RefundState(models.TextChoices):
    """Computed from the facts of a refund."""

    QUEUED = "queued", pgettext_lazy("退款", "待退款")
    DONE = "done", pgettext_lazy("退款", "已退款")
    FAILED = "failed", pgettext_lazy("退款", "渠道拒绝退款")


class InstalmentState(models.TextChoices):
    """Computed for a day (schedule_rules)."""

    UPCOMING = "upcoming", pgettext_lazy("保费", "未到期")
    DUE = "due", pgettext_lazy("保费", "今日应缴")
    OVERDUE = "overdue", pgettext_lazy("保费", "逾期未缴")
    PAID = "paid", pgettext_lazy("保费", "已缴")
    CLOSED = "closed", pgettext_lazy("保费", "不再收取")


class Side(models.TextChoices):
    """Which way money went."""

    IN = "in", _("收款")
    OUT = "out", pgettext_lazy("对账", "退款")


class DifferenceKind(models.TextChoices):
    MISSING_HERE = "missing_here", _("渠道有，我方没有")
    MISSING_THERE = "missing_there", _("我方有，渠道没有")
    AMOUNT = "amount", _("金额不同")
    LEDGER = "ledger", _("账簿与支付记录不同")


class DifferenceState(models.TextChoices):
    """Computed from the facts of a difference."""

    OPEN = "open", pgettext_lazy("对账", "待说明")
    EXPLAINED = "explained", pgettext_lazy("对账", "已说明")
    GONE = "gone", pgettext_lazy("对账", "已消除")
