"""What the service desk refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class EmptyNote(Refusal):
    """A contact note without a text and without an outcome says nothing."""

    code = "empty_note"
    message = _("联系记录没有内容。")
    remedy = _("请填写内容，或选择联系结果。")


class NoteTooLong(Refusal):
    code = "note_too_long"
    message = _("内容超过%(limit)s个字。")
    remedy = _("请分成几条记录。")


class ContactInTheFuture(Refusal):
    code = "contact_in_the_future"
    message = _("联系时间在未来。")
    remedy = _("请填写实际联系的时间；将来的联系请建任务。")


class NoOwner(Refusal):
    """A task belongs to somebody with an account."""

    code = "task_without_owner"
    message = _("任务没有负责人。")
    remedy = _("请选择一位有账户的同事负责。")


class TaskAlreadyDone(Refusal):
    code = "task_already_done"
    message = _("任务“%(title)s”已经完成。")
    remedy = _("如需继续处理，请先重开任务。")


class TaskIsOpen(Refusal):
    code = "task_is_open"
    message = _("任务“%(title)s”尚未完成，无需重开。")


class TitleMissing(Refusal):
    code = "task_title_missing"
    message = _("任务没有写明事项。")
    remedy = _("请用一句话写明要做什么。")


class SummaryMissing(Refusal):
    code = "complaint_summary_missing"
    message = _("投诉没有内容。")
    remedy = _("请记下客户的诉求。")


class NotTheirPolicy(Refusal):
    code = "complaint_about_another_policy"
    message = _("这张保单不属于该客户。")
    remedy = _("请从客户名下的保单中选择。")


class ComplaintStepRefused(Refusal):
    """The table of moves does not allow the step for a complaint that stands so."""

    code = "complaint_step_refused"
    message = _("投诉%(complaint)s的状态是“%(statuses)s”，不能办理“%(step)s”。")
    remedy = _("请核对投诉的进度。")


class BeforeItWasReceived(Refusal):
    code = "complaint_before_received"
    message = _("处理时间早于投诉受理时间。")
    remedy = _("请核对时间。")


class RemindedAfterDue(Refusal):
    code = "reminded_after_due"
    message = _("提醒时间晚于截止时间。")
    remedy = _("请选择截止时间或更早的提醒时间。")


class SnoozedIntoThePast(Refusal):
    code = "snoozed_into_the_past"
    message = _("稍后提醒的时间已经过去。")
    remedy = _("请选择将来的时间。")


class TooManyTasks(Refusal):
    code = "too_many_tasks"
    message = _("一次最多办理%(most)s项任务。")
    remedy = _("请分几次选择。")


class TooManyFeeds(Refusal):
    code = "too_many_calendar_feeds"
    message = _("已有%(most)s个日历订阅。")
    remedy = _("请先停用不再使用的订阅。")


class NothingChosen(Refusal):
    code = "no_task_chosen"
    message = _("没有选择任务或负责人。")
    remedy = _("请先在列表中选择，再办理。")


class PurposeMissing(Refusal):
    code = "purpose_missing"
    message = _("导出任务要写明用途。")
    remedy = _("请填写用途后再导出；用途会写入日志。")


class FeedNotFound(Refusal):
    code = "calendar_feed_not_found"
    status = 404
    message = _("没有找到这个日历订阅。")
    remedy = _("它可能已经停用，请刷新页面。")


class ViewNameMissing(Refusal):
    code = "task_view_name_missing"
    message = _("请给视图起一个名字。")
    remedy = _("例如：本周要打的电话。")


class TooManyViews(Refusal):
    code = "too_many_task_views"
    status = 409
    message = _("您已经保存了%(most)s个任务视图。")
    remedy = _("请先删除不再使用的视图。")


class TaskViewNotFound(Refusal):
    """There is no such view, or it is somebody else's."""

    code = "task_view_not_found"
    status = 404
    message = _("没有找到这个视图。")
    remedy = _("只有保存视图的人可以删除它；请刷新页面后再试。")
