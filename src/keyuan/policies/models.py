"""Cover as facts with dates. Every row carries ``customer_id`` (the holder's), see idea 2 of the architecture.

Indexes are few: what hangs on a policy is read by its policy, and one index serves that.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.fields import SealedTextField
from keyuan.policies.states import Channel, FactKind, ListMode, ObjectKind, PartyRole, PaymentMode, ServiceItem


class Policy(models.Model):
    """A contract of cover: who holds it, for what, from when. ``premium`` is that of one payment period.

    ``ends_on`` is outside (half-open); None for whole-life cover. Annually renewed cover keeps one policy and adds a
    term each year; ``ends_on`` is then the end of its last term.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="policies")
    number = models.CharField(_("保单号"), max_length=40, unique=True)
    product = models.ForeignKey("products.Product", models.PROTECT, db_index=False, related_name="policies")
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
        # With product and customer in it, so that conditions over many customers read the index alone.
        indexes = [models.Index(fields=["ends_on"], include=["product", "customer"], name="policy_by_end")]

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
        # What renews in a period, read from the index alone: policies/dues.py.
        indexes = [
            models.Index(
                fields=["ends_on", "policy"],
                include=["customer", "starts_on", "agreed_on", "premium"],
                name="term_by_end",
            )
        ]

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
                fields=["until", "policy"],
                include=["customer", "on", "id"],
                condition=models.Q(kind=FactKind.PREMIUM_PAID),
                name="premium_by_day_paid_to",
            ),
            # Whether a later premium was paid.
            models.Index(
                fields=["policy", "until"],
                include=["on", "id"],
                condition=models.Q(kind=FactKind.PREMIUM_PAID),
                name="premium_of_policy",
            ),
            # Everything but payments: few rows, read alone to see what ended, was demanded or refused.
            models.Index(
                fields=["policy", "kind", "on"],
                condition=~models.Q(kind=FactKind.PREMIUM_PAID),
                name="fact_other_than_premium",
            ),
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
    """Another customer (or the holder) with a role under the policy.

    ``share`` is a beneficiary's part of what those of their ``rank`` receive, 0 to 1; a later rank receives if nobody of
    an earlier one lives.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, db_index=False, related_name="parties")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="party_to")
    role = models.CharField(max_length=12, choices=PartyRole)
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=1, db_default=1)

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


class GroupMember(models.Model):
    """A person insured under a group policy, on one set of terms, from ``joined_on`` until ``left_on`` (outside).

    Who changes plan leaves as IC and joins as IC on the same day; who comes back has another row. ``customer`` is the
    holder, ``insured`` the person's own record if they are a customer. The digests are the registry's blind indexes.
    ``premium`` is that of a whole year.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, db_index=False, related_name="members")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    insured = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, blank=True, related_name="group_covers"
    )
    name = models.CharField(_("姓名"), max_length=60)
    document_kind = models.CharField(_("证件类型"), max_length=20)
    id_number = SealedTextField(_("证件号码"))
    id_digest = models.BinaryField(max_length=16)
    mobile = SealedTextField(_("手机号"))
    mobile_digest = models.BinaryField(max_length=16, null=True, blank=True)
    staff_number = models.CharField(_("工号"), max_length=40, blank=True, default="")
    plan = models.CharField(_("保障计划"), max_length=40, blank=True, default="")
    occupation_class = models.PositiveSmallIntegerField(_("职业类别"), null=True, blank=True)
    sum_insured = models.DecimalField(_("保险金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    premium = models.DecimalField(_("年保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    joined_on = models.DateField(_("生效日期"))
    joined_as = models.CharField(max_length=2, choices=ServiceItem, default=ServiceItem.NI)
    left_on = models.DateField(_("终止日期"), null=True, blank=True)
    left_as = models.CharField(max_length=2, choices=ServiceItem, blank=True, default="")
    left_reason = models.CharField(_("离开原因"), max_length=120, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "id_digest"],
                condition=models.Q(left_on__isnull=True),
                name="a_member_is_insured_once",
            ),
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gt=models.F("joined_on")),
                name="a_member_leaves_after_joining",
            ),
            models.CheckConstraint(
                condition=models.Q(premium__isnull=True) | models.Q(premium__gte=0),
                name="a_members_premium_is_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["policy", "joined_on"], name="member_of_policy"),
            models.Index(fields=["id_digest"], name="member_by_id_number"),
            models.Index(
                fields=["mobile_digest"], condition=models.Q(mobile_digest__isnull=False), name="member_by_mobile"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberList(models.Model):
    """A member list that came as a file: what it was, what became of it, which rows were not taken.

    ``effective_on`` is the day from which changes hold that the file does not date itself. ``rejects`` are
    [row, column, code, gaps, cells] of the last reading.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="member_lists")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    file = models.ForeignKey("files.Attachment", models.PROTECT, related_name="+")
    mode = models.CharField(_("名单种类"), max_length=12, choices=ListMode)
    effective_on = models.DateField(_("生效日期"))
    uploaded_by = models.CharField(max_length=120)
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.CharField(max_length=120, blank=True, default="")
    counts = models.JSONField(default=dict)
    rejects = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.policy_id} {self.effective_on}"


class PolicyDocument(models.Model):
    """The document of a policy that was sold through us (电子保单): asked for in the transaction of the issue, made once.

    ``sale`` is the number of the order that the policy came from. An imported policy has none: its document is whatever
    the company gave out when it was sold.
    """

    policy = models.OneToOneField(Policy, models.PROTECT, related_name="document")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    sale = models.CharField(_("投保单号"), max_length=24, unique=True)
    language = models.CharField(_("语言"), max_length=10)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    file = models.OneToOneField("files.Attachment", models.PROTECT, null=True, related_name="+")
    sha256 = models.BinaryField(max_length=32, null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=True, sha256__isnull=True, made_at__isnull=True)
                | models.Q(file__isnull=False, sha256__isnull=False, made_at__isnull=False),
                name="a_document_is_made_whole",
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=models.Q(made_at__isnull=True), name="document_to_make"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.sale}"
