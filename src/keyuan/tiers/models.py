"""Memberships with their days, what a customer stands at, what was redeemed, and the versions of the rules.

A membership year is a row: appended, never rewritten but for ``ends_on``, the day on which the next one took its place.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.four_eyes import Version
from keyuan.tiers.states import Cause, LadderCode, RuleState


class TierRules(Version):
    """One version of a ladder's text. In force from ``effective_from`` until the next begins.

    ``preview``: how many customers would stand where, when it was submitted.
    """

    code = models.CharField(_("等级规则"), max_length=12, choices=LadderCode)
    text = models.TextField(_("规则文本"))
    effective_from = models.DateField(_("生效日"))
    why = models.CharField(_("修改的原因"), max_length=500, blank=True, default="")
    preview = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="tier_rules_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(published_at__isnull=True), name="tier_rules_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(submitted_at__isnull=False),
                name="tier_rules_published_after_submission",
            ),
        ]

    @property
    def state(self) -> RuleState:
        """Computed from what happened to it."""
        if self.published_at is not None:
            return RuleState.PUBLISHED
        return RuleState.DRAFT if self.submitted_at is None else RuleState.SUBMITTED


class Membership(models.Model):
    """A tier from ``starts_on`` until ``ends_on`` (outside; None: it is held), for the membership year that ``cause`` began.

    ``year_ends_on`` is when it is looked at again. The amounts are those of the day on which it began: yuan a year.
    One that was overtaken on its first day has no day of its own.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="memberships")
    level = models.PositiveSmallIntegerField(_("等级"))
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)
    year_ends_on = models.DateField(_("下次评定日"))
    cause = models.CharField(_("原因"), max_length=8, choices=Cause)
    converted = models.DecimalField(_("折标保费"), max_digits=16, decimal_places=2)
    contribution = models.DecimalField(_("贡献度"), max_digits=16, decimal_places=2, null=True)
    ladder = models.CharField(max_length=12, choices=LadderCode)
    rules = models.PositiveIntegerField(_("规则版本"))
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ends_on__isnull=True), name="a_customer_has_one_tier"
            ),
            models.CheckConstraint(condition=Q(level__gt=0), name="a_membership_is_of_a_tier"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="a_membership_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(year_ends_on__gt=F("starts_on")), name="a_membership_year_has_days"),
        ]
        indexes = [
            # The list of members: a small part of a book.
            models.Index(fields=["-level", "-id"], condition=Q(ends_on__isnull=True), name="member_by_level"),
            models.Index(fields=["year_ends_on", "id"], condition=Q(ends_on__isnull=True), name="member_by_year_end"),
            models.Index(fields=["-converted", "-id"], condition=Q(ends_on__isnull=True), name="member_by_premium"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.level} {self.starts_on}"


class Standing(models.Model):
    """Where a customer stands by both scales since the last review; who counts nothing and is known for nothing has none.

    ``level`` is what the scale that rules reaches, held or not.
    """

    customer = models.OneToOneField(
        "customers.Customer", models.PROTECT, primary_key=True, related_name="tier_standing"
    )
    policies = models.PositiveIntegerField(default=0)
    converted = models.DecimalField(_("折标保费"), max_digits=16, decimal_places=2, default=0)
    contribution = models.DecimalField(_("贡献度"), max_digits=16, decimal_places=2, null=True)
    contribution_on = models.DateField(null=True)
    by_premium = models.PositiveSmallIntegerField(default=0)
    by_contribution = models.PositiveSmallIntegerField(null=True)
    level = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.customer_id} {self.level}"


class Redemption(models.Model):
    """A benefit that was taken in the membership year that began on ``year_from``: the ``slot``-th of its quota.

    Two who take the last one at once want the same slot, and the database gives it to one of them.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    code = models.CharField(_("领取编号"), max_length=16, unique=True)
    benefit = models.CharField(_("权益"), max_length=40)
    ladder = models.CharField(max_length=12, choices=LadderCode)
    rules = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    year_from = models.DateField()
    slot = models.PositiveIntegerField()
    on = models.DateField(_("领取日"))
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    by_name = models.CharField(_("经手人"), max_length=200)
    by_customer = models.BooleanField(default=False)
    redeemed_at = models.DateTimeField(db_default=Now(), editable=False)
    given_back_at = models.DateTimeField(null=True)
    given_back_by = models.CharField(max_length=200, blank=True, default="")
    given_back_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "benefit", "year_from", "slot"],
                condition=Q(given_back_at__isnull=True),
                name="a_slot_of_a_quota_is_taken_once",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-on", "-id"], name="redemption_of_customer"),
            models.Index(fields=["-on", "-id"], name="redemption_newest"),
        ]

    def __str__(self) -> str:
        return self.code


class BookReview(models.Model):
    """A review of the whole book for a day: how far it came, and what it changed. A stopped one goes on at ``upto``."""

    day = models.DateField(unique=True)
    upto = models.BigIntegerField(default=0)
    looked_at = models.BigIntegerField(default=0)
    raised = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    lowered = models.IntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.day)
