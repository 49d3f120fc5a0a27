"""What can be asked of a customer: basic and life data, source, branch, agent, consents, household, what names them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth
from django.db.models.lookups import GreaterThanOrEqual, In, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.agents import queries as agents
from keyuan.customer360.conditions import narrowing as by
from keyuan.customer360.conditions.fields import Ask, Choices, Field, Kind, Narrow, Record
from keyuan.customer360.conditions.tree import Op
from keyuan.customer360.conditions.tree import Value as Wanted
from keyuan.customer360.queries import kept
from keyuan.customers import queries as customers
from keyuan.customers.names import fold, grams_of
from keyuan.customers.states import (
    ConsentPurpose,
    CustomerKind,
    Education,
    HouseholdRole,
    Housing,
    IdentifierKind,
    MaritalStatus,
    Sex,
    Source,
)
from keyuan.kernel.clock import today
from keyuan.tiers import queries as tiers

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

MONTHS: Choices = [(str(month), str(month)) for month in range(1, 13)]
OCCUPATION_CLASSES: Choices = [(str(each), str(each)) for each in (1, 2, 3, 4, 5, 6, 9)]


def these(choices: Any) -> Callable[[Viewer], Choices]:
    """A vocabulary as the choices of a field, the same for every viewer."""
    return lambda viewer: [(str(code), label) for code, label in choices.choices]


def units(viewer: Viewer) -> Choices:
    return [(unit.code, unit.label) for unit in accounts.units(viewer=viewer)]


def active_agents(viewer: Viewer) -> Choices:
    found = agents.active_agents(viewer=viewer, on=today())[:500]
    return [(agent.code, f"{agent.name} ({agent.code})") for agent in found]


def _tags(viewer: Viewer) -> Choices:
    return [(name, name) for name in kept.tags(viewer=viewer).values_list("name", flat=True)[:500]]


def _lists(viewer: Viewer) -> Choices:
    return [(str(one.pk), one.name) for one in kept.lists(viewer=viewer)[:500]]


def _tiers(viewer: Viewer) -> Choices:
    found = [(code, tier) for code, tier in tiers.steps(on=today()) if tier.level]
    return [(tiers.code_of(code, tier.level), tiers.said(tier.name)) for code, tier in found]


def _tiers_held(ask: Ask) -> QuerySet[Any]:
    return tiers.of_customers(viewer=ask.viewer, on=ask.on)


def units_below(value: Wanted, ask: Ask) -> tuple[int, ...]:
    """The units that codes mean: each with every unit below it."""
    codes = value if isinstance(value, tuple) else (value,)
    return tuple(accounts.unit_ids_of_codes([str(code) for code in codes], viewer=ask.viewer))


def of_unit(path: str) -> Narrow:
    """A unit by its code, with every unit below it."""

    def narrow(op: Op, value: Wanted, ask: Ask) -> Q:
        found = Q(**{f"{path}__in": units_below(value, ask)})
        return ~found if op in (Op.NOT_IN, Op.NE) else found

    return narrow


def _name(op: Op, value: Wanted, ask: Ask) -> Q:
    """A part of a name is found through its grams; the grams alone may lie apart, so the name is looked at as well."""
    if op == Op.CONTAINS and not ask.negated:
        grams = list(grams_of(fold(str(value))))
        found = Q(name__icontains=value)
        return Q(name_grams__contains=grams) & found if grams else found
    return by.text("name")(op, value, ask)


def _identifier(kind: IdentifierKind) -> Narrow:
    def narrow(op: Op, value: Wanted, ask: Ask) -> Q:
        if op == Op.EQ:
            rows = customers.identifiers_with(kind, str(value), viewer=ask.viewer)
            return Q(Exists(rows.filter(customer=OuterRef("pk"))))
        rows = customers.identifiers(viewer=ask.viewer).filter(kind=kind)
        found = Q(Exists(rows.filter(customer=OuterRef("pk"))))
        return ~found if op == Op.EMPTY else found

    return narrow


def _serving(ask: Ask) -> QuerySet[Any]:
    return customers.servicing(viewer=ask.viewer, on=ask.on)


def anniversary(path: str) -> Narrow:
    """The day of the year on which something comes round; 29 February counts as itself only."""

    def narrow(op: Op, value: Wanted, ask: Ask) -> Q:
        known = Q(**{f"{path}__isnull": False})
        if op == Op.IN:
            months = [int(str(month)) for month in cast("tuple[Any, ...]", value)]
            return known & Q(In(ExtractMonth(path), months))
        first, last = cast("tuple[date, date]", by.span(op, value, ask.on))
        if (last - first).days >= 366:
            return known
        place = ExtractMonth(path) * 100 + ExtractDay(path)
        begin, end = first.month * 100 + first.day, last.month * 100 + last.day
        after, before = Q(GreaterThanOrEqual(place, begin)), Q(LessThanOrEqual(place, end))
        # A span over the end of the year is the end of the one and the beginning of the next.
        return known & (after & before if begin <= end and (last - first).days < 365 else after | before)

    return narrow


def _household_size(ask: Ask) -> Any:
    return Coalesce(customers.household_size(), Value(1))


def _rows(ask: Ask, needs: frozenset[str]) -> QuerySet[Any]:
    return customers.visible(ask.viewer)


def _fields() -> list[Field]:
    def one(name: str, label: Any, kind: Kind, narrow: Narrow, **rest: Any) -> Field:
        return Field(name=f"customer.{name}", label=label, kind=kind, narrow=narrow, **rest)

    def vocabulary(name: str, label: Any, path: str, choices: Any, *, nullable: bool = True) -> Field:
        return one(name, label, Kind.CHOICE, by.choice(path), choices=these(choices), closed=True, nullable=nullable)

    return [
        one("name", _("名称"), Kind.TEXT, _name, nullable=False),
        one("number", _("客户号"), Kind.CODE, by.text("number"), nullable=False),
        vocabulary("kind", _("客户类型"), "kind", CustomerKind, nullable=False),
        one(
            "branch",
            _("所属机构"),
            Kind.CHOICE,
            of_unit("org_unit_id"),
            choices=units,
            nullable=False,
            stamp=units_below,
        ),
        one("agent", _("服务人员"), Kind.CHOICE, by.among(_serving, "agent__code"), choices=active_agents),
        vocabulary("source", _("信息来源"), "source", Source, nullable=False),
        one("source_detail", _("来源说明"), Kind.TEXT, by.text("source_detail")),
        one("created_on", _("建档日期"), Kind.DATE, by.moments("created_at"), nullable=False),
        vocabulary("sex", _("性别"), "person__sex", Sex),
        one("age", _("年龄"), Kind.NUMBER, by.age("person__birth_date")),
        one("birth_date", _("出生日期"), Kind.DATE, by.days("person__birth_date")),
        one("birthday", _("生日"), Kind.ANNIVERSARY, anniversary("person__birth_date"), choices=lambda viewer: MONTHS),
        one("mobile", _("移动电话"), Kind.SEALED, _identifier(IdentifierKind.MOBILE)),
        one("id_number", _("证件号码"), Kind.SEALED, _identifier(IdentifierKind.ID_NUMBER)),
        one("email", _("电子邮件"), Kind.SEALED, _identifier(IdentifierKind.EMAIL)),
        vocabulary("marital_status", _("婚姻状况"), "person__marital_status", MaritalStatus),
        vocabulary("education", _("学历"), "person__education", Education),
        one("native_place", _("籍贯"), Kind.TEXT, by.text("person__native_place")),
        one("region", _("居住地区划代码"), Kind.CODE, by.text("person__region")),
        one("employer", _("工作单位"), Kind.TEXT, by.text("person__employer")),
        one("occupation", _("职业"), Kind.TEXT, by.text("person__occupation")),
        one(
            "occupation_class",
            _("职业类别"),
            Kind.CHOICE,
            by.choice("person__occupation_class", whole_numbers=True),
            choices=lambda viewer: OCCUPATION_CLASSES,
            closed=True,
        ),
        one("annual_income", _("年收入"), Kind.MONEY, by.money("person__annual_income")),
        one("household_income", _("家庭年收入"), Kind.MONEY, by.money("person__household_income")),
        one("debts", _("负债"), Kind.MONEY, by.money("person__debts")),
        vocabulary("housing", _("住房情况"), "person__housing", Housing),
        one("cars_owned", _("自有车辆数"), Kind.NUMBER, by.number("person__cars_owned")),
        one("children", _("子女数"), Kind.NUMBER, by.number("person__children")),
        one("smoker", _("吸烟"), Kind.YES_NO, by.yes_no("person__smoker")),
        one("hobbies", _("兴趣爱好"), Kind.TEXT, by.text("person__hobbies")),
        one("industry", _("行业"), Kind.TEXT, by.text("enterprise__industry")),
        one("employees", _("员工人数"), Kind.NUMBER, by.number("enterprise__employees")),
        one("registered_capital", _("注册资本"), Kind.MONEY, by.money("enterprise__registered_capital")),
        one("established_on", _("成立日期"), Kind.DATE, by.days("enterprise__established_on")),
        one("household_size", _("家庭人数"), Kind.NUMBER, by.expression(_household_size), nullable=False),
        one(
            "consent",
            _("已同意的用途"),
            Kind.SET,
            by.among(lambda ask: customers.consents(viewer=ask.viewer), "purpose"),
            choices=these(ConsentPurpose),
            closed=True,
        ),
        one(
            "identifiers",
            _("已登记的标识"),
            Kind.SET,
            by.among(lambda ask: customers.identifiers(viewer=ask.viewer), "kind"),
            choices=these(IdentifierKind),
            closed=True,
        ),
        one("tier", _("客户等级"), Kind.CHOICE, by.among(_tiers_held, "step"), choices=_tiers, closed=True),
        one("converted", _("折标保费"), Kind.MONEY, by.money("tier_standing__converted")),
        one(
            "tag", _("标签"), Kind.SET, by.among(lambda ask: kept.tagged(viewer=ask.viewer), "tag__name"), choices=_tags
        ),
        one(
            "list",
            _("名单"),
            Kind.SET,
            by.among(lambda ask: kept.places(viewer=ask.viewer), "list_id", read=by.number_of),
            choices=_lists,
        ),
    ]


def _relatives(ask: Ask, needs: frozenset[str]) -> QuerySet[Any]:
    return customers.household_members(viewer=ask.viewer)


def _relative_fields() -> list[Field]:
    def one(name: str, label: Any, kind: Kind, narrow: Narrow, **rest: Any) -> Field:
        return Field(name=f"relative.{name}", label=label, kind=kind, narrow=narrow, **rest)

    return [
        one(
            "role",
            _("家庭角色"),
            Kind.CHOICE,
            by.choice("role"),
            choices=these(HouseholdRole),
            closed=True,
            nullable=False,
        ),
        one("age", _("年龄"), Kind.NUMBER, by.age("customer__person__birth_date")),
        one("sex", _("性别"), Kind.CHOICE, by.choice("customer__person__sex"), choices=these(Sex), closed=True),
        one(
            "birthday",
            _("生日"),
            Kind.ANNIVERSARY,
            anniversary("customer__person__birth_date"),
            choices=lambda viewer: MONTHS,
        ),
        one("name", _("名称"), Kind.TEXT, by.text("customer__name"), nullable=False),
    ]


def _cover_fields() -> list[Field]:
    def one(name: str, label: Any, kind: Kind, narrow: Narrow, **rest: Any) -> Field:
        return Field(name=f"cover.{name}", label=label, kind=kind, narrow=narrow, **rest)

    return [
        one("insurer", _("保险公司"), Kind.TEXT, by.text("insurer"), nullable=False),
        one("line", _("险种"), Kind.TEXT, by.text("line"), nullable=False),
        one("premium", _("年保费"), Kind.MONEY, by.money("premium")),
        one("ends_on", _("到期日"), Kind.DATE, by.days("ends_on")),
    ]


def records() -> list[Record]:
    """The customer, the others of their household, and their cover with other insurers."""
    return [
        Record(name="customer", label=_("客户"), fields={each.name: each for each in _fields()}, rows=_rows),
        Record(
            name="relative",
            label=_("家庭成员"),
            fields={each.name: each for each in _relative_fields()},
            rows=_relatives,
            links={"customer": ("household", "household_member__household")},
            excludes_self=True,
        ),
        Record(
            name="cover",
            label=_("他处投保"),
            fields={each.name: each for each in _cover_fields()},
            rows=lambda ask, needs: customers.external_covers(viewer=ask.viewer),
            links={"customer": ("customer", "pk")},
        ),
    ]
