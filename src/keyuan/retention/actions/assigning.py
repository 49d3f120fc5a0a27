"""Giving out the renewals of a period: planned without writing, then written set by set."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import ngettext

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.actions import let_agents_help
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import now, today
from keyuan.policies import queries as policies
from keyuan.retention import events, rules
from keyuan.retention.models import RenewalCase
from keyuan.retention.queries.listing import to_give_out
from keyuan.retention.queries.staff import Helper, helpers
from keyuan.retention.refusals import ManagersAssign, NobodyToAssign, NoneChosen, PlanChanged, TooManyToAssign
from keyuan.retention.states import AssignMethod
from keyuan.retention.worklist import RenewalFilter
from keyuan.servicedesk.actions import notify
from keyuan.servicedesk.states import NoticeKind

MOST = 5_000
AT_ONCE = 1_000
_ASSIGN_LOCK = 4_630_102
# How long a helping agent still sees the customer after the due day.
HELP_AFTER = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Choice:
    """How to give out: by which rule, to whom (accounts; none: everybody who can), and whether to take from others.

    ``otherwise`` is the rule for those that the first can give to nobody; None: they stay with nobody.
    """

    method: AssignMethod
    user_ids: tuple[int, ...] = ()
    again: bool = False
    otherwise: AssignMethod | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one person would get. ``before`` are open cases they have already."""

    helper: Helper
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Who would get which case; ``left`` could be given to nobody. ``token`` stands for exactly this plan."""

    given: tuple[tuple[int, int, date, int], ...]
    shares: tuple[Share, ...]
    left: int
    token: str

    @property
    def count(self) -> int:
        return len(self.given)


def planned(wanted: RenewalFilter, choice: Choice, *, viewer: Viewer) -> Plan:
    """What ``assign_renewals`` would do now; writes nothing."""
    require(viewer, Permission.CONTACT_CUSTOMERS)
    if viewer.role == Role.AGENT:
        raise ManagersAssign
    found = to_give_out(wanted, viewer=viewer, again=choice.again, most=MOST)
    if len(found) > MOST:
        raise TooManyToAssign(most=MOST, count=len(found))
    return _plan(found, choice, viewer=viewer)


def assign_renewals(wanted: RenewalFilter, choice: Choice, *, token: str = "", by: Viewer) -> Plan:
    """Give out the open renewals of the filter. ``token`` is that of the plan that was shown; raises PlanChanged if the
    list is another by now. Also raises ManagersAssign, NobodyToAssign, TooManyToAssign."""
    with transaction.atomic():
        _take_turns()
        plan = planned(wanted, choice, viewer=by)
        if token and token != plan.token:
            raise PlanChanged
        _write(plan.given, choice.method, by=by)
    return plan


def assign_piece(found: list[tuple[int, int, date]], choice: Choice, *, by: Viewer) -> Plan:
    """Give out some of a list in one transaction, without those that somebody has been given since; for the daily job."""
    with transaction.atomic():
        _take_turns()
        ids = [policy for policy, _, _ in found]
        taken = set(
            RenewalCase.objects.filter(policy_id__in=ids, assignee__isnull=False).values_list("policy_id", "due_on")
        )
        plan = _plan([case for case in found if (case[0], case[2]) not in taken], choice, viewer=by)
        _write(plan.given, choice.method, by=by)
    return plan


def _take_turns() -> None:
    """Whoever gives out renewals waits for whoever is at it: nobody's case is taken away by a list that was read before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ASSIGN_LOCK])


def give_renewals(keys: Sequence[tuple[int, date]], *, user_id: int, by: Viewer) -> int:
    """Give chosen renewals to one person; returns how many. Raises NoneChosen, NobodyToAssign, ManagersAssign."""
    require(by, Permission.CONTACT_CUSTOMERS)
    if by.role == Role.AGENT:
        raise ManagersAssign
    if not keys:
        raise NoneChosen
    if len(keys) > MOST:
        raise TooManyToAssign(most=MOST, count=len(keys))
    if not helpers(viewer=by, ids=[user_id]):
        raise NobodyToAssign(field="assignee")
    with transaction.atomic():
        _take_turns()
        ids = {policy_id for policy_id, _ in keys}
        holders = dict(policies.visible(by).filter(pk__in=ids).values_list("pk", "customer_id"))
        given = [(policy, holders[policy], due_on, user_id) for policy, due_on in keys if policy in holders]
        _write(given, AssignMethod.BY_HAND, by=by)
    return len(given)


def _plan(found: list[tuple[int, int, date]], choice: Choice, *, viewer: Viewer) -> Plan:
    everybody = helpers(viewer=viewer)
    chosen = [one for one in everybody if not choice.user_ids or one.user_id in choice.user_ids]
    if {choice.method, choice.otherwise} & {AssignMethod.ROUND_ROBIN, AssignMethod.BY_BRANCH}:
        # Work is shared among those who sell and serve, unless others are named.
        chosen = [one for one in chosen if one.agent_id is not None or choice.user_ids]
    if found and not chosen:
        raise NobodyToAssign(field="users")
    before = _loads([helper.user_id for helper in everybody])
    receivers = _receivers(found, choice.method, chosen, before, viewer=viewer)
    if choice.otherwise is not None:
        receivers = _rest(found, receivers, choice.otherwise, chosen, before, viewer=viewer)
    given = tuple(
        (policy, customer, due_on, user_id)
        for (policy, customer, due_on), user_id in zip(found, receivers, strict=True)
        if user_id is not None
    )
    counted = Counter(user_id for *_, user_id in given)
    shares = tuple(Share(one, counted[one.user_id], before.get(one.user_id, 0)) for one in chosen)
    told = "|".join(f"{policy}:{due_on}:{user_id}" for policy, _, due_on, user_id in given)
    token = hashlib.sha256(f"{choice.method}|{told}".encode()).hexdigest()[:32]
    return Plan(given, shares, len(found) - len(given), token)


def _receivers(
    found: list[tuple[int, int, date]],
    method: AssignMethod,
    chosen: list[Helper],
    before: dict[int, int],
    *,
    viewer: Viewer,
) -> list[int | None]:
    """For each case the account that gets it; None: nobody can."""
    people = list({customer for _, customer, _ in found})
    if method == AssignMethod.OWNER:
        able = {one.user_id for one in chosen}
        serving = customers.owners_of(people, viewer=viewer, on=today())
        owners = {customer: server.user_id for customer, server in serving.items()}
        return [owners.get(customer) if owners.get(customer) in able else None for _, customer, _ in found]
    if method == AssignMethod.BY_BRANCH:
        units = dict(customers.visible(viewer).filter(pk__in=people).values_list("pk", "org_unit_id"))
        return _by_unit([units.get(customer) for _, customer, _ in found], chosen, before)
    turns: list[int | None] = []
    turns += rules.shared_out(len(found), [(one.user_id, before.get(one.user_id, 0)) for one in chosen])
    return turns


def _rest(
    found: list[tuple[int, int, date]],
    receivers: list[int | None],
    method: AssignMethod,
    chosen: list[Helper],
    before: dict[int, int],
    *,
    viewer: Viewer,
) -> list[int | None]:
    """The same with those that got nobody given out by a second rule, on top of what the first gave."""
    left = [case for case, user_id in zip(found, receivers, strict=True) if user_id is None]
    loads = Counter(before)
    loads.update(user_id for user_id in receivers if user_id is not None)
    turns = iter(_receivers(left, method, chosen, loads, viewer=viewer))
    return [next(turns) if user_id is None else user_id for user_id in receivers]


def _by_unit(units: list[int | None], chosen: list[Helper], before: dict[int, int]) -> list[int | None]:
    staff: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in chosen:
        staff[one.unit_id].append((one.user_id, before.get(one.user_id, 0)))
    counted = Counter(units)
    turns = {unit: iter(rules.shared_out(counted[unit], staff[unit])) for unit in counted if unit in staff}
    return [next(turns[unit]) if unit in turns else None for unit in units]


def _loads(user_ids: Iterable[int]) -> dict[int, int]:
    """How many cases that are not over yet each person has: those due from today on."""
    held = RenewalCase.objects.filter(assignee_id__in=list(user_ids), due_on__gte=today())
    return dict(Counter(held.values_list("assignee_id", flat=True)))


def _write(given: Sequence[tuple[int, int, date, int]], method: AssignMethod, *, by: Viewer) -> None:
    """Cases, the sight of the customers that helpers need, and a log line each: some statements a thousand cases."""
    staff = {helper.user_id: helper for helper in helpers(viewer=by)}
    for start in range(0, len(given), AT_ONCE):
        piece = given[start : start + AT_ONCE]
        RenewalCase.objects.bulk_create(
            [
                RenewalCase(
                    policy_id=policy, customer_id=customer, due_on=due_on, assignee_id=user_id, assigned_at=now(),
                    method=method,
                )
                for policy, customer, due_on, user_id in piece
            ],
            update_conflicts=True,
            unique_fields=["policy", "due_on"],
            update_fields=["assignee", "assigned_at", "method"],
        )  # fmt: skip
        lent = {
            (customer, agent_id): due_on + HELP_AFTER
            for _, customer, due_on, user_id in piece
            if (agent_id := staff[user_id].agent_id) is not None
        }
        let_agents_help(lent, by=by)
        _tell(piece, staff, method, by=by)
    for user_id, count in Counter(user_id for *_, user_id in given).items():
        _tell_assignee(user_id, count, by=by)


def _tell(
    piece: Sequence[tuple[int, int, date, int]], staff: dict[int, Helper], method: AssignMethod, *, by: Viewer
) -> None:
    ids = [policy for policy, *_ in piece]
    known = {
        pk: (number, unit)
        for pk, number, unit in policies.visible(by).filter(pk__in=ids).values_list("pk", "number", "org_unit_id")
    }
    record_many(
        [
            Line(
                events.ASSIGNED,
                by.actor,
                customer_id=customer,
                org_unit_id=known[policy][1],
                subject=("policy", policy),
                payload={
                    "policy": known[policy][0],
                    "due_on": due_on.isoformat(),
                    "assignee": staff[user_id].name,
                    "method": method.value,
                },
            )
            for policy, customer, due_on, user_id in piece
        ]
    )


def _tell_assignee(user_id: int, count: int, *, by: Viewer) -> None:
    def words() -> str:
        return ngettext("分派给您%(count)s件续保", "分派给您%(count)s件续保", count) % {"count": count}

    address = reverse("retention:work")
    notify([user_id], title=lazy(words, str)(), url=address, kind=NoticeKind.RENEWAL, by=by)
