"""Applications as they were submitted, the versions of the rules that decide them, and who may decide how much."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.four_eyes import Version
from keyuan.kernel.fields import SealedTextField
from keyuan.products.states import Line
from keyuan.underwriting.rules import Decision, Reason
from keyuan.underwriting.states import Outcome, RuleCode, RuleState, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping


class RuleSet(Version):
    """One version of a rule set: ``text`` is its decision model (JDM).

    In force from ``effective_from`` until the next begins.
    ``replay``: what it would have changed on past applications when it was submitted.
    """

    code = models.CharField(_("规则"), max_length=20, choices=RuleCode)
    text = models.TextField(_("决策模型"))
    effective_from = models.DateField(_("生效日"))
    why = models.CharField(_("修改的原因"), max_length=500, blank=True, default="")
    replay = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="rule_set_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(published_at__isnull=True), name="rule_set_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(submitted_at__isnull=False),
                name="rule_set_published_after_submission",
            ),
        ]

    @property
    def state(self) -> RuleState:
        """Computed from what happened to it."""
        if self.published_at is not None:
            return RuleState.PUBLISHED
        return RuleState.DRAFT if self.submitted_at is None else RuleState.SUBMITTED


class Application(models.Model):
    """An application for cover as it was submitted, what the rules said of it, and what a person decided.

    ``facts`` and ``reasons`` tell of somebody's health and lie sealed. Facts are never changed: what is supplied later is
    another application. ``final_*`` is the person's decision, where one was needed.
    """

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户")
    )
    product = models.CharField(_("产品"), max_length=30)
    product_version = models.PositiveIntegerField(_("产品版本"))
    line = models.CharField(_("险种"), max_length=20, choices=Line)
    questionnaire = models.CharField(_("问卷"), max_length=40)
    questionnaire_version = models.PositiveIntegerField()
    facts = SealedTextField(_("投保信息"))
    submitted_on = models.DateField()
    submitted_at = models.DateTimeField(_("提交时间"))
    submitted_by = models.CharField(_("提交人"), max_length=200)
    submitted_by_id = models.BigIntegerField(null=True)
    sum_insured = models.DecimalField(_("保额"), max_digits=16, decimal_places=2)
    sum_at_risk = models.DecimalField(_("累计风险保额"), max_digits=18, decimal_places=2)
    rule_set = models.CharField(_("规则"), max_length=20, choices=RuleCode)
    rule_version = models.PositiveIntegerField(_("规则版本"))
    outcome = models.CharField(_("自动核保结论"), max_length=12, choices=Outcome)
    loading_percent = models.PositiveSmallIntegerField(_("加费%"), default=0)
    exclusions = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("除外"))
    postpone_months = models.PositiveSmallIntegerField(_("延期月数"), default=0)
    reasons = SealedTextField(_("理由"))
    taken_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("核保人")
    )
    level = models.PositiveSmallIntegerField(_("层级"), default=1)
    proposal = SealedTextField(_("下级建议"))
    final_outcome = models.CharField(_("核保结论"), max_length=12, choices=Outcome, blank=True, default="")
    final_loading = models.PositiveSmallIntegerField(default=0)
    final_exclusions = ArrayField(models.CharField(max_length=40), default=list)
    final_months = models.PositiveSmallIntegerField(default=0)
    decision_note = SealedTextField(_("核保意见"))
    decided_at = models.DateTimeField(_("核保时间"), null=True)
    decided_by = models.CharField(_("核保人"), max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(outcome="refer", decided_at__isnull=True),
                name="application_waiting",
            ),
            models.Index(fields=["-submitted_at", "-id"], name="application_newest"),
            models.Index(fields=["rule_set", "-id"], name="application_of_rules"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, final_outcome="") | Q(decided_at__isnull=False),
                name="application_outcome_only_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people name it."""
        return f"UW{self.pk:09d}"

    @property
    def standing(self) -> Standing:
        """Computed from what happened to it."""
        if self.decided_at is not None:
            return Standing.DECIDED
        if self.outcome != Outcome.REFER:
            return Standing.AUTOMATIC
        return Standing.SENT_UP if self.level > 1 else Standing.WAITING

    @property
    def effect(self) -> str:
        """The outcome that holds: the person's, else the rules'."""
        return self.final_outcome or self.outcome

    def told_facts(self) -> dict[str, Any]:
        """The facts as submitted."""
        found: dict[str, Any] = orjson.loads(self.facts or "{}")
        return found

    def told_reasons(self) -> tuple[Reason, ...]:
        """The reasons as the rules gave them."""
        return tuple(Reason(**one) for one in orjson.loads(self.reasons or "[]"))

    def told_proposal(self) -> Mapping[str, Any]:
        """What was proposed by who could not decide alone; empty if nothing was."""
        found: dict[str, Any] = orjson.loads(self.proposal or "{}")
        return found

    def told_decision(self) -> Decision:
        """What the rules said."""
        return Decision(
            self.outcome,
            self.loading_percent,
            tuple(self.exclusions),
            self.postpone_months,
            self.told_reasons(),
            self.rule_set,
            self.rule_version,
            self.sum_at_risk,
        )


class Authority(models.Model):
    """How far a role, or one person, may decide alone from a day on; the newest that has begun holds."""

    role = models.CharField(_("角色"), max_length=20, blank=True, default="")
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, blank=True, related_name="+")
    most_sum = models.DecimalField(_("累计风险保额上限"), max_digits=16, decimal_places=2)
    most_loading = models.PositiveSmallIntegerField(_("加费上限%"))
    may_decline = models.BooleanField(_("可以拒保"), default=True)
    since = models.DateField(_("起"))
    given_by = models.CharField(_("授权人"), max_length=200)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role="", user__isnull=False) | (~Q(role="") & Q(user__isnull=True)),
                name="authority_of_a_role_or_a_person",
            ),
            models.CheckConstraint(condition=Q(most_sum__gte=Decimal(0)), name="authority_not_negative"),
        ]

    def __str__(self) -> str:
        return self.role or str(self.user_id)
