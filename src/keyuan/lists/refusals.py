"""What a list refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class PurposeMissing(Refusal):
    code = "purpose_missing"
    message = _("导出要写明用途。")
    remedy = _("请填写用途后再导出；用途会写入日志。")


class NameMissing(Refusal):
    code = "name_missing"
    message = _("视图还没有名称。")
    remedy = _("请写一个自己认得出的名称。")


class TooLong(Refusal):
    code = "name_too_long"
    message = _("名称最多%(most)d个字。")
    remedy = _("请缩短后再试。")


class UnknownSharing(Refusal):
    code = "unknown_sharing"
    message = _("不能这样共享。")
    remedy = _("请选择仅自己、本机构或全公司。")


class NoAccount(Refusal):
    code = "no_account"
    status = 403
    message = _("程序没有自己的视图。")
    remedy = _("请登录后再保存。")


class NotYours(Refusal):
    code = "not_yours"
    status = 403
    message = _("只有%(owner)s能修改这个视图。")
    remedy = _("请另存为自己的一份。")


class ViewNotFound(Refusal):
    code = "view_not_found"
    status = 404
    message = _("没有找到这个视图。")
    remedy = _("它可能已被删除，或不再与您共享。")
