"""Tasks, complaints, notices to the staff and their calendar feeds. A contact has no table: it is a line of the log."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.servicedesk.states import ComplaintReason, ContactChannel, NoticeKind, Priority, Repeat, TaskKind


class Task(models.Model):
    """Something that somebody of the staff is to do by a time, mostly for a customer.

    ``remind_at`` is when its owner is told of it, ``reminded_at`` when that was done for this ``remind_at``. ``follows``:
    the task of a series whose completion made this one; ``series_from``: the first due day of the series.
    """

    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, blank=True, related_name="tasks")
    title = models.CharField(_("事项"), max_length=120)
    kind = models.CharField(
        _("类别"), max_length=12, choices=TaskKind, default=TaskKind.OTHER, db_default=TaskKind.OTHER
    )
    priority = models.PositiveSmallIntegerField(
        _("优先级"), choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    note = models.TextField(_("说明"), blank=True, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tasks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("截止时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    remind_at = models.DateTimeField(_("提醒时间"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    repeat = models.CharField(_("重复"), max_length=12, choices=Repeat, default=Repeat.NEVER, db_default=Repeat.NEVER)
    series_from = models.DateField(null=True, blank=True, editable=False)
    follows = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="followed_by")

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_at"], condition=models.Q(done_at__isnull=True), name="open_task_of_owner"
            ),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(done_at__isnull=True, reminded_at__isnull=True, remind_at__isnull=False),
                name="task_to_remind_of",
            ),
            # With the customer in it, so that conditions over many customers read the index alone.
            models.Index(
                fields=["due_at", "id"],
                include=["customer"],
                condition=models.Q(done_at__isnull=True),
                name="open_task_by_due",
            ),
            models.Index(
                fields=["owner", "-done_at"], condition=models.Q(done_at__isnull=False), name="done_task_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskView(models.Model):
    """A list of tasks that is looked at again: ``query`` is what its address asks. With ``org_unit`` the whole unit has it.

    It holds a question and no answer: whoever opens it sees the tasks in their own scope.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="task_views", db_index=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("视图名称"), max_length=40)
    query = models.CharField(max_length=1000, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="a_task_view_of_a_person_has_its_own_name")
        ]

    def __str__(self) -> str:
        return self.name


class Complaint(models.Model):
    """A complaint with its dated facts; open until ``closed_at``.

    ``complex_on`` and ``extended_on``: the days on which it was found complex (30 days) and a further extension was
    approved (60 days). ``told_at``: when the complainant was told of the decision.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="complaints")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, null=True, blank=True, related_name="complaints")
    number = models.CharField(_("投诉编号"), max_length=40, unique=True)
    channel = models.CharField(_("渠道"), max_length=12, choices=ContactChannel)
    reason = models.CharField(_("原因"), max_length=20, choices=ComplaintReason)
    summary = models.TextField(_("内容"))
    received_at = models.DateTimeField(_("受理时间"))
    complex_on = models.DateField(_("认定复杂日期"), null=True, blank=True)
    extended_on = models.DateField(_("批准延期日期"), null=True, blank=True)
    decided_at = models.DateTimeField(_("处理决定时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("告知时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    upheld = models.BooleanField(_("投诉成立"), null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["received_at", "id"], name="complaints_by_receipt")]

    def __str__(self) -> str:
        return self.number


class Notice(models.Model):
    """Something that one member of the staff is told; ``url`` is the page of this site where it is dealt with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, blank=True, related_name="notices")
    kind = models.CharField(_("类别"), max_length=16, choices=NoticeKind)
    title = models.CharField(_("标题"), max_length=200)
    url = models.CharField(max_length=300)
    by_name = models.CharField(_("来自"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("通知时间"), db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="unread_notice_of_user"),
        ]

    def __str__(self) -> str:
        return self.title


class CalendarFeed(models.Model):
    """An address under which a calendar program reads its owner's tasks. Only the digest of its secret part is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    name = models.CharField(_("用途"), max_length=60)
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_read_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.name
