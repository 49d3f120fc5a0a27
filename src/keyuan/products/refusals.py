"""What the products room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class ProductNotFound(Refusal):
    code = "product_not_found"
    status = 404
    message = _("没有代码为%(code)s的产品。")
    remedy = _("请从产品目录中选择。")

    def __init__(self, code: str) -> None:
        super().__init__(field="product")
        self.gaps = {"code": code}


class VersionNotFound(Refusal):
    code = "product_version_not_found"
    status = 404
    message = _("产品%(code)s没有第%(number)s版。")
    remedy = _("请在产品的版本列表中选择。")


class NotOnSale(Refusal):
    code = "product_not_on_sale"
    status = 409
    message = _("产品%(code)s在%(on)s没有在售的版本。")
    remedy = _("请换一个日期，或选择其他产品。")


class DraftExists(Refusal):
    code = "product_draft_exists"
    status = 409
    message = _("产品%(code)s的第%(number)s版还在编写或审批中。")
    remedy = _("请先完成或删除那一版，再起草新的一版。")


class NotADraft(Refusal):
    code = "product_version_not_a_draft"
    status = 409
    message = _("第%(number)s版现在是“%(state)s”，不能这样处理。")
    remedy = _("已提交的版本先退回才能修改；已发布的版本不能改，请起草新版本。")


class ChangedMeanwhile(Refusal):
    code = "product_draft_changed_meanwhile"
    status = 409
    message = _("您打开之后，有人保存了这份草稿。")
    remedy = _("您的文字还在下面。请与已保存的内容核对后再保存。")


class AnotherProduct(Refusal):
    code = "product_text_of_another_version"
    message = _("文字里写的是%(found)s，这里编写的是%(expected)s。")
    remedy = _("请把 code 和 version 改回来；版本号由系统给出。")


class SecondPersonNeeded(Refusal):
    code = "product_second_person_needed"
    status = 403
    message = _("第%(number)s版由您编写或提交，需要另一个人审批发布。")
    remedy = _("请通知另一位有“审批、发布产品”权限的同事。")


class WholeCompanyNeeded(Refusal):
    code = "product_whole_company_needed"
    status = 403
    message = _("产品是全公司的，只有总公司的人员可以编写和发布。")
    remedy = _("请联系总公司的产品人员。")


class StartsInThePast(Refusal):
    code = "product_starts_in_the_past"
    message = _("第%(number)s版的生效日%(since)s已经过去。")
    remedy = _("请退回修改，把生效日改为今天或以后。")


class ReasonMissing(Refusal):
    code = "product_reason_missing"
    message = _("没有写明原因。")
    remedy = _("请写一句话，让同事知道要改什么或为什么撤回。")


class TrialsFailed(Refusal):
    code = "product_trials_failed"
    message = _("有%(count)s项测试没有通过：%(names)s。")
    remedy = _("请按测试结果修改后再提交。")
