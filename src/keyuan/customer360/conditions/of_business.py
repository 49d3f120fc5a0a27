"""What can be asked of what hangs on a customer: policies, claims, tasks, contacts, complaints, scores."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.claims import queries as claims
from keyuan.claims.states import Decision
from keyuan.customer360.conditions import narrowing as by
from keyuan.customer360.conditions.fields import Ask, Choices, Field, Kind, Narrow, Record
from keyuan.customer360.conditions.of_customers import active_agents, of_unit, these, units, units_below
from keyuan.customer360.conditions.tree import Op
from keyuan.customer360.conditions.tree import Value as Wanted
from keyuan.customers import queries as customers
from keyuan.customers.states import IdentifierKind
from keyuan.insight.scores import queries as scores
from keyuan.insight.scores.states import LAPSE_OWN
from keyuan.kernel.wording import in_language
from keyuan.policies import queries as policies
from keyuan.policies.states import Channel, PaymentMode, PolicyStatus
from keyuan.products.queries import products
from keyuan.products.states import Line
from keyuan.servicedesk import queries as service
from keyuan.servicedesk.states import CallOutcome, ComplaintReason, ContactChannel, Direction

if TYPE_CHECKING:
    from django.db.models import QuerySet

BY_CUSTOMER = {"customer": ("customer", "pk")}


def _maker(record: str) -> Callable[..., Field]:
    def one(name: str, label: Any, kind: Kind, narrow: Narrow, **rest: Any) -> Field:
        return Field(name=f"{record}.{name}", label=label, kind=kind, narrow=narrow, **rest)

    return one


def _product_choices(viewer: Viewer) -> Choices:
    return [(one.code, in_language(one.name, one.name_en)) for one in products()]


def _status(op: Op, value: Wanted, ask: Ask) -> Q:
    """The statuses as of the day: at least one of them, none, all."""
    wanted = [PolicyStatus(str(each)) for each in cast("tuple[Any, ...]", value)]

    found = Q()
    for status in wanted:
        one = _held(status, ask)
        found = found & one if op == Op.ALL_OF else found | one
    return ~found if op == Op.NOT_IN else found


def _held(status: PolicyStatus, ask: Ask, further: Q | None = None) -> Q:
    """The status holds (and something further of the computed columns)."""
    held = policies.necessary(status, on=ask.on) & policies.condition(status, on=ask.on)
    return _decided(held if further is None else held & further, ask)


def _decided(found: Q, ask: Ask) -> Q:
    """Under a "not" what cannot be decided (there is no ending at all) has to be false, not unknown."""
    if not ask.negated:
        return found
    return Q(Case(When(found, then=Value(True)), default=Value(False), output_field=BooleanField()))


def _clocks(value: Wanted, ask: Ask) -> Hashable:
    """Statuses run on clocks that differ by product."""
    return tuple(products().values_list("pk", "code", "line", "long_term"))


def _due(op: Op, value: Wanted, ask: Ask) -> Q:
    """The day on which the next premium of cover in force falls due, also one that has passed into the grace period."""
    known = Q(due_on__isnull=False)
    if op in (Op.EMPTY, Op.NOT_EMPTY):
        owing = _held(PolicyStatus.ON_RISK, replace(ask, negated=True), known)
        return ~owing if op == Op.EMPTY else owing
    return _held(PolicyStatus.ON_RISK, ask, known & by.days("due_on")(op, value, ask))


def _plate(op: Op, value: Wanted, ask: Ask) -> Q:
    """A whole plate through the registry, a part of one through what is insured."""
    if op in (Op.EQ, Op.NE):
        named = customers.identifiers_with(IdentifierKind.PLATE, str(value), viewer=ask.viewer)
        found = Q(Exists(named.filter(subject_id=OuterRef("pk"))))
        return found if op == Op.EQ else ~found
    objects = policies.insured_objects(viewer=ask.viewer).exclude(plate="").filter(policy=OuterRef("pk"))
    if op in (Op.EMPTY, Op.NOT_EMPTY):
        found = Q(Exists(objects))
        return ~found if op == Op.EMPTY else found
    return Q(Exists(objects.filter(by.text("plate")(op, value, ask))))


def _policies(ask: Ask, needs: frozenset[str]) -> QuerySet[Any]:
    rows = policies.visible(ask.viewer)
    return policies.annotated(rows, on=ask.on) if "statuses" in needs else rows


def _policy() -> Record:
    one = _maker("policy")
    fields = [
        one("number", _("保单号"), Kind.CODE, by.text("number"), nullable=False),
        one(
            "line", _("险种"), Kind.CHOICE, by.choice("product__line"), choices=these(Line), closed=True, nullable=False
        ),
        one("product", _("产品"), Kind.CHOICE, by.choice("product__code"), choices=_product_choices, nullable=False),
        one(
            "status",
            _("今天的状态"),
            Kind.SET,
            _status,
            choices=these(PolicyStatus),
            closed=True,
            nullable=False,
            needs="statuses",
            stamp=_clocks,
        ),
        one("ends_on", _("终止日期"), Kind.DATE, by.days("ends_on")),
        one("starts_on", _("生效日期"), Kind.DATE, by.days("starts_on"), nullable=False),
        one("signed_on", _("签单日期"), Kind.DATE, by.days("signed_on"), nullable=False),
        one("due_on", _("应缴日"), Kind.DATE, _due, needs="statuses", stamp=_clocks),
        one("premium", _("每期保费"), Kind.MONEY, by.money("premium"), nullable=False),
        one("sum_insured", _("保险金额"), Kind.MONEY, by.money("sum_insured")),
        one(
            "payment_mode",
            _("缴费方式"),
            Kind.CHOICE,
            by.choice("payment_mode", whole_numbers=True),
            choices=these(PaymentMode),
            closed=True,
            nullable=False,
        ),
        one(
            "channel",
            _("销售渠道"),
            Kind.CHOICE,
            by.choice("channel"),
            choices=these(Channel),
            closed=True,
            nullable=False,
        ),
        one("agent", _("销售人员"), Kind.CHOICE, by.choice("agent__code"), choices=active_agents),
        one(
            "branch",
            _("承保机构"),
            Kind.CHOICE,
            of_unit("org_unit_id"),
            choices=units,
            nullable=False,
            stamp=units_below,
        ),
        one("plate", _("车牌号"), Kind.CODE, _plate),
    ]
    return Record(
        name="policy",
        label=_("保单"),
        fields={each.name: each for each in fields},
        rows=_policies,
        links=BY_CUSTOMER,
    )


def _claim() -> Record:
    one = _maker("claim")
    fields = [
        one("number", _("赔案号"), Kind.CODE, by.text("number"), nullable=False),
        one("open", _("未结案"), Kind.YES_NO, by.holds(lambda ask: Q(closed_on__isnull=True)), nullable=False),
        one("occurred_on", _("出险日期"), Kind.DATE, by.days("occurred_on"), nullable=False),
        one("notified_on", _("报案日期"), Kind.DATE, by.days("notified_on"), nullable=False),
        one("decision", _("核定结论"), Kind.CHOICE, by.choice("decision"), choices=these(Decision), closed=True),
        one("decided_on", _("核定日期"), Kind.DATE, by.days("decided_on")),
        one("paid_on", _("赔付日期"), Kind.DATE, by.days("paid_on")),
        one("claimed_amount", _("索赔金额"), Kind.MONEY, by.money("claimed_amount")),
        one("paid_amount", _("赔付金额"), Kind.MONEY, by.money("paid_amount")),
        one("cause", _("出险原因"), Kind.TEXT, by.text("cause")),
    ]
    return Record(
        name="claim",
        label=_("赔案"),
        fields={each.name: each for each in fields},
        rows=lambda ask, needs: claims.visible(ask.viewer),
        links={**BY_CUSTOMER, "policy": ("policy", "pk")},
    )


def _task() -> Record:
    one = _maker("task")
    fields = [
        one("open", _("未完成"), Kind.YES_NO, by.holds(lambda ask: Q(done_at__isnull=True)), nullable=False),
        one(
            "overdue",
            _("已逾期"),
            Kind.YES_NO,
            by.holds(lambda ask: Q(done_at__isnull=True, due_at__lt=ask.put(ask.at))),
            nullable=False,
        ),
        one("due_on", _("截止日期"), Kind.DATE, by.moments("due_at"), nullable=False),
        one(
            "mine",
            _("由我负责"),
            Kind.YES_NO,
            by.holds(lambda ask: Q(owner_id=ask.viewer.user_id or 0)),
            nullable=False,
        ),
        one("owner", _("负责人账号"), Kind.CODE, by.text("owner__username"), nullable=False),
        one("title", _("事项"), Kind.TEXT, by.text("title"), nullable=False),
        one("created_on", _("建立日期"), Kind.DATE, by.moments("created_at"), nullable=False),
        one("done_on", _("完成日期"), Kind.DATE, by.moments("done_at")),
    ]
    return Record(
        name="task",
        label=_("任务"),
        fields={each.name: each for each in fields},
        rows=lambda ask, needs: service.customer_tasks(ask.viewer),
        links=BY_CUSTOMER,
    )


def _contact() -> Record:
    one = _maker("contact")

    def told(name: str, label: Any, choices: Any) -> Field:
        return one(
            name, label, Kind.CHOICE, by.choice(f"payload__{name}", computed=True), choices=these(choices), closed=True
        )

    fields = [
        one("on", _("联系日期"), Kind.DATE, by.moments("occurred_at"), nullable=False),
        told("channel", _("渠道"), ContactChannel),
        told("direction", _("方向"), Direction),
        told("outcome", _("结果"), CallOutcome),
        one("text", _("内容"), Kind.TEXT, by.text("payload__text", computed=True)),
        one("by", _("记录人"), Kind.TEXT, by.text("actor_name"), nullable=False),
    ]
    return Record(
        name="contact",
        label=_("联系记录"),
        fields={each.name: each for each in fields},
        rows=lambda ask, needs: service.visible_contacts(ask.viewer),
        links={"customer": ("customer_id", "pk")},
        keeps_ids=True,
    )


def _complaint() -> Record:
    one = _maker("complaint")
    fields = [
        one("open", _("处理中"), Kind.YES_NO, by.holds(lambda ask: Q(closed_at__isnull=True)), nullable=False),
        one("received_on", _("受理日期"), Kind.DATE, by.moments("received_at"), nullable=False),
        one(
            "reason",
            _("原因"),
            Kind.CHOICE,
            by.choice("reason"),
            choices=these(ComplaintReason),
            closed=True,
            nullable=False,
        ),
        one("upheld", _("投诉成立"), Kind.YES_NO, by.yes_no("upheld")),
        one("summary", _("内容"), Kind.TEXT, by.text("summary"), nullable=False),
    ]
    return Record(
        name="complaint",
        label=_("投诉"),
        fields={each.name: each for each in fields},
        rows=lambda ask, needs: service.visible_complaints(ask.viewer),
        links=BY_CUSTOMER,
    )


def _score() -> Record:
    one = _maker("score")
    fields = [
        one("within_90", _("90天内离开的可能性（0到1）"), Kind.NUMBER, by.number("value"), nullable=False),
        one("within_30", _("30天内离开的可能性（0到1）"), Kind.NUMBER, by.number("within_30")),
        one("at_risk", _("年保费"), Kind.MONEY, by.money("value_at_risk"), nullable=False),
        one("due_on", _("下次到期"), Kind.DATE, by.days("due_on")),
    ]
    return Record(
        name="score",
        label=_("流失预警"),
        fields={each.name: each for each in fields},
        rows=lambda ask, needs: scores.visible(ask.viewer).filter(leading=True, model=LAPSE_OWN),
        links=BY_CUSTOMER,
    )


def records() -> list[Record]:
    """Policies, claims, tasks, contacts, complaints and scores."""
    return [_policy(), _claim(), _task(), _contact(), _complaint(), _score()]
