"""The columns that a table of customers can show: from the customer's own row, or read beside it for a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions.shaped import scope_of
from keyuan.customer360.queries import kept
from keyuan.customer360.queries.seen import labelled
from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.customers.states import CustomerKind, Education, MaritalStatus, Sex, Source
from keyuan.customfields import rules
from keyuan.customfields.queries import definitions
from keyuan.customfields.shapes import Definition
from keyuan.customfields.states import FieldType, RecordKind
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.kept import Kept, written
from keyuan.kernel.stand_ins import Several
from keyuan.kernel.statements import together
from keyuan.kernel.wording import in_language
from keyuan.policies import queries as policies
from keyuan.products.states import Line
from keyuan.servicedesk import queries as service

Cells = tuple[Any, ...]
Rows = list[Cells]


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows of another table about some customers, and the cells that they give each. The ids may be a stand-in."""

    name: str
    rows: Callable[[Any, Viewer, date], QuerySet[Any, Any]]
    seen: Callable[[Rows], dict[int, Cells]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``paths`` are read from the customer's row and given to ``show``; or ``beside`` reads a page's rows of another
    table, of which this column is the ``place``-th value. ``look``: text, code, number, money or day."""

    name: str
    label: str | Promise
    look: str = "text"
    paths: tuple[str, ...] = ()
    show: Callable[[tuple[Any, ...], date], Any] = lambda values, on: values[0]
    beside: Beside | None = None
    place: int = 0
    nothing: Any = None
    sort: tuple[str, ...] = ()


def _label_of(vocabulary: Any) -> Callable[[tuple[Any, ...], date], Any]:
    return lambda values, on: labelled(vocabulary, values[0]).label if values[0] else ""


def _age(values: tuple[Any, ...], on: date) -> int | None:
    born = values[0]
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _unit(values: tuple[Any, ...], on: date) -> str:
    return in_language(*values)


def _day(values: tuple[Any, ...], on: date) -> date | None:
    return None if values[0] is None else values[0].astimezone(COMPANY_ZONE).date()


def _mobile(values: tuple[Any, ...], on: date) -> str:
    return mask("mobile", values[0] or values[1])


def _held(ids: Any, viewer: Viewer, on: date) -> QuerySet[Any, Any]:
    """Policies whose term runs: how many, of which lines, the next end."""
    running = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    rows = policies.visible(viewer).filter(running, customer_id__any=ids)
    return rows.values_list("customer_id", "product__line", "ends_on")


def _seen_held(rows: Rows) -> dict[int, Cells]:
    held: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for key, line, ends_on in rows:
        held[key].append((line, ends_on))
    labels = [(line.value, str(line.label)) for line in Line]
    return {
        key: (
            len(found),
            _("、").join(label for line, label in labels if any(line == each for each, _ in found)),
            min((end for _, end in found if end), default=None),
        )
        for key, found in held.items()
    }


def _tasks(ids: Any, viewer: Viewer, on: date) -> QuerySet[Any, Any]:
    rows = service.customer_tasks(viewer).filter(customer_id__any=ids, done_at__isnull=True).order_by()
    return rows.values_list("customer_id").annotate(open=Count("pk"), next=Min("due_at"))


def _seen_tasks(rows: Rows) -> dict[int, Cells]:
    return {key: (count, due.astimezone(COMPANY_ZONE).date()) for key, count, due in rows}


def _contacts(ids: Any, viewer: Viewer, on: date) -> QuerySet[Any, Any]:
    """The last contact of each, and of everybody who was merged into them."""
    rows = service.visible_contacts(viewer).order_by().values_list("customer_id").annotate(last=Max("occurred_at"))
    of_merged = Subquery(rows.filter(customer_id=OuterRef("dropped_id")).values("last"))
    merged = customers.absorbed(viewer=viewer).filter(customer__any=ids).annotate(last=of_merged)
    return rows.filter(customer_id__any=ids).union(merged.values_list("customer_id", "last"), all=True)


def _seen_contacts(rows: Rows) -> dict[int, Cells]:
    latest: dict[int, date] = {}
    for key, moment in rows:
        if moment is not None:
            day = moment.astimezone(COMPANY_ZONE).date()
            latest[key] = max(day, latest.get(key, day))
    return {key: (day,) for key, day in latest.items()}


def _agents(ids: Any, viewer: Viewer, on: date) -> QuerySet[Any, Any]:
    rows = customers.servicing(viewer=viewer, on=on).filter(customer_id__any=ids)
    return rows.values_list("customer_id", "agent__name")


def _tags(ids: Any, viewer: Viewer, on: date) -> QuerySet[Any, Any]:
    rows = kept.tagged(viewer=viewer).filter(customer_id__any=ids).order_by("tag__name")
    return rows.values_list("customer_id", "tag__name")


def _seen_tags(rows: Rows) -> dict[int, Cells]:
    borne: dict[int, list[str]] = defaultdict(list)
    for key, name in rows:
        borne[key].append(name)
    return {key: (_("、").join(names),) for key, names in borne.items()}


HELD = Beside("held", _held, _seen_held)
TASKS = Beside("tasks", _tasks, _seen_tasks)
CONTACTS = Beside("contacts", _contacts, _seen_contacts)
AGENTS = Beside("agents", _agents, lambda rows: {key: (name,) for key, name in rows})
TAGS = Beside("tags", _tags, _seen_tags)


_ALL = (
    Column(name="name", label=_("客户"), paths=("name",), sort=("name_pinyin", "id")),
    Column(name="number", label=_("客户号"), look="code", paths=("number",), sort=("number", "id")),
    Column(name="kind", label=_("类型"), paths=("kind",), show=_label_of(CustomerKind)),
    Column(
        name="mobile",
        label=_("手机"),
        look="code",
        paths=("person__mobile", "enterprise__contact_mobile"),
        show=_mobile,
    ),
    Column(name="sex", label=_("性别"), paths=("person__sex",), show=_label_of(Sex)),
    Column(
        name="age",
        label=_("年龄"),
        look="number",
        paths=("person__birth_date",),
        show=_age,
        sort=("-person__birth_date", "id"),
    ),
    Column(
        name="birth_date",
        label=_("出生日期"),
        look="day",
        paths=("person__birth_date",),
        sort=("person__birth_date", "id"),
    ),
    Column(name="branch", label=_("机构"), paths=("org_unit__name", "org_unit__name_en"), show=_unit),
    Column(name="agent", label=_("服务人员"), beside=AGENTS, nothing=""),
    Column(name="policies", label=_("有效保单"), look="number", beside=HELD, nothing=0),
    Column(name="lines", label=_("持有险种"), beside=HELD, place=1, nothing=""),
    Column(name="ends_on", label=_("最近到期"), look="day", beside=HELD, place=2),
    Column(name="open_tasks", label=_("未完成任务"), look="number", beside=TASKS, nothing=0),
    Column(name="next_task", label=_("最近任务"), look="day", beside=TASKS, place=1),
    Column(name="last_contact", label=_("上次联系"), look="day", beside=CONTACTS),
    Column(name="tags", label=_("标签"), beside=TAGS, nothing=""),
    Column(name="source", label=_("来源"), paths=("source",), show=_label_of(Source)),
    Column(
        name="created_on", label=_("建档日期"), look="day", paths=("created_at",), show=_day, sort=("created_at", "id")
    ),
    Column(name="education", label=_("学历"), paths=("person__education",), show=_label_of(Education)),
    Column(
        name="marital_status", label=_("婚姻状况"), paths=("person__marital_status",), show=_label_of(MaritalStatus)
    ),
    Column(name="occupation", label=_("职业"), paths=("person__occupation",)),
    Column(name="employer", label=_("工作单位"), paths=("person__employer",)),
    Column(
        name="annual_income",
        label=_("年收入"),
        look="money",
        paths=("person__annual_income",),
        sort=("person__annual_income", "id"),
    ),
    Column(name="children", label=_("子女数"), look="number", paths=("person__children",)),
    Column(name="industry", label=_("行业"), paths=("enterprise__industry",)),
    Column(
        name="employees",
        label=_("员工人数"),
        look="number",
        paths=("enterprise__employees",),
        sort=("enterprise__employees", "id"),
    ),
)
COLUMNS = {column.name: column for column in _ALL}
DEFAULT = ("name", "number", "mobile", "age", "policies", "ends_on", "agent", "next_task", "branch")
MOST_COLUMNS = 20
KEPT = Kept()
_IDS = Several()


def columns(viewer: Viewer) -> dict[str, Column]:
    """The columns that a viewer can choose from, by name, in their order; custom fields come last."""
    return {**COLUMNS, **_custom_columns(viewer)}


LOOKS = {FieldType.NUMBER: "number", FieldType.MONEY: "money", FieldType.DATE: "day"}


def _custom_columns(viewer: Viewer) -> dict[str, Column]:
    """The custom fields of people and enterprises that the viewer may see; one slug is one column."""
    found: dict[str, Column] = {}
    for record in (RecordKind.PERSON, RecordKind.ENTERPRISE):
        for each in definitions(record, viewer=viewer):
            found.setdefault(each.key, _custom_column(each))
    return found


def _custom_column(definition: Definition) -> Column:
    return Column(
        name=definition.key,
        label=definition.label,
        look=LOOKS.get(definition.type, "text"),
        paths=(f"custom__{definition.slug}",),
        show=lambda values, on: rules.typed(definition, values[0]),
    )


def chosen(names: Sequence[str], viewer: Viewer) -> tuple[Column, ...]:
    """The columns of these names, each once, in this order; unknown ones are left out, and none at all is the default."""
    known = columns(viewer)
    found = [known[name] for name in dict.fromkeys(names) if name in known][:MOST_COLUMNS]
    return tuple(found) or tuple(known[name] for name in DEFAULT)


def read(ids: list[int], shown: Sequence[Column], *, viewer: Viewer, on: date) -> dict[int, tuple[Any, ...]]:
    """The cells of these customers that are in scope: one statement for their own rows, one for each table beside them."""
    if not ids:
        return {}
    paths = tuple(dict.fromkeys(path for column in shown for path in column.paths))
    ways = list(dict.fromkeys(column.beside for column in shown if column.beside is not None))
    scope = scope_of(viewer, on)
    own = KEPT.of(
        (scope, paths),
        lambda: written(customers.visible(viewer).filter(pk__any=_IDS).values_list("pk", *paths), [_IDS]),
    )
    others = [KEPT.of((scope, way.name), lambda way=way: written(way.rows(_IDS, viewer, on), [_IDS])) for way in ways]  # type: ignore[misc]
    with together():
        asked = [statement.ask([ids]) for statement in (own, *others)]
    found = {row[0]: dict(zip(paths, row[1:], strict=True)) for row in own.rows(asked[0])}
    beside = {way: way.seen(one.rows(rows)) for way, one, rows in zip(ways, others, asked[1:], strict=True)}
    return {key: tuple(_cell(column, key, values, beside, on) for column in shown) for key, values in found.items()}


def _cell(column: Column, key: int, values: dict[str, Any], beside: dict[Beside, dict[int, Cells]], on: date) -> Any:
    if column.beside is None:
        return column.show(tuple(values[path] for path in column.paths), on)
    found = beside[column.beside].get(key)
    return column.nothing if found is None else found[column.place]
