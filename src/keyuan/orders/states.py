"""The closed vocabularies of an order. Its stage is computed from dated facts (rules.stage), never typed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """How far an order has come."""

    FILLING = "filling", _("填写中")
    REFERRED = "referred", _("人工核保中")
    OFFERED = "offered", _("待您确认核保结论")
    AGREED = "agreed", _("待签名")
    SIGNED = "signed", _("待付款")
    PAID = "paid", _("已付款，正在出单")
    ISSUED = "issued", _("已承保")
    DECLINED = "declined", _("未能承保")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")
    REFUNDED = "refunded", _("已退款")


#: Nothing can be done with these any more.
ENDED = frozenset({Stage.ISSUED, Stage.DECLINED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.REFUNDED})


class Move(models.TextChoices):
    """What can be done with an order."""

    FILL = "fill", pgettext_lazy("投保订单", "修改")
    SUBMIT = "submit", pgettext_lazy("投保订单", "提交")
    AGREE = "agree", pgettext_lazy("投保订单", "接受核保结论")
    SIGN = "sign", pgettext_lazy("投保订单", "签名")
    PAY = "pay", pgettext_lazy("投保订单", "付款")
    ISSUE = "issue", pgettext_lazy("投保订单", "出单")
    WITHDRAW = "withdraw", pgettext_lazy("投保订单", "撤回")


MOVES: dict[Stage, frozenset[Move]] = {
    Stage.FILLING: frozenset({Move.FILL, Move.SUBMIT, Move.WITHDRAW}),
    Stage.REFERRED: frozenset({Move.WITHDRAW}),
    Stage.OFFERED: frozenset({Move.AGREE, Move.WITHDRAW}),
    Stage.AGREED: frozenset({Move.SIGN, Move.WITHDRAW}),
    Stage.SIGNED: frozenset({Move.PAY, Move.WITHDRAW}),
    Stage.PAID: frozenset({Move.ISSUE}),
    Stage.ISSUED: frozenset(),
    Stage.DECLINED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.EXPIRED: frozenset(),
    Stage.REFUNDED: frozenset(),
}


class Step(models.TextChoices):
    """A page of the wizard, in the order in which they are asked."""

    COVER = "cover", _("保障与价格")
    PEOPLE = "people", _("投保人与被保险人")
    MEMBERS = "members", _("参保人员")
    CONSENT = "consent", _("被保险人同意")
    HEALTH = "health", _("告知")
    MEANS = "means", _("适合您吗")
    PAPERS = "papers", _("证明材料")
    READ = "read", _("条款与免责")
    IDENTITY = "identity", _("核验身份")
    CHECK = "check", _("核对并提交")


#: Pages that only some orders need: which, says needed.extra_steps.
EXTRA = frozenset({Step.CONSENT, Step.PAPERS})


class Relation(models.TextChoices):
    """Who the insured is to the applicant."""

    SELF = "self", _("本人")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    EMPLOYEE = "employee", _("员工")
    OTHER = "other_interest", _("其他有保险利益的人")
