"""Versions of the models that are taught on our own book, and what the one in use says of each customer."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ModelVersion(models.Model):
    """A model as it was taught on a day. Its trees lie on disk under ``version``; ``card`` says how good it is.

    ``better`` than its simple baseline on days that it was not taught on: only such a one becomes ``current``.
    ``reference``: how its inputs and scores were spread then, so that drift is seen.
    """

    model = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    taught_on = models.DateField()
    rows = models.PositiveIntegerField()
    better = models.BooleanField()
    current = models.BooleanField(default=False)
    card = models.JSONField()
    reference = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "version"], name="a_model_version_is_kept_once"),
            models.UniqueConstraint(
                fields=["model"], condition=models.Q(current=True), name="one_version_of_a_model_is_current"
            ),
            models.CheckConstraint(
                condition=models.Q(current=False) | models.Q(better=True), name="only_a_better_version_is_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.version}"


class Score(models.Model):
    """What the current version says of a customer's policy (or of the customer), as known at the end of ``day``.

    ``value``: of a model of leaving the chance within ``horizon_days``, with those of the nearer horizons beside it.
    ``leading``: of several policies of a customer the one they are likeliest to leave. ``reasons``: up to three codes with
    the value and how far it moved the score; the words are made when they are shown. ``value_at_risk`` is a year's premium.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, db_index=False, related_name="scores")
    policy = models.ForeignKey("policies.Policy", models.CASCADE, null=True, db_index=False, related_name="scores")
    model = models.CharField(max_length=40)
    version = models.CharField(max_length=60)
    day = models.DateField()
    horizon_days = models.PositiveSmallIntegerField()
    value = models.FloatField()
    within_30 = models.FloatField(null=True)
    within_60 = models.FloatField(null=True)
    value_at_risk = models.DecimalField(_("年保费"), max_digits=16, decimal_places=2)
    reasons = models.JSONField(default=list)
    leading = models.BooleanField(default=True)
    due_on = models.DateField(null=True)
    spoken_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "model"], condition=models.Q(leading=True), name="one_leading_score_a_customer"
            ),
        ]
        indexes = [
            models.Index(fields=["policy", "model"], condition=models.Q(policy__isnull=False), name="score_of_policy"),
            models.Index(fields=["model", "value", "id"], condition=models.Q(leading=True), name="score_by_value"),
            models.Index(fields=["model", "within_30", "id"], condition=models.Q(leading=True), name="score_within_30"),
            models.Index(fields=["model", "within_60", "id"], condition=models.Q(leading=True), name="score_within_60"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.customer_id} {self.value:.3f}"


class ModelDrift(models.Model):
    """How far inputs and scores of a night had moved from those that the version was taught on (PSI)."""

    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="drifts")
    day = models.DateField()
    rows = models.PositiveIntegerField()
    score = models.FloatField()
    inputs = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="drift_is_measured_once_a_day")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.day} {self.score:.3f}"
