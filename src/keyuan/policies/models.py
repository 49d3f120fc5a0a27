"""Cover as facts with dates. Every row carries ``customer_id`` (the holder's), see idea 2 of the architecture.

Indexes are few: what hangs on a policy is read by its policy, and one index serves that.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.policies.states import Channel, FactKind, ObjectKind, PartyRole, PaymentMode


class Policy(models.Model):
    """A contract of cover: who holds it, for what, from when. ``premium`` is that of one payment period.

    ``ends_on`` is outside (half-open); None for whole-life cover. Annually renewed cover keeps one policy and adds a
    term each year; ``ends_on`` is then the end of its last term.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="policies")
    number = models.CharField(_("保单号"), max_length=40, unique=True)
    product = models.ForeignKey("products.Product", models.PROTECT, related_name="policies")
    channel = models.CharField(_("销售渠道"), max_length=16, choices=Channel)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    premium = models.DecimalField(_("每期保费"), max_digits=14, decimal_places=2)
    sum_insured = models.DecimalField(_("保险金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    payment_mode = models.PositiveSmallIntegerField(_("缴费方式"), choices=PaymentMode)
    payment_years = models.PositiveSmallIntegerField(_("缴费年限"), null=True, blank=True)
    signed_on = models.DateField(_("签单日期"))
    starts_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, blank=True, related_name="policies")
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="policies")
    # Values of the fields that administrators define (customfields), by slug; what is not known is left out.
    custom = models.JSONField(
        _("自定义字段"), default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="policy_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=models.Q(premium__gte=0), name="policy_premium_is_not_negative"),
        ]
        indexes = [models.Index(fields=["ends_on"], name="policy_by_end")]

    def __str__(self) -> str:
        return self.number


class PolicyTerm(models.Model):
    """One period of cover at one premium: the first, or a renewal. ``premium`` is for the whole term.

    ``agreed_on`` is the day on which a renewal was agreed, before its start; nothing: on the day it starts.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, db_index=False, related_name="terms")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    premium = models.DecimalField(max_digits=14, decimal_places=2)
    agreed_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "starts_on"], name="a_term_starts_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="term_ends_after_it_starts",
            ),
        ]
        # What renews in a period: policies/dues.py.
        indexes = [models.Index(fields=["ends_on"], name="term_by_end")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.starts_on}"


class PolicyFact(models.Model):
    """A dated fact (states.FactKind). ``until`` is the day that a premium pays to; ``amount`` the money that moved."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="facts")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=24, choices=FactKind)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        # Which premiums fall due in a period: policies/dues.py.
        indexes = [
            models.Index(
                fields=["until"], condition=models.Q(kind=FactKind.PREMIUM_PAID), name="premium_by_day_paid_to"
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.kind} {self.on}"


class InsuredObject(models.Model):
    """What is insured: a vehicle, a home, a person, a group, a trip. ``details`` holds what only its kind has."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="objects_insured")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=12, choices=ObjectKind)
    label = models.CharField(_("标的"), max_length=120)
    plate = models.CharField(_("车牌号"), max_length=12, blank=True, default="")
    vin = models.CharField(_("车架号"), max_length=17, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.label


class Party(models.Model):
    """Another customer (or the holder) with a role under the policy. ``share`` is a beneficiary's part, 0 to 1."""

    policy = models.ForeignKey(Policy, models.CASCADE, db_index=False, related_name="parties")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="party_to")
    role = models.CharField(max_length=12, choices=PartyRole)
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "customer", "role"], name="a_party_has_a_role_once"),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__gt=0, share__lte=1),
                name="share_is_a_part_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.role}"
