"""Attempts to pay, what gateways told us of them, and refunds. Each is stored before anybody outside is called."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from keyuan.billing import gateways
from keyuan.billing.rules import Facts
from keyuan.billing.states import Outcome, Purpose, RefundReason, RefundState, TradeStatus
from keyuan.kernel.money import Money


class Attempt(models.Model):
    """Somebody's attempt to pay ``amount`` for ``order_ref`` (an order, or a premium of a policy) by ``expires_at``.

    ``number`` is our number at the gateway (out_trade_no), ``trade_no`` the gateway's. Paid once at most: honoured
    (whoever it was for took it) or refused, and then refunded in full. What holds now: rules.state_of.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="payment_attempts")
    number = models.CharField(_("支付单号"), max_length=40, unique=True)
    gateway = models.CharField(_("支付渠道"), max_length=16)
    purpose = models.CharField(_("用途"), max_length=12, choices=Purpose)
    order_ref = models.CharField(_("订单号"), max_length=64)
    title = models.CharField(_("付款内容"), max_length=120)
    amount = models.DecimalField(_("应付金额"), max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    phone = models.BooleanField(default=False)
    return_url = models.CharField(max_length=500, blank=True, default="")
    begun_at = models.DateTimeField(_("发起时间"))
    expires_at = models.DateTimeField(_("支付期限"))
    trade_no = models.CharField(_("交易号"), max_length=64, blank=True, default="")
    paid_amount = models.DecimalField(_("实付金额"), max_digits=14, decimal_places=2, null=True)
    paid_at = models.DateTimeField(_("付款时间"), null=True)
    booked_at = models.DateTimeField(_("入账时间"), null=True)
    honoured_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_code = models.CharField(max_length=60, blank=True, default="")
    refused_why = models.CharField(_("无法承保的原因"), max_length=300, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    asks = models.PositiveSmallIntegerField(default=0)
    next_ask_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_attempt_pays_something"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("begun_at")), name="an_attempt_ends_after_it_begins"),
            # Never both, and neither without money.
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True, honoured_at__isnull=True, refused_at__isnull=True)
                | Q(booked_at__isnull=False, honoured_at__isnull=False, refused_at__isnull=True)
                | Q(booked_at__isnull=False, honoured_at__isnull=True, refused_at__isnull=False),
                name="paid_is_honoured_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True, paid_amount__isnull=True, paid_at__isnull=True)
                | Q(booked_at__isnull=False, paid_amount__gt=0, paid_at__isnull=False),
                name="what_is_booked_says_how_much",
            ),
            models.UniqueConstraint(
                fields=["purpose", "order_ref"],
                condition=Q(honoured_at__isnull=False),
                name="an_order_is_paid_once",
            ),
            models.UniqueConstraint(
                fields=["gateway", "trade_no"], condition=~Q(trade_no=""), name="a_trade_pays_one_attempt"
            ),
        ]
        indexes = [
            models.Index(fields=["purpose", "order_ref"], name="attempts_of_order"),
            models.Index(fields=["next_ask_at"], condition=Q(next_ask_at__isnull=False), name="attempts_to_ask_about"),
            models.Index(fields=["-begun_at", "-id"], name="attempts_newest_first"),
            models.Index(fields=["gateway", "paid_at"], condition=Q(paid_at__isnull=False), name="attempts_by_payment"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def money(self) -> Money:
        """What is to be paid."""
        return Money(self.amount, self.currency)

    @property
    def pay_url(self) -> str:
        """Where the buyer pays: a signed address of the gateway. Nobody is called to make it."""
        return gateways.the(self.gateway).pay_url(
            gateways.Asked(
                number=self.number,
                title=self.title,
                amount=self.amount,
                expires_at=self.expires_at,
                return_url=self.return_url,
                phone=self.phone,
            )
        )

    @property
    def facts(self) -> Facts:
        """What the rules need to know."""
        return Facts(
            amount=self.amount,
            currency=self.currency,
            expires_at=self.expires_at,
            trade_no=self.trade_no,
            booked=self.booked_at is not None,
            honoured=self.honoured_at is not None,
            refused=self.refused_at is not None,
            closed=self.closed_at is not None,
        )


class Notification(models.Model):
    """What a gateway sent, word for word, and what became of it. Stored before it is looked at."""

    gateway = models.CharField(max_length=16)
    raw = models.TextField(_("原文"))
    address = models.CharField(_("来自"), max_length=45, blank=True, default="")
    received_at = models.DateTimeField(_("收到时间"))
    number = models.CharField(_("支付单号"), max_length=64, blank=True, default="")
    trade_status = models.CharField(_("交易状态"), max_length=20, blank=True, default="", choices=TradeStatus)
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2, null=True)
    outcome = models.CharField(_("处理结果"), max_length=20, blank=True, default="", choices=Outcome)
    handled_at = models.DateTimeField(null=True)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="notifications")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="notifications_newest_first"),
            models.Index(fields=["received_at"], condition=Q(handled_at__isnull=True), name="notifications_unhandled"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.number} {self.trade_status}"


class Refund(models.Model):
    """Money that goes back to the payer of an attempt. ``number`` (out_request_no) makes the gateway pay it once."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="refunds")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    number = models.CharField(_("退款单号"), max_length=40, unique=True)
    amount = models.DecimalField(_("退款金额"), max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.CharField(_("退款原因"), max_length=16, choices=RefundReason)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    automatic = models.BooleanField(default=False)
    queued_at = models.DateTimeField(_("登记时间"))
    queued_by = models.CharField(max_length=120)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("退款时间"), null=True)
    failed_at = models.DateTimeField(null=True)
    answer = models.CharField(_("渠道答复"), max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_returns_something"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(failed_at__isnull=True), name="a_refund_ends_one_way"
            ),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(automatic=True), name="an_attempt_is_refunded_by_itself_once"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="refunds_to_send"),
            models.Index(fields=["-queued_at", "-id"], name="refunds_newest_first"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> RefundState:
        """What holds now."""
        if self.done_at is not None:
            return RefundState.DONE
        return RefundState.QUEUED if self.failed_at is None else RefundState.FAILED
