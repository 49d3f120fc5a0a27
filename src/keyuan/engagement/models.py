"""Forms, their published versions, the links that are handed out, and what was filled in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.engagement.states import FormKind
from keyuan.kernel.fields import SealedTextField


class Form(models.Model):
    """A card or a survey. ``draft`` is what the builder shows (engagement.content); what visitors see is a version.

    ``owner`` is the agent whose card it is; a ``shared`` form may be handed out by every agent, each by a link of their own.
    """

    kind = models.CharField(_("类型"), max_length=8, choices=FormKind)
    slug = models.SlugField(_("网址"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=200, blank=True, default="")
    draft = models.JSONField(default=dict)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+", verbose_name=_("所属机构"))
    owner = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+", verbose_name=_("代理人"))
    shared = models.BooleanField(_("供所有代理人使用"), default=False)
    created_at = models.DateTimeField(_("建立时间"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), db_default=Now())
    published_at = models.DateTimeField(_("发布时间"), null=True)
    closed_at = models.DateTimeField(_("停止时间"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["org_unit", "-id"], name="form_of_unit"),
            models.Index(fields=["owner", "-id"], name="form_of_owner"),
        ]

    def __str__(self) -> str:
        return self.title or self.slug


class FormVersion(models.Model):
    """What a form said from one day on, consent texts included. Never changed: submissions name the one they answered."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="a_form_version_has_its_number")]

    def __str__(self) -> str:
        return self.wording

    @property
    def wording(self) -> str:
        """The name of the consent text, as consents keep it."""
        return f"{self.form.slug[:30]}-v{self.number}"


class FormLink(models.Model):
    """One way on which a form is handed out: whose card it is and on which occasion."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="links")
    code = models.CharField(max_length=12, unique=True)
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+", verbose_name=_("代理人"))
    label = models.CharField(_("场合"), max_length=60, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["form", "agent", "label"], name="a_link_a_form_agent_and_occasion", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.code


class Submission(models.Model):
    """What somebody filled in. ``answers`` are codes that can be counted, by key; ``sealed`` is the rest, encrypted JSON.

    ``nonce`` keeps a form that is sent twice from being two. Who it was is a prospect or, if they are known, a customer.
    """

    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="submissions")
    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions")
    link = models.ForeignKey(FormLink, models.PROTECT, null=True, related_name="submissions")
    nonce = models.CharField(max_length=64, unique=True)
    submitted_at = models.DateTimeField(_("提交时间"), db_default=Now())
    language = models.CharField(max_length=8)
    answers = models.JSONField(default=dict)
    sealed = SealedTextField()
    consented = models.BooleanField(_("同意处理个人信息"), default=False)
    marketing = models.BooleanField(_("同意接收营销信息"), default=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, null=True, related_name="+")
    prospect = models.ForeignKey("sales.Prospect", models.PROTECT, null=True, related_name="submissions")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="submissions")

    class Meta:
        indexes = [models.Index(fields=["form", "-submitted_at"], name="submission_of_form")]

    def __str__(self) -> str:
        return f"{self.form} {self.submitted_at}"
