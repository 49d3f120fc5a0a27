"""Users and the organisation tree."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Permission, Role
from keyuan.kernel.wording import in_language


class OrgUnit(models.Model):
    """One unit of the insurer: 总公司 / 分公司 / 支公司 / 营业部. ``path`` is ``/1/12/40/``: its ancestors and itself."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", _("总公司")
        BRANCH = "branch", _("分公司")
        SUB_BRANCH = "sub_branch", _("支公司")
        SALES_OFFICE = "sales_office", _("营业部")

    code = models.CharField(_("机构代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True, default="")
    kind = models.CharField(_("层级"), max_length=16, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, editable=False, db_index=True)
    region = models.CharField(_("行政区划代码"), max_length=6, blank=True, default="")

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the reader's language, as far as there is one."""
        return in_language(self.name, self.name_en)

    @property
    def code_and_label(self) -> str:
        """For choices among many units; a unit that is named by its code is named once."""
        return self.label if self.label == self.code else f"{self.code} {self.label}"


class User(AbstractUser):
    """Somebody who signs in. What they may do follows from ``role``, what they may see from ``role`` and ``org_unit``."""

    role = models.CharField(_("角色"), max_length=16, choices=Role, default=Role.CUSTOMER)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="users")
    display_name = models.CharField(_("姓名"), max_length=60, blank=True, default="")
    language = models.CharField(_("语言"), max_length=8, default="zh-hans")
    theme = models.CharField(_("外观"), max_length=8, default="auto")
    password_is_temporary = models.BooleanField(
        _("临时密码"), default=False, help_text=_("由管理员设置；本人登录后必须先修改。")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role=Role.CUSTOMER) | models.Q(org_unit__isnull=False) | models.Q(is_active=False),
                name="staff_belong_to_a_unit",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class ApiToken(models.Model):
    """A key to the API that acts for its owner, narrowed to ``scopes`` (permission names), to a purpose and to
    ``networks`` (none: from anywhere). Only its digest is kept.

    The token itself is 256 random bits, so a plain SHA-256 cannot be searched backwards; ``hint`` is its beginning,
    for people to tell tokens apart.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("用途"), max_length=60)
    hint = models.CharField(max_length=12, editable=False)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=30), verbose_name=_("权限"))
    purpose = models.CharField(_("用途类别"), max_length=16, choices=Purpose, default=Purpose.SERVICE)
    purpose_text = models.CharField(_("用途说明"), max_length=200, blank=True, default="")
    networks = ArrayField(models.CharField(max_length=43), verbose_name=_("允许的网络"), default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("到期"))
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_used_from = models.CharField(max_length=45, blank=True, default="", editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_labels(self) -> list[str]:
        """The scopes as people read them."""
        return [str(Permission(scope).label) for scope in self.scopes]


class RateCount(models.Model):
    """How often something was done in one window of time, by all processes together. An UNLOGGED table."""

    key = models.CharField(max_length=160, primary_key=True)
    count = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
