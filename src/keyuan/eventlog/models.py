"""The log's table and the cursors of its readers."""

from __future__ import annotations

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id (xid8), as an int."""

    def db_type(self, connection: object) -> str:
        return "xid8"

    def from_db_value(self, value: str | int | None, expression: object, connection: object) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: int | None) -> str | None:
        return None if value is None else str(value)


class CurrentTransaction(Func):
    """The id of the transaction that writes the row."""

    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class Event(models.Model):
    """One thing that happened. Never changed and never deleted: a trigger refuses both.

    ``at`` is when we recorded it, ``occurred_at`` when it happened in the business (they differ for an imported book).
    Customer, organisation unit and actor are values, not foreign keys: the line outlives them all.
    """

    xid = TransactionIdField(db_default=CurrentTransaction(), editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    occurred_at = models.DateTimeField(db_default=Now())
    name = models.CharField(max_length=60)
    customer_id = models.BigIntegerField(null=True)
    org_unit_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.CharField(max_length=64, blank=True, default="")
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="event_reading_order"),
            models.Index(fields=["customer_id", "-occurred_at", "-id"], name="event_of_customer"),
            # What happened to something before it had to do with a customer: few lines, so that an import pays nothing.
            models.Index(
                fields=["subject_type", "subject_id"],
                condition=models.Q(customer_id__isnull=True),
                name="event_of_no_customer",
            ),
            # What several customers share has lines under each of them: few, and asked for together.
            models.Index(
                fields=["subject_type", "subject_id"],
                condition=models.Q(subject_type="household"),
                name="event_of_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Cursor(models.Model):
    """How far one reader has read: the last (transaction, line) that it took in."""

    reader = models.CharField(max_length=60, primary_key=True)
    xid = TransactionIdField(default=0)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.reader} at {self.xid}/{self.event_id}"


class Tally(models.Model):
    """How often a thing happened on one company day in one unit. A reader of the log keeps it; nobody else writes it."""

    day = models.DateField()
    name = models.CharField(max_length=60)
    org_unit_id = models.BigIntegerField(null=True)
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "name", "org_unit_id"], name="one_tally_a_day_thing_and_unit", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.day}: {self.count}"
