"""What the 360 room refuses beside what is wrong with a condition."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class NameMissing(Refusal):
    code = "name_missing"
    message = _("还没有名称。")
    remedy = _("请写一个自己认得出的名称。")


class TooLong(Refusal):
    code = "name_too_long"
    message = _("名称最多%(most)d个字。")
    remedy = _("请缩短后再试。")


class NotYours(Refusal):
    code = "not_yours"
    status = 403
    message = _("只有%(owner)s能修改它。")
    remedy = _("请另存为自己的一份。")


class NobodyChosen(Refusal):
    code = "nobody_chosen"
    message = _("还没有选中客户。")
    remedy = _("请先勾选，或选择全部结果。")


class TooManyChosen(Refusal):
    code = "too_many_chosen"
    message = _("一次最多勾选%(most)d位客户。")
    remedy = _("请改用“全部结果”。")


class DueMissing(Refusal):
    code = "due_missing"
    message = _("还没有截止日期。")
    remedy = _("请选择任务的截止日期。")


class UnknownSharing(Refusal):
    code = "unknown_sharing"
    message = _("不能这样共享。")
    remedy = _("请选择仅自己、本机构或全公司。")


class UnknownAction(Refusal):
    code = "unknown_action"
    message = _("没有这种批量操作。")
    remedy = _("请刷新页面后再试。")


class NoAccount(Refusal):
    code = "no_account"
    status = 403
    message = _("只有登录的账户才能保存或批量操作。")
    remedy = _("请登录后再试。")
