"""The table of orders. Nobody outside this room imports it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.fields import SealedTextField


class Order(models.Model):
    """An application for cover that a customer makes online.

    ``details`` is everything that was said (details.Details), sealed, as JSON; ``premium`` is the first payment, known
    from the submission on. An order begins before anybody is known: whoever has the token of ``token_digest`` holds it,
    and from the identity check on the customer does. The last word of underwriting stands in ``application``.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(_("投保单号"), max_length=24, unique=True)
    product = models.CharField(_("产品代码"), max_length=30)
    version = models.PositiveIntegerField(_("产品版本"))
    channel = models.CharField(_("渠道"), max_length=20)
    language = models.CharField(_("语言"), max_length=10)
    token_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    details = SealedTextField(_("投保内容"), null=False)
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="orders", verbose_name=_("投保人")
    )
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+", verbose_name=_("代理人"))
    quote = models.ForeignKey("sales.Quote", models.PROTECT, null=True, related_name="+")
    application = models.OneToOneField("underwriting.Application", models.PROTECT, null=True, related_name="order")
    premium = models.DecimalField(_("首期保费"), max_digits=14, decimal_places=2, null=True)
    exclusions_agreed = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(_("开始时间"), db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("最后修改"))
    expires_at = models.DateTimeField(_("有效期至"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    agreed_at = models.DateTimeField(_("接受结论"), null=True)
    signed_at = models.DateTimeField(_("签名时间"), null=True)
    signature_ref = models.CharField(max_length=64, blank=True, default="")
    paid_at = models.DateTimeField(_("付款时间"), null=True)
    attempt_ref = models.CharField(max_length=64, blank=True, default="")
    issued_at = models.DateTimeField(_("出单时间"), null=True)
    policy_number = models.CharField(_("保单号"), max_length=40, blank=True, default="")
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_reason = models.CharField(_("撤回原因"), max_length=200, blank=True, default="")
    refunded_at = models.DateTimeField(_("退款时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True)
                | models.Q(customer__isnull=False, quote__isnull=False, premium__isnull=False),
                name="a_submitted_order_has_a_customer_and_a_price",
            ),
            models.CheckConstraint(
                condition=models.Q(issued_at__isnull=True)
                | (models.Q(paid_at__isnull=False) & ~models.Q(policy_number="")),
                name="an_issued_order_is_paid_and_has_a_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_at__isnull=True) | models.Q(signed_at__isnull=False),
                name="a_paid_order_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="order_of_customer"),
            models.Index(fields=["-created_at", "-id"], name="orders_newest_first"),
            models.Index(fields=["-changed_at", "-id"], name="orders_by_last_change"),
            models.Index(
                fields=["paid_at"],
                condition=models.Q(issued_at__isnull=True, refunded_at__isnull=True),
                name="order_to_issue",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SignedClauses(models.Model):
    """A product's version in the very bytes whose digest customers signed: once for all who signed the same.

    The program learns new fields; what was signed must still be shown byte for byte in thirty years.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()
    kept_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "signed clauses"

    def __str__(self) -> str:
        return self.digest
