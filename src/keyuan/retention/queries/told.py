"""The renewals that a statement found, told whole: its due days as the rules judge them, with names and what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.customers.queries import CustomerLine
from keyuan.deadlines.calendar import next_workday
from keyuan.insight.scores import queries as scores
from keyuan.insight.scores.wording import sentence
from keyuan.kernel.kept import Kept, written
from keyuan.kernel.stand_ins import Several
from keyuan.kernel.statements import together
from keyuan.policies import queries as policies
from keyuan.policies.queries import PolicyLine
from keyuan.products.states import Line
from keyuan.retention import rules
from keyuan.retention.cadence import cadence_for
from keyuan.retention.models import RenewalCase
from keyuan.retention.rules import Due, Summary
from keyuan.retention.states import OPEN_STATES, DueKind, LossReason, Outcome, RenewalState


@dataclass(frozen=True, slots=True)
class RenewalSeen:
    """One renewal as a list shows it. ``owner`` works on it: the assignee, else whoever serves the customer.

    ``premium`` is that of the term that ends, or of the payment that falls due. ``contacts_missing`` conversations are
    still owed before the day. ``may_leave``: the chance that the policy is left, where it is
    raised; ``why``: its first reason.
    """

    policy_id: int
    policy_number: str
    customer_id: int
    customer_number: str
    customer_name: str
    phone: str
    branch: str
    product: str
    line: str
    object: str
    kind: DueKind
    due_on: date
    premium: Decimal
    currency: str
    state: RenewalState
    reason: str
    reason_note: str
    said: str
    contacts: int
    contacts_missing: int
    last_contact_on: date | None
    next_contact_on: date | None
    overdue: bool
    escalated: bool
    assignee_id: int | None
    assignee: str
    serving: str
    lapses_on: date
    may_leave: float | None
    why: str

    @property
    def owner(self) -> str:
        return self.assignee or self.serving

    @property
    def key(self) -> str:
        """Names the case in forms and addresses."""
        return f"{self.policy_id}:{self.due_on.isoformat()}"

    @property
    def line_label(self) -> str:
        return str(Line(self.line).label)

    @property
    def reason_label(self) -> str:
        return str(LossReason(self.reason).label) if self.reason else self.reason_note

    @property
    def said_label(self) -> str:
        return str(Outcome(self.said).label) if self.said else ""

    def days_left(self, on: date) -> int:
        return (self.due_on - on).days


class Found(NamedTuple):
    """A due day as the statement of a list finds it (worklist.FOUND): in scope, and with what decides its state."""

    policy_id: int
    customer_id: int
    due_on: date
    kind: str
    premium: Decimal
    settled: bool
    lapses_on: date
    declined_on: date | None

    @property
    def due(self) -> Due:
        return Due(DueKind(self.kind), self.due_on, self.settled, self.lapses_on, self.declined_on)


class Said(NamedTuple):
    """The row of a case, as far as a list shows it."""

    summary: Summary = rules.NOTHING_TOLD
    escalated_for: date | None = None
    assignee_id: int | None = None
    assignee: str = ""


NOTHING_SAID = Said()
KEPT = Kept()
_POLICIES = Several()
_SUMMARY = tuple(Summary.__dataclass_fields__)


def told(found: Sequence[Found], *, viewer: Viewer, on: date) -> list[RenewalSeen]:
    """The renewals that a list found, in its order. What hangs on them is asked in one go."""
    if not found:
        return []
    policy_ids = list({one.policy_id for one in found})
    with together():
        policy_lines = policies.ask_lines(policy_ids, viewer=viewer)
        customer_lines = customers.ask_lines(list({one.customer_id for one in found}), viewer=viewer)
        said = _ask_said(policy_ids)
        risks = scores.ask_policies(policy_ids)
    lines, people, cases, at_risk = policy_lines(), customer_lines(), said(), risks()
    seen: list[RenewalSeen] = []
    lost_without_reason: list[int] = []
    for one in found:
        line, holder = lines.get(one.policy_id), people.get(one.customer_id)
        if line is None or holder is None:
            continue
        case = cases.get((one.policy_id, one.due_on), NOTHING_SAID)
        told_one = _seen(one, line, holder, case, at_risk.get(one.policy_id), on=on)
        if told_one.state == RenewalState.NOT_RENEWING and not told_one.reason:
            lost_without_reason.append(len(seen))
        seen.append(told_one)
    return _with_notes(seen, lost_without_reason, viewer=viewer, on=on)


def _ask_said(policy_ids: Sequence[int]) -> Callable[[], dict[tuple[int, date], Said]]:
    statement = KEPT.of("said", lambda: written(_said(), [_POLICIES]))
    asked = statement.ask([list(policy_ids)])

    def answer() -> dict[tuple[int, date], Said]:
        found = {}
        for policy_id, due_on, escalated_for, assignee_id, name, username, *summary in statement.rows(asked):
            found[policy_id, due_on] = Said(Summary(*summary), escalated_for, assignee_id, name or username or "")
        return found

    return answer


def _said() -> QuerySet[RenewalCase, Any]:
    whose = ("assignee_id", "assignee__display_name", "assignee__username")
    return RenewalCase.objects.filter(policy__any=_POLICIES).values_list(
        "policy_id", "due_on", "escalated_for", *whose, *_SUMMARY
    )


def _seen(
    one: Found, line: PolicyLine, holder: CustomerLine, case: Said, risk: scores.AtRisk | None, *, on: date
) -> RenewalSeen:
    due, summary, product = one.due, case.summary, line.product
    cadence = cadence_for(line=product.line, long_term=product.long_term, payment_mode=line.payment_mode, on=on)
    state = rules.state_of(due, summary, on=on)
    is_open = state in OPEN_STATES
    first = rules.first_contact_on(due.due_on, cadence, next_workday=next_workday)
    next_on = rules.next_contact(due, summary, first=first) if is_open else None
    return RenewalSeen(
        policy_id=one.policy_id,
        policy_number=line.number,
        customer_id=one.customer_id,
        customer_number=holder.number,
        customer_name=holder.name,
        phone=holder.phone,
        branch=holder.branch,
        product=product.shown,
        line=product.line,
        object=line.object,
        kind=due.kind,
        due_on=due.due_on,
        premium=one.premium,
        currency=line.currency,
        state=state,
        reason=summary.reason if state == RenewalState.NOT_RENEWING else "",
        reason_note="",
        said=summary.said,
        contacts=summary.contacts,
        contacts_missing=rules.contacts_missing(summary, cadence) if is_open else 0,
        last_contact_on=summary.last_contact_on,
        next_contact_on=next_on,
        overdue=rules.is_overdue(state, next_on, on=on),
        escalated=case.escalated_for is not None and case.escalated_for == next_on,
        assignee_id=case.assignee_id,
        assignee=case.assignee,
        serving=holder.server,
        lapses_on=due.lapses_on,
        # Whoever has said so needs no guess.
        may_leave=risk.value if risk is not None and is_open else None,
        why=sentence(risk.reasons[0]) if risk is not None and is_open and risk.reasons else "",
    )


def _with_notes(seen: list[RenewalSeen], places: Sequence[int], *, viewer: Viewer, on: date) -> list[RenewalSeen]:
    """Those at ``places`` with what the policy's own record says of the refusal, nobody having asked the customer."""
    if places:
        notes = policies.notes_of_refusals([seen[place].policy_id for place in places], viewer=viewer, on=on)
        for place in places:
            seen[place] = replace(seen[place], reason_note=notes.get(seen[place].policy_id, ""))
    return seen
