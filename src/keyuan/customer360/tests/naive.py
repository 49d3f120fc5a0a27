"""A condition over a small book in plain Python, row by row: what the SQL is compared with. It shares no code with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from keyuan.accounts.models import OrgUnit
from keyuan.claims.models import Claim
from keyuan.customer360.conditions.fields import Kind
from keyuan.customer360.conditions.tree import Compare, DaysFromToday, Group, Has, Not, Op
from keyuan.customer360.models import CustomerListMember, CustomerTag
from keyuan.customers.models import Assignment, Consent, Customer, ExternalCover, HouseholdMember, Identifier
from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customfields.queries import kept
from keyuan.customfields.states import RecordKind
from keyuan.eventlog.models import Event
from keyuan.insight.models import Score
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.policies.models import InsuredObject, Policy
from keyuan.policies.queries.holdings import assemble, facts_of
from keyuan.policies.rules import due_on, standing
from keyuan.servicedesk.models import Complaint, Task
from keyuan.tiers.models import Membership, Standing


@dataclass
class NaiveBook:
    """Everything of the book in memory, once."""

    on: date
    at: datetime
    customers: dict[int, Customer] = field(default_factory=dict)
    rows: dict[str, dict[int, list[Any]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    units: dict[int, list[str]] = field(default_factory=dict)
    plates: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[int, set[str]] = field(default_factory=dict)
    due: dict[int, date | None] = field(default_factory=dict)

    @classmethod
    def read(cls, on: date, at: datetime) -> NaiveBook:
        book = cls(on, at)
        for one in Customer.objects.select_related("person", "enterprise", "org_unit"):
            book.customers[one.pk] = one
        tables: dict[str, Any] = {
            "policy": Policy.objects.select_related("product", "agent"),
            "claim": Claim.objects.all(),
            "task": Task.objects.filter(customer__isnull=False).select_related("owner"),
            "contact": Event.objects.filter(name="contact.made", customer_id__isnull=False),
            "complaint": Complaint.objects.all(),
            "score": Score.objects.filter(leading=True, model="lapse_own"),
            "cover": ExternalCover.objects.all(),
            "consent": Consent.objects.filter(withdrawn_at__isnull=True),
            "identifier": Identifier.objects.filter(ended_on__isnull=True),
            "assignment": Assignment.objects.filter(kind="servicing").select_related("agent"),
            "tag": CustomerTag.objects.select_related("tag"),
            "place": CustomerListMember.objects.all(),
            "tier": Membership.objects.filter(ends_on=None),
            "member": HouseholdMember.objects.all(),
        }
        for name, found in tables.items():
            for row in found:
                book.rows[name][row.customer_id].append(row)
        paths = {unit.pk: unit.path for unit in OrgUnit.objects.all()}
        codes = {unit.pk: unit.code for unit in OrgUnit.objects.all()}
        for pk, path in paths.items():
            book.units[pk] = [codes[int(part)] for part in path.strip("/").split("/")]
        for thing in InsuredObject.objects.exclude(plate=""):
            book.plates[thing.policy_id].append(thing.plate)
        for held in assemble(Policy.objects.all(), on=on):
            book.statuses[held.id] = {status.value for status in held.statuses}
            facts = facts_of(Policy.objects.get(pk=held.id))
            if "on_risk" in book.statuses[held.id]:
                book.due[held.id] = due_on(standing(facts, on=on, clocks=held.clocks))
        return book

    def matching(self, condition: Any) -> set[int]:
        return {pk for pk, one in self.customers.items() if self.holds(condition, "customer", one)}

    def holds(self, condition: Any, record: str, row: Any) -> bool:
        match condition:
            case Group(join="all", parts=parts):
                return all(self.holds(part, record, row) for part in parts)
            case Group(parts=parts):
                return not parts or any(self.holds(part, record, row) for part in parts)
            case Not(part=part):
                return not self.holds(part, record, row)
            case Has(record=inner, such_that=inside, none=none):
                some = any(self.holds(inside, inner.name, each) for each in self.inside(record, row, inner.name))
                return not some if none else some
            case Compare(field=asked, op=op, value=value):
                return self.compared(asked, op, value, row)
        raise TypeError(condition)

    def inside(self, record: str, row: Any, inner: str) -> list[Any]:
        if record == "policy":
            return [claim for claim in self.rows["claim"][row.customer_id] if claim.policy_id == row.pk]
        if inner != "relative":
            return self.rows[inner][row.pk]
        own = self.rows["member"][row.pk]
        everybody = [each for members in list(self.rows["member"].values()) for each in members]
        return [
            each
            for each in everybody
            if own and each.household_id == own[0].household_id and each.customer_id != row.pk
        ]

    def compared(self, asked: Any, op: Op, value: Any, row: Any) -> bool:
        seen = self.value(asked.name, row)
        if asked.kind == Kind.SEALED and op == Op.EQ:
            return self.sealed(asked.name, value, row)
        if asked.kind == Kind.ANNIVERSARY:
            return self.comes_round(op, value, seen)
        if isinstance(seen, set):
            wanted = set(value) if isinstance(value, tuple) else {value}
            return self.many(op, seen, wanted)
        if seen == "":
            seen = None
        if op in (Op.EMPTY, Op.NOT_EMPTY):
            return (seen is None) == (op == Op.EMPTY)
        return self.one(op, seen, value)

    def many(self, op: Op, seen: set[Any], wanted: set[Any]) -> bool:
        return {
            Op.EMPTY: not seen,
            Op.NOT_EMPTY: bool(seen),
            Op.IN: bool(seen & wanted),
            Op.EQ: bool(seen & wanted),
            Op.NOT_IN: not seen & wanted,
            Op.NE: not seen & wanted,
            Op.ALL_OF: wanted <= seen,
            Op.CONTAINS: any(str(part).upper() in each.upper() for part in wanted for each in seen),
            Op.STARTS: any(each.startswith(str(part)) for part in wanted for each in seen),
        }[op]

    def one(self, op: Op, seen: Any, value: Any) -> bool:
        if op in (Op.NE, Op.NOT_IN):
            return not self.one(Op.EQ if op == Op.NE else Op.IN, seen, value)
        if seen is None:
            return False
        if op == Op.IN:
            return seen in value
        if op == Op.CONTAINS:
            return str(value).upper() in seen.upper()
        if op == Op.STARTS:
            return bool(seen.startswith(value))
        if op in (Op.NEXT_DAYS, Op.LAST_DAYS):
            ahead = (seen - self.on).days
            return 0 <= (ahead if op == Op.NEXT_DAYS else -ahead) <= value
        if op == Op.BETWEEN:
            return bool(self.meant(value[0]) <= seen <= self.meant(value[1]))
        wanted = self.meant(value)
        compare: dict[Op, Callable[[], bool]] = {
            Op.EQ: lambda: seen == wanted,
            Op.LT: lambda: seen < wanted,
            Op.LTE: lambda: seen <= wanted,
            Op.GT: lambda: seen > wanted,
            Op.GTE: lambda: seen >= wanted,
        }
        return bool(compare[op]())

    def meant(self, value: Any) -> Any:
        return self.on + timedelta(days=value.days) if isinstance(value, DaysFromToday) else value

    def comes_round(self, op: Op, value: Any, born: date | None) -> bool:
        if born is None:
            return False
        if op == Op.IN:
            return str(born.month) in value
        days = [self.on + timedelta(days=count) for count in range(value + 1)]
        return value >= 366 or any((day.month, day.day) == (born.month, born.day) for day in days)

    def sealed(self, name: str, value: str, row: Any) -> bool:
        kind = name.partition(".")[2]
        try:
            wanted = normalise(kind, value)
        except InvalidIdentifier:
            return False
        return any(getattr(row.person, kind) == wanted for _ in [0] if hasattr(row, "person"))

    def value(self, name: str, row: Any) -> Any:
        record, _, part = name.partition(".")
        special = getattr(self, f"{record}_{part}", None)
        if special is not None:
            return special(row)
        if part.startswith("custom."):
            return custom_value(record, part.partition(".")[2], row)
        if record == "customer":
            return self._of_customer(part, row)
        if record == "contact":
            return row.payload.get(part)
        seen = getattr(row, part)
        return str(seen) if part == "payment_mode" else seen

    def _of_customer(self, part: str, row: Customer) -> Any:
        for source in (row, getattr(row, "person", None), getattr(row, "enterprise", None)):
            if source is not None and hasattr(source, part):
                seen = getattr(source, part)
                return str(seen) if part == "occupation_class" and seen is not None else seen
        return None

    # Fields that are no plain column.

    def customer_branch(self, row: Customer) -> set[str]:
        return set(self.units[row.org_unit_id])

    def customer_agent(self, row: Customer) -> set[str]:
        serving = self.rows["assignment"][row.pk]
        return {
            one.agent.code
            for one in serving
            if one.starts_on <= self.on and (one.ends_on is None or one.ends_on > self.on)
        }

    def customer_created_on(self, row: Customer) -> date:
        return day_of(row.created_at)

    def customer_age(self, row: Customer) -> int | None:
        born = getattr(getattr(row, "person", None), "birth_date", None)
        return (
            None if born is None else self.on.year - born.year - ((self.on.month, self.on.day) < (born.month, born.day))
        )

    def customer_birthday(self, row: Customer) -> date | None:
        return getattr(getattr(row, "person", None), "birth_date", None)

    def customer_region(self, row: Customer) -> str | None:
        return getattr(getattr(row, "person", None), "region", None)

    def customer_mobile(self, row: Customer) -> set[str]:
        return {one.kind for one in self.rows["identifier"][row.pk] if one.kind == "mobile"}

    def customer_id_number(self, row: Customer) -> set[str]:
        return {one.kind for one in self.rows["identifier"][row.pk] if one.kind == "id_number"}

    def customer_email(self, row: Customer) -> set[str]:
        return {one.kind for one in self.rows["identifier"][row.pk] if one.kind == "email"}

    def customer_household_size(self, row: Customer) -> int:
        return 1 + len(self.inside("customer", row, "relative"))

    def customer_consent(self, row: Customer) -> set[str]:
        return {one.purpose for one in self.rows["consent"][row.pk]}

    def customer_identifiers(self, row: Customer) -> set[str]:
        return {one.kind for one in self.rows["identifier"][row.pk]}

    def customer_tier(self, row: Customer) -> str | None:
        return next((f"{one.ladder}-{one.level:02d}" for one in self.rows["tier"][row.pk]), None)

    def customer_converted(self, row: Customer) -> Decimal | None:
        standing = Standing.objects.filter(pk=row.pk).first()
        return None if standing is None else standing.converted

    def customer_tag(self, row: Customer) -> set[str]:
        return {one.tag.name for one in self.rows["tag"][row.pk]}

    def customer_list(self, row: Customer) -> set[str]:
        return {str(one.list_id) for one in self.rows["place"][row.pk]}

    def relative_age(self, row: Any) -> int | None:
        return self.customer_age(self.customers[row.customer_id])

    def relative_sex(self, row: Any) -> str | None:
        return getattr(getattr(self.customers[row.customer_id], "person", None), "sex", None)

    def relative_birthday(self, row: Any) -> date | None:
        return self.customer_birthday(self.customers[row.customer_id])

    def relative_name(self, row: Any) -> str:
        return self.customers[row.customer_id].name

    def policy_line(self, row: Policy) -> str:
        return row.product.line

    def policy_product(self, row: Policy) -> str:
        return row.product.code

    def policy_status(self, row: Policy) -> set[str]:
        return self.statuses[row.pk]

    def policy_due_on(self, row: Policy) -> date | None:
        return self.due.get(row.pk)

    def policy_agent(self, row: Policy) -> str | None:
        return None if row.agent is None else row.agent.code

    def policy_branch(self, row: Policy) -> set[str]:
        return set(self.units[row.org_unit_id])

    def policy_plate(self, row: Policy) -> set[str]:
        return set(self.plates[row.pk])

    def claim_open(self, row: Claim) -> bool:
        return row.closed_on is None

    def task_open(self, row: Task) -> bool:
        return row.done_at is None

    def task_overdue(self, row: Task) -> bool:
        return row.done_at is None and row.due_at < self.at

    def task_due_on(self, row: Task) -> date:
        return day_of(row.due_at)

    def task_created_on(self, row: Task) -> date:
        return day_of(row.created_at)

    def task_done_on(self, row: Task) -> date | None:
        return None if row.done_at is None else day_of(row.done_at)

    def task_mine(self, row: Task) -> bool:
        return False

    def task_owner(self, row: Task) -> str:
        return row.owner.username

    def contact_on(self, row: Event) -> date:
        return day_of(row.occurred_at)

    def contact_by(self, row: Event) -> str:
        return row.actor_name

    def score_within_90(self, row: Score) -> float:
        return row.value

    def score_at_risk(self, row: Score) -> Decimal:
        return row.value_at_risk

    def complaint_open(self, row: Complaint) -> bool:
        return row.closed_at is None

    def complaint_received_on(self, row: Complaint) -> date:
        return day_of(row.received_at)


def custom_value(record: str, slug: str, row: Any) -> Any:
    kinds = ("person", "enterprise") if record == "customer" else (record,)
    value = row.custom.get(slug)
    (kind,) = {one.type for name in kinds for one in kept()[RecordKind(name)] if one.slug == slug}
    if isinstance(value, list):
        return set(value)
    if value is None:
        return set() if kind == "multi_choice" else None
    if kind in ("number", "money"):
        return Decimal(str(value))
    return date.fromisoformat(value) if kind == "date" else value


def day_of(moment: datetime) -> date:
    return moment.astimezone(COMPANY_ZONE).date()


def samples(book: NaiveBook, name: str, record: str) -> list[Any]:
    """Values that occur in the book, so that random conditions find something."""
    rows = (
        book.customers.values()
        if record == "customer"
        else [row for each in book.rows[table(record)].values() for row in each]
    )
    seen: set[Any] = set()
    for row in rows:
        value = book.value(name, row)
        seen |= value if isinstance(value, set) else {value}
    return sorted((each for each in seen if each not in (None, "") and not isinstance(each, Decimal)), key=str)[
        :200
    ] + sorted(each for each in seen if isinstance(each, Decimal))


def table(record: str) -> str:
    return "member" if record == "relative" else record
