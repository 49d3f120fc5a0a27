"""What the duplicates room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class PairNotFound(Refusal):
    code = "pair_not_found"
    status = 404
    message = _("没有找到这一对客户，或者您无权同时查看两位。")
    remedy = _("请回到重复客户列表；可能已由同事合并。")


class SearchRunning(Refusal):
    code = "search_running"
    status = 409
    message = _("正在查找，请等它完成。")


class SearchOutsideScope(Refusal):
    """A search compares everybody with everybody."""

    code = "search_outside_scope"
    status = 403
    message = _("查找会比较全公司的客户，只能由能看到全公司的人员发起。")
    remedy = _("请联系总公司；查到的结果会出现在您的列表中。")


class NothingPicked(Refusal):
    code = "nothing_picked"
    message = _("没有选中任何一对。")
    remedy = _("请先勾选，再合并。")


class PurposeMissing(Refusal):
    code = "purpose_missing"
    message = _("导出客户数据要写明用途。")
    remedy = _("请填写用途后再导出；用途会写入日志。")
