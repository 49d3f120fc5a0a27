"""The demo's prospects: some became customers of the book, some are followed, some were lost. A few at any size of book."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from keyuan.agents.models import Agent
from keyuan.customers.models import Customer
from keyuan.customers.names import search_forms
from keyuan.customers.states import CustomerKind, IdentifierKind, Source
from keyuan.demo.company import SHOW_CITY, Company
from keyuan.demo.naming import person_name
from keyuan.demo.numbers import MOST_CUSTOMERS, mobile
from keyuan.demo.streams import Stream
from keyuan.eventlog.models import Event
from keyuan.products.states import Line
from keyuan.sales import events
from keyuan.sales.cleaning import digest_of
from keyuan.sales.models import Prospect
from keyuan.sales.states import LostReason

MOST, A_CUSTOMER = 140, 12
DAYS: Final = 300
CARDS = ("认识一下", "认识一下 · 南京车展")
SOURCES: tuple[tuple[Source, tuple[str, ...], int], ...] = (
    (Source.REFERRAL, ("",), 26),
    (Source.VISIT, ("社区走访", "商圈扫街"), 16),
    (Source.SELF_FILLED_CARD, CARDS, 6),
    (Source.WEB, ("官网留言", "搜索广告"), 12),
    (Source.PHONE, ("老客户回访",), 8),
    (Source.AGENCY, ("安信代理", "金桥经纪"), 6),
    (Source.CLIENT_COMPANY, ("员工福利说明会",), 5),
    (Source.MARKET_SURVEY, ("保险服务小调查",), 4),
    (Source.TRADE_SITE, ("比价平台",), 3),
    (Source.MAIL, ("",), 2),
    (Source.OBSERVATION, ("新楼盘交付",), 1),
    (Source.AUTHORITY_DATA, ("",), 1),
    (Source.COMPETITOR, ("停售产品咨询",), 1),
)
SAID = (
    "孩子明年上小学，想先存一笔教育金。",
    "车险下月到期，想比较一下价格和服务。",
    "父母年纪大了，问医疗险还能不能买。",
    "对保障内容感兴趣，约周末带方案上门。",
    "正在装修，忙完再谈。",
    "问清了重疾险的等待期和免责。",
    "单位有补充医疗，想知道还缺什么。",
)
STEPS = ("带方案上门", "电话跟进报价", "发送产品说明", "约体检时间", "确认缴费方式", "回访意向")


class ProspectTeller:
    """Draws prospects from a stream of their own, with the ids that the loader has given."""

    def __init__(self, company: Company, *, units: Any, agents: Any) -> None:
        self.company = company
        self.as_of = company.as_of
        self.agent_of = {row.pk: row for row in Agent.objects.select_related("org_unit", "user")}
        # Cut for cut the same book: staff in the order of the plain records, not of the table.
        working = [agents[one.agent] for one in company.agents if one.left_on is None]
        home = {one.unit for one in company.units if one.unit in company.offices[SHOW_CITY]}
        self.near = [agents[one.agent] for one in company.agents if one.left_on is None and one.unit in home]
        self.far = working
        self.own = agents[company.demo_agent]
        self.loose_unit = units[company.city_units[SHOW_CITY]]
        self.lines: list[Event] = []
        self.made: list[Prospect] = []

    def tell(self) -> int:
        """Write everything; returns how many prospects."""
        count = min(MOST, max(A_CUSTOMER, self.company.customers // A_CUSTOMER))
        won = self._customers(count // 4)
        for number in range(count):
            stream = Stream(self.company.seed, "prospects", number)
            self.made.append(self._prospect(number, stream, won[number] if number < len(won) else None))
        Prospect.objects.bulk_create(self.made)
        for number, prospect in enumerate(self.made):
            self._history(prospect, Stream(self.company.seed, "prospects", number, "history"))
        self.lines.sort(key=lambda line: line.occurred_at)
        Event.objects.bulk_create(self.lines)
        return count

    def _customers(self, count: int) -> list[Customer]:
        """The latest individual customers of the book: some prospects are who they were before."""
        rows = Customer.objects.filter(
            kind=CustomerKind.INDIVIDUAL, created_at__gte=_noon(self.as_of - timedelta(DAYS))
        )
        return list(rows.select_related("person").order_by("id")[:count])

    def _prospect(self, number: int, stream: Stream, customer: Customer | None) -> Prospect:
        agent_id = self._agent(number, stream)
        agent = None if agent_id is None else self.agent_of[agent_id]
        male = stream.chance(0.48)
        born = date(stream.between(1956, 2002), stream.between(1, 12), stream.between(1, 28))
        source, detail = self._source(stream)
        age = int(DAYS * stream.random() ** 2)
        if customer is None and number % 5 == 4:  # the demo agent's own cards, lately
            agent = self.agent_of[self.own]
            source, detail, age = Source.SELF_FILLED_CARD, stream.pick(CARDS), stream.between(0, 40)
        came = self.as_of - timedelta(days=1 + age)
        if customer is not None:
            came = min(came, customer.created_at.date() - timedelta(days=stream.between(3, 45)))
            serving = customer.assignments.filter(ends_on__isnull=True).order_by("id").first()
            agent = agent if serving is None else self.agent_of[serving.agent_id]
        own_number = mobile(MOST_CUSTOMERS + number)
        name = person_name(stream, born=born.year, male=male) if customer is None else customer.name
        known = own_number if customer is None or not customer.person.mobile else customer.person.mobile
        forms = search_forms(name)
        prospect = Prospect(
            name=name,
            name_initials=forms.initials,
            name_grams=list(forms.grams),
            mobile=known,
            mobile_digest=digest_of(IdentifierKind.MOBILE, known),
            sex=("male" if male else "female") if customer is None else customer.person.sex,
            birth_date=(born if stream.chance(0.6) else None) if customer is None else customer.person.birth_date,
            interests=sorted({stream.pick(list(Line)[:-1]).value for _ in range(stream.between(1, 2))}),
            source=source,
            source_detail=detail,
            source_on=came,
            org_unit_id=self.loose_unit if agent is None else agent.org_unit_id,
            owner=agent,
            created_at=_noon(came),
            synthetic=True,
        )
        self._fare(prospect, stream, age, customer)
        return prospect

    def _agent(self, number: int, stream: Stream) -> int | None:
        if number % 9 == 8:
            return None
        if stream.chance(0.4):
            return int(self.own)
        return int(stream.pick(self.near if stream.chance(0.6) and self.near else self.far))

    def _source(self, stream: Stream) -> tuple[Source, str]:
        weights, total = [], 0
        for *_rest, weight in SOURCES:
            total += weight
            weights.append(total)
        source, details, _weight = stream.weighted(SOURCES, weights)
        return source, stream.pick(details)

    def _fare(self, prospect: Prospect, stream: Stream, age: int, customer: Customer | None) -> None:
        """How far they came: the longer ago, the further, and some were lost on the way."""
        came = prospect.source_on
        steps = [
            came + timedelta(days=days)
            for days in (stream.between(0, 3), stream.between(4, 12), stream.between(13, 25))
        ]
        reached = 3 if customer is not None else sum(stream.chance(0.8) for _ in range(3))
        day = [on for on in steps[:reached] if on < self.as_of]
        prospect.contacted_on, prospect.qualified_on, prospect.proposed_on = ([*day, None, None, None])[:3]
        if day:
            prospect.last_contact_at = _noon(day[-1], hours=2)
        if customer is not None:
            prospect.customer, prospect.won_on = customer, max(customer.created_at.date(), came)
        elif age > 60 and stream.chance(0.55):
            prospect.lost_on = min(came + timedelta(days=stream.between(30, 60)), self.as_of - timedelta(days=1))
            prospect.lost_reason = stream.pick(list(LostReason)).value
        elif stream.chance(0.7):
            prospect.next_step = stream.pick(STEPS)
            prospect.next_step_on = self.as_of + timedelta(days=stream.between(-3, 9))

    def _history(self, prospect: Prospect, stream: Stream) -> None:
        told = {"source": prospect.source, "source_detail": prospect.source_detail, "title": prospect.source_detail}
        self._line(prospect, events.RECORDED, prospect.source_on, told, hours=0)
        if prospect.contacted_on is not None:
            said = {"channel": stream.pick(("call", "visit", "wechat")), "direction": "outbound", "outcome": "reached"}
            self._line(prospect, events.CONTACTED, prospect.contacted_on, {**said, "text": stream.pick(SAID)}, hours=2)
        if prospect.qualified_on is not None:
            self._line(prospect, events.QUALIFIED, prospect.qualified_on, {}, hours=3)
        if prospect.proposed_on is not None:
            self._line(prospect, events.PROPOSED, prospect.proposed_on, {}, hours=4)
        if prospect.lost_on is not None:
            self._line(prospect, events.LOST, prospect.lost_on, {"lost_reason": prospect.lost_reason}, hours=5)
        if prospect.customer is not None and prospect.won_on is not None:
            how = {"how": "registered", "title": prospect.name}
            self._line(prospect, events.CONVERTED, prospect.won_on, how, hours=6, customer_id=prospect.customer_id)

    def _line(
        self,
        prospect: Prospect,
        kind: Any,
        on: date,
        payload: dict[str, Any],
        *,
        hours: int,
        customer_id: int | None = None,
    ) -> None:
        owner = prospect.owner
        at = _noon(on, hours=hours)
        self.lines.append(
            Event(
                at=at, occurred_at=at, name=kind.name, customer_id=customer_id, org_unit_id=prospect.org_unit_id,
                actor_kind="user" if owner is not None else "system",
                actor_id="" if owner is None or owner.user_id is None else str(owner.user_id),
                actor_name="示范数据" if owner is None else owner.name,
                subject_type="prospect", subject_id=str(prospect.pk), payload=payload,
            )
        )  # fmt: skip


def _noon(day: date, *, hours: int = 0) -> datetime:
    return datetime.combine(day, time(1, 30), UTC) + timedelta(hours=hours)
