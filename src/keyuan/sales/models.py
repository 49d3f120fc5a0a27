"""Prospects, and what they agreed to before they were customers."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _

from keyuan.customers.states import ConsentPurpose, CustomerKind, Sex, Source
from keyuan.kernel.fields import SealedTextField
from keyuan.products.states import Line
from keyuan.sales.states import LostReason


class Prospect(models.Model):
    """Somebody who may become a customer. The stage is computed from the dated facts (rules.stage).

    ``mobile_digest`` and ``email_digest`` are blind indexes: the way to see that somebody is known already. ``customer``
    stands from the day on which they became one; ``entry_key`` keeps an entry that is sent twice from being two.
    """

    kind = models.CharField(_("类型"), max_length=12, choices=CustomerKind, default=CustomerKind.INDIVIDUAL)
    name = models.CharField(_("名称"), max_length=120)
    name_initials = models.CharField(max_length=120, editable=False, default="")
    name_grams = ArrayField(models.CharField(max_length=8), editable=False, default=list)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True, default="")
    mobile = SealedTextField(_("移动电话"))
    mobile_digest = models.BinaryField(max_length=16, null=True, editable=False)
    email = SealedTextField(_("电子邮件"))
    email_digest = models.BinaryField(max_length=16, null=True, editable=False)
    home_address = SealedTextField(_("地址"))
    sex = models.CharField(_("性别"), max_length=8, choices=Sex, blank=True, default="")
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    interests = ArrayField(models.CharField(max_length=20, choices=Line), verbose_name=_("关注险种"), default=list)
    note = models.TextField(_("备注"), blank=True, default="")

    source = models.CharField(_("信息来源"), max_length=20, choices=Source)
    source_detail = models.CharField(_("来源说明"), max_length=120, blank=True, default="")
    source_on = models.DateField(_("来源日期"))
    referrer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, related_name="referred_prospects", verbose_name=_("推荐人")
    )

    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("所属机构"))
    owner = models.ForeignKey(
        "agents.Agent", models.PROTECT, null=True, related_name="prospects", verbose_name=_("跟进人")
    )
    created_at = models.DateTimeField(_("登记时间"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entry_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  most have none
    synthetic = models.BooleanField(_("虚构数据"), default=False)

    contacted_on = models.DateField(_("首次联系"), null=True, editable=False)
    last_contact_at = models.DateTimeField(_("最近联系"), null=True, editable=False)
    qualified_on = models.DateField(_("确认意向"), null=True, editable=False)
    proposed_on = models.DateField(_("出方案"), null=True, editable=False)
    won_on = models.DateField(_("转为客户"), null=True, editable=False)
    lost_on = models.DateField(_("流失"), null=True, editable=False)
    lost_reason = models.CharField(_("流失原因"), max_length=16, choices=LostReason, blank=True, default="")
    next_step = models.CharField(_("下一步"), max_length=120, blank=True, default="")
    next_step_on = models.DateField(_("下一步日期"), null=True, blank=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="prospects")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(won_on__isnull=True, customer__isnull=True)
                | models.Q(won_on__isnull=False, customer__isnull=False),
                name="a_prospect_is_won_when_there_is_a_customer",
            )
        ]
        indexes = [
            models.Index(fields=["org_unit", "-id"], name="prospect_of_unit"),
            models.Index(fields=["owner", "-id"], name="prospect_of_owner"),
            # What counts by stage and by source ask for, so that they read neither names nor sealed values.
            models.Index(
                fields=["org_unit", "source_on"],
                include=["source", "contacted_on", "qualified_on", "proposed_on", "won_on", "lost_on"],
                name="prospect_counted",
            ),
            models.Index(fields=["source", "source_on"], name="prospect_by_source"),
            models.Index(
                fields=["mobile_digest"], condition=models.Q(mobile_digest__isnull=False), name="prospect_by_mobile"
            ),
            models.Index(
                fields=["email_digest"], condition=models.Q(email_digest__isnull=False), name="prospect_by_email"
            ),
            models.Index(fields=["name", "birth_date"], name="prospect_by_name_and_birth"),
            GinIndex("name_grams", name="prospect_by_gram", fastupdate=False),
            models.Index(
                fields=["next_step_on"],
                condition=models.Q(won_on__isnull=True, lost_on__isnull=True),
                name="open_prospect_by_next_step",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProspectConsent(models.Model):
    """What a prospect agreed to, in which wording and when; becomes the customer's consent when there is one."""

    prospect = models.ForeignKey(Prospect, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=16, choices=ConsentPurpose)
    wording = models.CharField(_("文本版本"), max_length=40)
    channel = models.CharField(_("渠道"), max_length=20)
    given_at = models.DateTimeField(_("同意时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prospect", "purpose"], name="a_prospect_agrees_once_to_a_purpose")
        ]

    def __str__(self) -> str:
        return f"{self.prospect} {self.purpose}"


#: What a quote costs in a year, as its list is put into order by it.
YEARLY = Cast(KeyTextTransform("yearly", "price"), models.DecimalField(max_digits=20, decimal_places=2))


class Quote(models.Model):
    """A price that was given for a risk: pinned to a version of the product, so that it can be reckoned again to the cent.

    ``risk`` is what was to be insured as rating reads it, with ages instead of births; ``price`` what was answered. About
    a customer, a prospect, or nobody by name. Written once, never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    product = models.CharField(_("产品代码"), max_length=30)
    version = models.PositiveIntegerField(_("版本"))
    risk = models.JSONField(_("投保内容"))
    price = models.JSONField(_("价格"))
    made_on = models.DateField(_("报价日"))
    made_at = models.DateTimeField(_("报价时间"), db_default=Now(), editable=False)
    valid_until = models.DateField(_("有效期至"))
    channel = models.CharField(_("渠道"), max_length=20)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="quotes")
    prospect = models.ForeignKey(Prospect, models.PROTECT, null=True, related_name="quotes")
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("made_on")), name="a_quote_is_valid_for_some_days"
            )
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="quotes_newest_first"),
            models.Index(fields=["valid_until", "id"], name="quotes_by_end"),
            models.Index(YEARLY, "id", name="quotes_by_yearly_premium"),
            models.Index(fields=["made_by", "-made_at"], name="quotes_of_who_made_them"),
        ]

    def __str__(self) -> str:
        return f"{self.product} v{self.version}"


class Proposal(models.Model):
    """A proposal 计划书 for a customer, a prospect, or nobody by name: up to three plans, each pinned to a version.

    ``needs`` is what the household told, as told; each of ``plans`` has product, version, risk and price as a quote has
    them. ``token`` opens the public page until ``link_ends_on``; who opened it is in the log, counted here.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField(_("标题"), max_length=80, blank=True, default="")
    needs = models.JSONField(_("需求"), null=True)
    plans = models.JSONField(_("方案"), default=list)
    made_on = models.DateField(_("制作日"))
    made_at = models.DateTimeField(_("制作时间"), db_default=Now(), editable=False)
    valid_until = models.DateField(_("有效期至"))
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="proposals")
    prospect = models.ForeignKey(Prospect, models.PROTECT, null=True, related_name="proposals")
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001  most have none
    shared_at = models.DateTimeField(_("发送时间"), null=True, editable=False)
    link_ends_on = models.DateField(_("链接有效期至"), null=True, editable=False)
    openings = models.PositiveIntegerField(_("打开次数"), default=0, editable=False)
    first_opened_at = models.DateTimeField(_("首次打开"), null=True, editable=False)
    last_opened_at = models.DateTimeField(_("最近打开"), null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("made_on")), name="a_proposal_is_valid_for_some_days"
            ),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=True) | models.Q(prospect__isnull=True),
                name="a_proposal_is_for_one",
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="proposals_newest_first"),
            models.Index(fields=["valid_until", "id"], name="proposals_by_end"),
            models.Index(
                fields=["last_opened_at", "id"],
                condition=models.Q(last_opened_at__isnull=False),
                name="proposals_by_last_opening",
            ),
            models.Index(fields=["made_by", "-made_at"], name="proposal_of_maker"),
            models.Index(fields=["org_unit", "-made_at"], name="proposal_of_unit"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)
