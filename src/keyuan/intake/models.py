"""Books, the runs that take them in, what was taken in and what was rejected."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Book(models.Model):
    """A book of business by its name: the name space of the keys of its records."""

    name = models.CharField(_("账册"), max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One taking-in of a book's files with one mapping. ``position`` is the checkpoint: everything before it is written.

    Facts with times, no status: states.run_state says how it stands. ``beat_at`` moves with every batch.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="runs")
    title = models.CharField(max_length=200, blank=True, default="")
    mapping = models.TextField()
    mapping_digest = models.CharField(max_length=64)
    # Of each file its name, digest, size, encoding and header.
    files = models.JSONField(default=list)
    files_digest = models.CharField(max_length=64)
    # {"file": index of the file, "row": last row written}
    position = models.JSONField(default=dict)
    # {"rows", "rejected", "customer": {"new", "changed", "unchanged", "repeated"}, ...,
    #  "alike": {"checked": customers, "found": pairs, "pairs": [[older, newer] of the first few]}}
    counts = models.JSONField(default=dict)
    bytes_done = models.BigIntegerField(default=0)
    dry = models.BooleanField(default=False)
    started_by = models.CharField(max_length=120, blank=True, default="")
    started_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["book", "-id"], name="run_of_book")]

    # What a dry run found; its rows are gone with its transaction.
    kept_rejects: list[Reject] | None = None
    kept_codes: dict[str, int] | None = None
    kept_alike: list[dict[str, Any]] | None = None

    def __str__(self) -> str:
        return f"{self.book_id} #{self.pk}"


class ImportedRecord(models.Model):
    """What a book's record became: (book, digest of its key) → the row's id, and the digest of what the book said."""

    pk = models.CompositePrimaryKey("book_id", "key")
    book = models.ForeignKey(Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    key = models.BinaryField(max_length=16)
    target_id = models.BigIntegerField()
    content = models.BinaryField(max_length=16)
    run_id = models.BigIntegerField()
    file = models.SmallIntegerField()
    row = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.book_id} → {self.target_id}"


class Reject(models.Model):
    """A row that was not taken in: where it stood, what is wrong (the first problem by itself, all in ``problems``)."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="rejects")
    file = models.SmallIntegerField()
    row = models.IntegerField()
    column = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=40)
    # Of each problem its column, code and the gaps of its sentence.
    problems = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["run", "file", "row"], name="reject_of_run")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.file}:{self.row} {self.code}"


class Upload(models.Model):
    """A file that came through the browser and waits to be mapped. ``guess`` is the mapping as suggested or edited."""

    name = models.CharField(max_length=200)
    path = models.CharField(max_length=400)
    size = models.BigIntegerField()
    mapping = models.TextField(blank=True, default="")
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.name
