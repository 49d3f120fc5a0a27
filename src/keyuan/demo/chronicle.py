"""Telling one customer's story: log lines in the order of life, by people who were there, and who looks after whom when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from keyuan.accounts.roles import Role
from keyuan.customers.states import AssignmentKind
from keyuan.demo import causes
from keyuan.demo.company import Company, UserRecord
from keyuan.demo.facts import texts
from keyuan.demo.records import AssignmentRecord, Batch, EventRecord, TaskRecord
from keyuan.demo.streams import Stream
from keyuan.eventlog.kinds import EventKind
from keyuan.servicedesk import events as service_events
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction

SHANGHAI = timezone(timedelta(hours=8))
MORNING, EVENING = 9 * 60, 20 * 60


class Who(NamedTuple):
    """The one who acts: a member of staff, the customer, or a part of the system."""

    kind: str
    user: int | None
    name: str


MACHINE = Who("system", None, "自动服务")


def moment(day: date, minute: int, second: int = 0) -> datetime:
    """A minute of a day in the company's zone."""
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, second, tzinfo=SHANGHAI)


@dataclass(slots=True)
class Care:
    """Who serves a customer when, and on which days somebody looked in on them."""

    spans: list[tuple[int, date, date | None]] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def agent_on(self, day: date) -> int | None:
        for agent, start, end in self.spans:
            if start <= day and (end is None or day < end):
                return agent
        return None

    def orphan_on(self, day: date) -> bool:
        """Had an agent once, has none now."""
        return bool(self.spans) and self.spans[0][1] <= day and self.agent_on(day) is None

    def looked_in(self, day: date) -> bool:
        """Somebody looked in within the year before ``day``."""
        return any(day - timedelta(days=365) <= care < day for care in self.days)


class Chronicle:
    """Writes one customer's lines; a day's lines follow each other in the order in which they are told."""

    def __init__(
        self, batch: Batch, company: Company, *, customer: int, name: str, office: int, stream: Stream
    ) -> None:
        self.batch, self.company, self.stream = batch, company, stream
        self.customer, self.name, self.office = customer, name, office
        self.last_day = company.last_day
        self.turn = stream.between(0, 1000)
        self.contacts = self.policies_told = self.claims_told = self.complaints_told = 0
        self.care = Care()
        self._minutes: dict[date, int] = {}

    # -- who acts -------------------------------------------------------------------------------------------------

    def staff(self, role: str) -> Who:
        return _who(self.company.staff(role, self.turn))

    def counter(self) -> Who:
        return _who(self.company.counter_of(self.office))

    def agent(self, agent: int | None) -> Who:
        """The agent, or the hotline where there is none."""
        if agent is None:
            return self.staff(Role.HOTLINE)
        record = self.company.agents[agent]
        return Who("user", record.user, record.name)

    def server(self, day: date) -> Who:
        """Whoever serves the customer on that day."""
        return self.agent(self.care.agent_on(day))

    @property
    def themselves(self) -> Who:
        return Who("customer", None, self.name)

    # -- telling --------------------------------------------------------------------------------------------------

    def time(self, day: date) -> datetime:
        """The next moment of that day."""
        before = self._minutes.get(day)
        if before is None:
            minute = MORNING + int(self.stream.random() * 400)
        else:
            minute = min(before + 1 + int(self.stream.random() * 40), max(EVENING, before + 1), 23 * 60 + 59)
        self._minutes[day] = minute
        return moment(day, minute, int(self.stream.random() * 60))

    def tell(
        self,
        day: date,
        kind: EventKind,
        by: Who,
        *,
        subject: tuple[str, int] | None = None,
        payload: dict[str, Any] | None = None,
    ) -> datetime:
        """Append a line; the answer is its moment."""
        at = self.time(day)
        subject_type, key = ("", None) if subject is None else subject
        self.batch.events.append(
            EventRecord(
                at, kind.name, self.customer, self.office, by.kind, by.user, by.name, subject_type, key, payload or {}
            )
        )
        return at

    def contact(
        self,
        day: date,
        situation: str,
        by: Who,
        /,
        *,
        channel: str = ContactChannel.CALL,
        direction: str = Direction.OUTBOUND,
        outcome: str = CallOutcome.REACHED,
        **gaps: Any,
    ) -> datetime | None:
        """A contact with a text that fits the situation; nothing happens after the book's last day."""
        if day > self.last_day:
            return None
        self.contacts += 1
        text = self.stream.pick(texts()[situation]).format(**gaps)
        payload = {"channel": str(channel), "direction": str(direction), "outcome": str(outcome), "text": text}
        return self.tell(day, service_events.CONTACT_MADE, by, payload=payload)

    def task(self, day: date, title: str, owner: int, *, due: date, done: date | None, note: str = "") -> None:
        """A task; one that would be done after the last day is still open."""
        if day > self.last_day:
            return
        number = len(self.batch.tasks)
        due_at = moment(due, 18 * 60)
        payload = {"title": title, "due_at": due_at.isoformat(), "owner": self.company.users[owner].display_name}
        by = Who("user", owner, self.company.users[owner].display_name)
        created = self.tell(day, service_events.TASK_CREATED, by, subject=("task", number), payload=payload)
        done_at = None
        if done is not None and done <= self.last_day:
            done_at = self.tell(done, service_events.TASK_DONE, by, subject=("task", number), payload={"title": title})
        self.batch.tasks.append(TaskRecord(number, self.customer, title, note, owner, owner, created, due_at, done_at))

    # -- being looked after ---------------------------------------------------------------------------------------

    def look_after(self, since: date, until: date, *, with_agent: bool) -> None:
        """Draw who serves the customer from ``since`` on, and when somebody looks in (causes.SERVICE)."""
        stream = self.stream.named("care")
        day = since
        agent = self.company.find_agent(self.office, day, stream) if with_agent else None
        while agent is not None:
            left = self.company.agents[agent].left_on
            end = left if left is not None and left <= self.last_day else None
            self.care.spans.append((agent, day, end))
            if end is None or not stream.chance(causes.SERVICE.orphan_handed_over):
                break
            day = end + timedelta(days=stream.between(30, 240))
            if day > until:
                break
            agent = self.company.find_agent(self.office, day, stream)
        self._plan_care(stream, since, until)

    def _plan_care(self, stream: Stream, since: date, until: date) -> None:
        year = since
        while year <= until:
            day = year + timedelta(days=40 + int(stream.random() * 320))
            served = self.care.agent_on(day) is not None
            draw = stream.random()
            likely = causes.SERVICE.contact_by_agent if served else causes.SERVICE.contact_orphan
            if day <= until and draw < likely:
                self.care.days.append(day)
            year += timedelta(days=365)

    def tell_care(self) -> None:
        """Write the assignments and the looking in."""
        for place, (agent, start, end) in enumerate(self.care.spans):
            self.batch.assignments.append(AssignmentRecord(self.customer, agent, AssignmentKind.SERVICING, start, end))
            if place > 0:
                self.contact(start, "new_agent", self.agent(agent), channel=ContactChannel.VISIT)
        for day in self.care.days:
            self._look_in(day)

    def _look_in(self, day: date) -> None:
        agent = self.care.agent_on(day)
        if agent is None:
            self.contact(day, "care_hotline" if self.care.spans else "care_call", self.staff(Role.HOTLINE))
            return
        draw = self.stream.random()
        by = self.agent(agent)
        if draw < 0.4:
            if draw < 0.06:
                self.contact(day - timedelta(days=1), "care_no_answer", by, outcome=CallOutcome.NO_ANSWER)
            self.contact(day, "care_call", by)
        elif draw < 0.8:
            self.contact(day, "care_wechat", by, channel=ContactChannel.WECHAT, outcome="")
        else:
            self.contact(day, "care_visit", by, channel=ContactChannel.VISIT, outcome="")


def _who(user: UserRecord) -> Who:
    return Who("user", user.user, user.display_name)
