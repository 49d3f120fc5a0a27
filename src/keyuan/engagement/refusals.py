"""What the engagement room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class FormNotFound(Refusal):
    """No such form, or none that this viewer may see."""

    code = "form_not_found"
    status = 404
    message = _("没有找到这份表单，或者您无权查看。")
    remedy = _("请从表单列表中选择。")


class FormNotYours(Refusal):
    """Seen, but not this viewer's to change."""

    code = "form_not_yours"
    status = 403
    message = _("这份表单由其他人维护，您不能修改。")
    remedy = _("您可以用自己的链接发放它，或另建一份。")


class FormUnfinished(Refusal):
    """The form has faults (rules.checking) and is not shown to anybody outside yet."""

    code = "form_unfinished"
    message = _("表单还有%(count)s处要改正，暂不能发布。")
    remedy = _("草稿已保存，请按各处的提示改正。")


class FormNotOpen(Refusal):
    code = "form_not_open"
    status = 409
    message = _("这份表单现在不收集。")
    remedy = _("请先发布。")


class SlugTaken(Refusal):
    code = "form_slug_taken"
    status = 409
    message = _("网址“%(slug)s”已被使用。")
    remedy = _("请换一个。")


class SlugMalformed(Refusal):
    code = "form_slug_malformed"
    message = _("网址只能用小写字母、数字和连字符，3至40个字符。")


class PurposeMissing(Refusal):
    code = "form_purpose_missing"
    message = _("请写明用途；用途会写入日志。")


class LinkForOthers(Refusal):
    """Agents make links for themselves only."""

    code = "form_link_for_others"
    status = 403
    message = _("代理人只能生成自己的链接。")
