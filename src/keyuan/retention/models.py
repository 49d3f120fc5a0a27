"""What people did about a renewal. What is due, and whether it was renewed, lies in the policies room and is not copied."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.retention.states import AssignMethod, LossReason, Outcome, RuleMethod
from keyuan.servicedesk.states import ContactChannel


class RenewalCase(models.Model):
    """The work on one due day of one policy; made when it is first assigned or spoken about.

    ``said`` to ``next_contact_on`` sum up the case's outcomes (rules.summed_up) so that a list of a month needs no other
    table; nothing else writes them. ``escalated_for`` is the missed contact day that the manager has been told of.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="renewals")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, db_index=False, related_name="renewals")
    due_on = models.DateField(_("到期日"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="renewals"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    method = models.CharField(max_length=12, choices=AssignMethod, blank=True, default="")
    said = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    said_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=LossReason, blank=True, default="")
    contacts = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_contact_on = models.DateField(null=True, blank=True)
    next_contact_on = models.DateField(_("下次联系"), null=True, blank=True)
    escalated_for = models.DateField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "due_on"], name="one_renewal_case_a_due_day")]
        indexes = [
            models.Index(fields=["due_on", "policy"], name="renewal_case_by_due_day"),
            models.Index(fields=["assignee", "due_on"], name="renewal_case_of_assignee"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.due_on}"


class RenewalOutcome(models.Model):
    """One contact about a renewal and how it ended. Rows are added and never changed, but for being taken back."""

    case = models.ForeignKey(RenewalCase, models.CASCADE, related_name="outcomes")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, related_name="+")
    on = models.DateField()
    channel = models.CharField(max_length=12, choices=ContactChannel, default=ContactChannel.CALL)
    outcome = models.CharField(max_length=16, choices=Outcome)
    reason = models.CharField(max_length=20, choices=LossReason, blank=True, default="")
    next_contact_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.outcome} {self.on}"


class HandOver(models.Model):
    """A customer whose agent left: who is to serve them, whom they chose themselves, and when it was settled.

    ``proposed`` by rule or by the manager; ``chosen`` by the customer; ``successor`` who serves them since ``confirmed_at``.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="hand_overs")
    former = models.ForeignKey("agents.Agent", models.PROTECT, related_name="+")
    proposed = models.ForeignKey("agents.Agent", models.PROTECT, related_name="+", verbose_name=_("建议接任"))
    chosen = models.ForeignKey("agents.Agent", models.PROTECT, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(null=True, blank=True)
    successor = models.ForeignKey("agents.Agent", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(confirmed_at__isnull=True), name="one_open_hand_over"
            )
        ]

    def __str__(self) -> str:
        return f"{self.former} → {self.proposed}"


class AssignmentRule(models.Model):
    """How the daily job gives out a unit's renewals, and those of the units below it that have no rule of their own.

    In force from ``starts_on`` to before ``ends_on`` (None: until another is set). ``otherwise``: what is done with those
    that the method can give to nobody; empty: they stay with nobody.
    """

    unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+")
    method = models.CharField(max_length=12, choices=RuleMethod)
    otherwise = models.CharField(max_length=12, choices=RuleMethod, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_on"], name="one_assignment_rule_a_day"),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(ends_on__isnull=True), name="one_assignment_rule_without_end"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="assignment_rule_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.method} {self.starts_on}"
