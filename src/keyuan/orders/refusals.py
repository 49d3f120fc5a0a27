"""What the orders room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class OrderNotFound(Refusal):
    """No such order, or none that the one who asks may see."""

    code = "order_not_found"
    status = 404
    message = _("没有找到这张投保单。")
    remedy = _("请登录后在“我的投保”中查看，或者重新开始。")


class OrderMoveRefused(Refusal):
    """The table of moves does not allow the step at this stage."""

    code = "order_move_refused"
    status = 409
    message = _("这张投保单的状态是“%(stage)s”，不能%(move)s。")
    remedy = _("请刷新页面查看最新状态。")


class NotSoldOnline(Refusal):
    code = "order_not_sold_online"
    message = _("“%(product)s”暂不在网上销售。")
    remedy = _("请拨打客服热线95519，或联系您的代理人。")


class OrderIncomplete(Refusal):
    """Something that must be said is missing. ``step`` is where."""

    code = "order_incomplete"
    message = _("投保单还没有填完：%(what)s。")
    remedy = _("请回到“%(step)s”填写。")


class StartRefused(Refusal):
    code = "order_start_refused"
    message = _("保障开始日应在%(least)s至%(most)s之间。")
    remedy = _("请重新选择开始日。")


class SharesMustSumToOne(Refusal):
    code = "order_shares"
    message = _("第%(rank)s顺位受益人的份额合计是%(total)s，应当是100%%。")
    remedy = _("请调整各受益人的份额。")


class InsuredNotAccepted(Refusal):
    """Who is to be insured is not somebody whom this product insures for this applicant."""

    code = "order_insured"
    message = _("这款产品不能由您为“%(relation)s”投保。")
    remedy = _("请选择：%(offered)s。")


class ApplicantTooYoung(Refusal):
    """民法典 §18: whoever is under 18 does not contract alone."""

    code = "order_applicant_minor"
    message = _("投保人须年满%(age)s周岁。")
    remedy = _("请由父母或其他监护人投保。")


class MinorNotInsurable(Refusal):
    """保险法 §33-34: only the parents may insure a minor against death."""

    code = "order_minor"
    message = _("%(name)s未满18周岁，只有父母可以为未成年人投保含身故责任的保险。")
    remedy = _("请由孩子的父亲或母亲投保，或者改选不含身故责任的产品。")


class DeathCoverTooHigh(Refusal):
    """保险法 §33: what all contracts together pay on the death of a minor is limited."""

    code = "order_minor_limit"
    message = _("%(name)s未成年，身故保额合计不能超过%(most)s；已有%(held)s，这次是%(asked)s。")
    remedy = _("请减少保额。")


class PriceChanged(Refusal):
    """The price that the customer saw is no longer the price."""

    code = "order_price_changed"
    status = 409
    message = _("价格变了：您看到的首期保费是%(before)s，现在是%(now)s。")
    remedy = _("请核对以后再提交。")


class NothingToStartAgain(Refusal):
    code = "order_not_over"
    status = 409
    message = _("这张投保单还没有结束，不必重新开始。")
    remedy = _("请在“我的投保”中继续。")
