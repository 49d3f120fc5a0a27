"""The closed vocabularies of the policies room."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentMode(models.IntegerChoices):
    """Months between premiums (缴费方式)."""

    SINGLE = 0, _("趸交")
    MONTHLY = 1, _("月交")
    QUARTERLY = 3, _("季交")
    HALF_YEARLY = 6, _("半年交")
    YEARLY = 12, _("年交")


class Channel(models.TextChoices):
    """How cover was sold."""

    AGENT = "agent", _("个人代理")
    BROKER = "broker", _("经纪")
    BANCASSURANCE = "bancassurance", _("银保")
    TELESALES = "telesales", _("电销")
    ONLINE = "online", _("互联网")
    COUNTER = "counter", _("柜面")
    DIRECT = "direct", _("直销")


class FactKind(models.TextChoices):
    """A dated thing that happened to a policy. Statuses are computed from these; nobody types one."""

    PREMIUM_PAID = "premium_paid", _("收到保费")
    PREMIUM_DEMANDED = "premium_demanded", _("催缴保费")
    SUSPENDED = "suspended", _("效力中止")
    REINSTATED = "reinstated", _("复效")
    RENEWAL_DECLINED = "renewal_declined", _("不再续保")
    CANCEL_REQUESTED = "cancel_requested", _("申请退保")
    CANCEL_WITHDRAWN = "cancel_withdrawn", _("撤回退保申请")
    COOLING_OFF_CANCELLED = "cooling_off_cancelled", _("犹豫期退保")
    SURRENDERED = "surrendered", _("退保")
    LAPSED = "lapsed", _("失效")
    RESCINDED = "rescinded", _("解除合同")
    CLAIM_TERMINATED = "claim_terminated", _("理赔终止")
    MATURED = "matured", _("满期")
    TRANSFERRED = "transferred", _("转移")
    DIVIDEND_PAID = "dividend_paid", _("红利给付")
    PAID_UP = "paid_up", _("减额交清")


ENDINGS = frozenset(
    {
        FactKind.COOLING_OFF_CANCELLED,
        FactKind.SURRENDERED,
        FactKind.LAPSED,
        FactKind.RESCINDED,
        FactKind.CLAIM_TERMINATED,
        FactKind.MATURED,
        FactKind.TRANSFERRED,
    }
)

# Facts whose amount is money that the company pays out; PREMIUM_PAID is the one that brings money in.
PAYOUTS = frozenset({FactKind.COOLING_OFF_CANCELLED, FactKind.SURRENDERED, FactKind.MATURED, FactKind.DIVIDEND_PAID})


class PolicyStatus(models.TextChoices):
    """Computed; several can hold at once (on risk + in grace + cancel pending)."""

    NOT_YET_ON_RISK = "not_yet_on_risk", _("未生效")
    ON_RISK = "on_risk", _("有效")
    IN_COOLING_OFF = "in_cooling_off", _("犹豫期内")
    IN_GRACE = "in_grace", _("宽限期内")
    RENEWAL_DUE = "renewal_due", _("待续保")
    SUSPENDED = "suspended", _("中止")
    CANCEL_PENDING = "cancel_pending", _("退保处理中")
    PAID_UP = "paid_up", _("已减额交清")
    EXPIRED = "expired", _("已到期")
    SURRENDERED = "surrendered", _("已退保")
    CANCELLED = "cancelled", _("已撤单")
    LAPSED = "lapsed", _("已失效")
    TERMINATED = "terminated", _("已终止")
    MATURED = "matured", _("已满期")


class PartyRole(models.TextChoices):
    INSURED = "insured", _("被保险人")
    BENEFICIARY = "beneficiary", _("受益人")
    PAYER = "payer", _("付款人")
    DRIVER = "driver", _("驾驶人")
    CONTACT = "contact", _("经办人")


class ObjectKind(models.TextChoices):
    VEHICLE = "vehicle", _("车辆")
    HOME = "home", _("住宅")
    PREMISES = "premises", _("企业财产")
    PERSON = "person", _("人身")
    GROUP = "group", _("团体成员")
    TRIP = "trip", _("旅程")


class ServiceItem(models.TextChoices):
    """Items of policy service (保全) on the members of a group, by the codes that the field uses [GK]."""

    NI = "NI", _("新增被保险人")
    ZT = "ZT", _("减少被保险人")
    IC = "IC", _("被保险人重要资料变更")


class ListMode(models.TextChoices):
    """What a member list that came as a file says of those who are not in it."""

    FULL = "full", _("全量名单")
    ADDITIONS = "additions", _("增减员名单")


class NextDateKind(models.TextChoices):
    """What a policy is waiting for. Ends are the first day outside."""

    START = "start", _("生效日")
    PREMIUM_DUE = "premium_due", _("应缴日")
    GRACE_END = "grace_end", _("宽限期结束")
    COOLING_OFF_END = "cooling_off_end", _("犹豫期结束")
    RENEWAL = "renewal", _("续保日")
    EXPIRY = "expiry", _("到期日")
    MATURITY = "maturity", _("满期日")
    REINSTATEMENT_DEADLINE = "reinstatement_deadline", _("复效截止日")


@dataclass(frozen=True, slots=True)
class Move:
    """When a fact may be recorded: one of ``needs`` must hold on its day and none of ``never``. ``source``: the clause."""

    needs: frozenset[str]
    never: frozenset[str] = frozenset()
    source: str = ""


_S = PolicyStatus
_LIVE = frozenset({_S.NOT_YET_ON_RISK, _S.ON_RISK, _S.SUSPENDED})

# The legal moves. Nothing follows an ending but a term that is agreed anew; expiry needs no fact at all.
MOVES: dict[str, Move] = {
    # While cover is suspended a premium alone does not revive it: reinstatement does.
    FactKind.PREMIUM_PAID: Move(frozenset({_S.NOT_YET_ON_RISK, _S.ON_RISK}), frozenset({_S.PAID_UP}), "保险法 §35"),
    FactKind.PREMIUM_DEMANDED: Move(frozenset({_S.ON_RISK}), frozenset({_S.PAID_UP}), "保险法 §36"),
    FactKind.SUSPENDED: Move(frozenset({_S.ON_RISK}), frozenset({_S.IN_GRACE}), "保险法 §36"),
    FactKind.REINSTATED: Move(frozenset({_S.SUSPENDED}), source="保险法 §37"),
    FactKind.RENEWAL_DECLINED: Move(frozenset({_S.ON_RISK})),
    FactKind.CANCEL_REQUESTED: Move(_LIVE, frozenset({_S.CANCEL_PENDING}), "保险法 §15"),
    FactKind.CANCEL_WITHDRAWN: Move(frozenset({_S.CANCEL_PENDING})),
    FactKind.COOLING_OFF_CANCELLED: Move(frozenset({_S.IN_COOLING_OFF})),
    FactKind.SURRENDERED: Move(_LIVE, source="保险法 §15、§47"),
    FactKind.LAPSED: Move(frozenset({_S.SUSPENDED}), source="保险法 §37"),
    FactKind.RESCINDED: Move(_LIVE, source="保险法 §16"),
    FactKind.CLAIM_TERMINATED: Move(frozenset({_S.ON_RISK, _S.EXPIRED})),
    FactKind.MATURED: Move(frozenset({_S.EXPIRED})),
    FactKind.TRANSFERRED: Move(_LIVE),
    FactKind.DIVIDEND_PAID: Move(frozenset({_S.ON_RISK})),
    FactKind.PAID_UP: Move(frozenset({_S.ON_RISK}), frozenset({_S.PAID_UP})),
}
