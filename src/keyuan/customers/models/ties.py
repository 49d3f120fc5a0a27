"""What ties customers together, and what they agreed to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models.core import Customer
from keyuan.customers.states import ConsentPurpose, HouseholdRole, RelationKind
from keyuan.kernel.fields import SealedTextField


class Household(models.Model):
    """People who live as one family, and are looked after as one."""

    name = models.CharField(_("家庭名称"), max_length=80)

    def __str__(self) -> str:
        return self.name


class HouseholdMember(models.Model):
    """A customer's place in a household; a person is in one household at a time."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="household_member")
    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    role = models.CharField(_("家庭角色"), max_length=12, choices=HouseholdRole)

    def __str__(self) -> str:
        return f"{self.customer} ({self.role})"


class Relation(models.Model):
    """``customer`` has, in ``other``, a … (``kind``): kind SPOUSE reads "other is the spouse of customer".

    Always written in pairs, each side its own row, so that either customer's rows tell the whole story.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="related_from")
    kind = models.CharField(_("关系"), max_length=12, choices=RelationKind)
    since = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "other", "kind"], name="a_relation_is_told_once"),
            models.CheckConstraint(
                condition=~models.Q(customer=models.F("other")), name="nobody_is_related_to_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} – {self.kind} – {self.other}"


class Consent(models.Model):
    """A customer's agreement to one purpose, from ``given_at`` until ``withdrawn_at``. ``wording`` names the text shown."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("用途"), max_length=16, choices=ConsentPurpose)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    wording = models.CharField(_("文本版本"), max_length=40)
    channel = models.CharField(_("渠道"), max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_consent_in_force_per_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.purpose}"


class PortalAccount(models.Model):
    """The account with which a customer signs in: what the scope of the customer role rests on."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="portal_account")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The number whose codes open it. Not the registry's: a number that one tells the agent opens nothing.
    mobile = SealedTextField()
    mobile_digest = models.BinaryField(max_length=16, null=True, unique=True)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.user_id} → {self.customer}"
