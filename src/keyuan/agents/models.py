"""Agents and their branch."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Agent(models.Model):
    """Somebody who sells and serves for the company; with an account (``user``) when they sign in to Keyuan."""

    code = models.CharField(_("工号"), max_length=30, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    licence_no = models.CharField(_("执业证号"), max_length=40, blank=True, default="")
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="agents")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="agent")
    joined_on = models.DateField(_("入职日期"), null=True, blank=True)
    left_on = models.DateField(_("离职日期"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on__isnull=True) | models.Q(left_on__gte=models.F("joined_on")),
                name="agent_leaves_after_joining",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
