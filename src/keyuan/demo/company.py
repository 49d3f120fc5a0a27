"""The insurer itself: organisation tree, agents who come and go, and the staff. Plain records by ordinal."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from keyuan.accounts.models import OrgUnit
from keyuan.accounts.roles import Role
from keyuan.demo.facts import City, world
from keyuan.demo.naming import person_name
from keyuan.demo.streams import Stream

COMPANY = "客缘示范保险股份有限公司"
CUSTOMERS_AN_OFFICE = 700
CUSTOMERS_AN_AGENT = 45
BOOK_DAYS = 3652
SHOW_CITY = 2  # 南京: where the demo agent works and the demo customer lives
_NUMERALS = "一二三四五六七八九十"

# User name, role, display name, whether the head office, the branch or the sub-branch of the show city employs them.
STAFF = (
    ("hotline", Role.HOTLINE, "何晓雯", "head"),
    ("counter", Role.COUNTER, "顾佳宁", "city"),
    ("underwriter", Role.UNDERWRITER, "严正清", "head"),
    ("claims", Role.CLAIMS, "陆文斌", "head"),
    ("analyst", Role.ANALYST, "沈思远", "head"),
    ("manager", Role.MANAGER, "韩志强", "province"),
    (
        "director",
        Role.MANAGER,
        "欧阳立新",
        "head",
    ),  # what holds for the whole company needs a second pair of eyes there
    ("admin", Role.ADMINISTRATOR, "罗敏", "head"),
)
MORE_STAFF = (
    ("hotline2", Role.HOTLINE, "曾雪莉"),
    ("hotline3", Role.HOTLINE, "单小波"),
    ("hotline4", Role.HOTLINE, "解静"),
    ("claims2", Role.CLAIMS, "仇明辉"),
    ("claims3", Role.CLAIMS, "金燕"),
)


class UnitRecord(NamedTuple):
    unit: int
    code: str
    name: str
    name_en: str
    kind: str
    parent: int | None
    region: str


class AgentRecord(NamedTuple):
    agent: int
    code: str
    name: str
    licence_no: str
    unit: int
    user: int
    joined_on: date
    left_on: date | None


class UserRecord(NamedTuple):
    """``known_password``: signs in with the demo's password; the others cannot sign in until somebody gives them one."""

    user: int
    username: str
    role: str
    display_name: str
    unit: int | None
    active: bool
    known_password: bool
    joined_on: date


class Company:
    """The insurer as it is needed for a book of ``customers`` that ends on ``as_of``."""

    def __init__(self, *, seed: int, customers: int, as_of: date, customer_name: str = "") -> None:
        self.seed, self.customers, self.as_of = seed, customers, as_of
        self.last_day = as_of - timedelta(days=1)
        self.opened_on = as_of - timedelta(days=BOOK_DAYS)
        self.units: list[UnitRecord] = []
        self.agents: list[AgentRecord] = []
        self.users: list[UserRecord] = []
        self.offices: dict[int, list[int]] = {}
        self.city_units: dict[int, int] = {}
        self.office_city: dict[int, City] = {}
        self.counters: dict[int, int] = {}
        self._agents_of: dict[int, list[int]] = {}
        self._build_tree()
        self._hire_staff(customer_name)
        self._hire_agents()

    # -- who is there ---------------------------------------------------------------------------------------------

    @cached_property
    def user_of(self) -> dict[str, int]:
        return {user.username: user.user for user in self.users}

    @cached_property
    def demo_agent(self) -> int:
        return next(agent.agent for agent in self.agents if agent.user == self.user_of["agent"])

    def staff(self, role: str, turn: int) -> UserRecord:
        """Somebody of this role, in turn; head office staff of hotline and claims share the work."""
        members = self._by_role[role]
        return members[turn % len(members)]

    @cached_property
    def _by_role(self) -> dict[str, list[UserRecord]]:
        result: dict[str, list[UserRecord]] = {}
        for user in self.users:
            if user.role != Role.AGENT:
                result.setdefault(user.role, []).append(user)
        return result

    def counter_of(self, office: int) -> UserRecord:
        """The counter clerk of the office's city."""
        return self.users[self.counters[self.office_city[office].index]]

    def agents_on(self, office: int, day: date) -> list[int]:
        """The agents who work at ``office`` on ``day``; never nobody."""
        return [number for number in self._agents_of[office] if self._works(number, day)]

    def _works(self, number: int, day: date) -> bool:
        agent = self.agents[number]
        return agent.joined_on <= day and (agent.left_on is None or day < agent.left_on)

    def find_agent(self, office: int, day: date, stream: Stream) -> int:
        """An agent for a new customer; the demo agent is twice as busy."""
        found = self.agents_on(office, day)
        if self.demo_agent in found:
            found = [*found, self.demo_agent]
        return stream.pick(found)

    # -- how it is built ------------------------------------------------------------------------------------------

    def _unit(self, code: str, name: str, name_en: str, kind: str, parent: int | None, region: str) -> int:
        self.units.append(UnitRecord(len(self.units), code, name, name_en, kind, parent, region))
        return len(self.units) - 1

    def _build_tree(self) -> None:
        kinds = OrgUnit.Kind
        head = self._unit("00", COMPANY, "Keyuan Demo Insurance Co., Ltd.", kinds.HEAD_OFFICE, None, "310000")
        branches: dict[str, int] = {}
        weights = world().city_weights
        for city in world().cities:
            province = city.province
            if province.code not in branches:
                branches[province.code] = self._unit(
                    province.code[:2],
                    f"{province.short}分公司",
                    f"{province.name_en} Branch",
                    kinds.BRANCH,
                    head,
                    province.code,
                )
            short = city.name.removesuffix("市")
            unit = self._unit(
                city.code[:4],
                f"{short}中心支公司",
                f"{city.name_en} Sub-branch",
                kinds.SUB_BRANCH,
                branches[province.code],
                city.code,
            )
            self.city_units[city.index] = unit
            expected = self.customers * city.weight / weights[-1]
            self.offices[city.index] = [
                self._office(city, unit, number) for number in range(1 + int(expected / CUSTOMERS_AN_OFFICE))
            ]

    def _office(self, city: City, parent: int, number: int) -> int:
        round_, place = divmod(number, len(city.districts))
        code, district = city.districts[place]
        short = city.name.removesuffix("市") + district.rstrip("区市")
        which = "" if round_ == 0 else f"第{_NUMERALS[round_] if round_ < 10 else round_ + 1}"
        name = f"{short}{which}营业部"
        name_en = f"{city.name_en} Sales Office {number + 1}"
        unit = self._unit(f"{city.code[:4]}{number + 1:03d}", name, name_en, OrgUnit.Kind.SALES_OFFICE, parent, code)
        self.office_city[unit] = city
        return unit

    def _user(self, username: str, role: str, name: str, unit: int | None, *, joined: date, **facts: bool) -> int:
        known, active = facts.get("known", False), facts.get("active", True)
        self.users.append(UserRecord(len(self.users), username, role, name, unit, active, known, joined))
        return len(self.users) - 1

    def _hire_staff(self, customer_name: str) -> None:
        opened = self.opened_on - timedelta(days=400)
        city = self.city_units[SHOW_CITY]
        places = {"head": 0, "city": city, "province": self.units[city].parent}
        for username, role, name, where in STAFF:
            self._user(username, role, name, places[where], joined=opened, known=True)
        self._user("customer", Role.CUSTOMER, customer_name, None, joined=opened, known=True)
        for username, role, name in MORE_STAFF:
            self._user(username, role, name, 0, joined=opened)
        stream = Stream(self.seed, "staff")
        for index, unit in self.city_units.items():
            if index == SHOW_CITY:
                self.counters[index] = next(user.user for user in self.users if user.username == "counter")
                continue
            name = person_name(stream, born=1985 + stream.between(0, 12), male=False)
            code = self.units[unit].code
            self.counters[index] = self._user(f"counter{code}", Role.COUNTER, name, unit, joined=opened)

    def _hire_agents(self) -> None:
        weights = world().city_weights
        for index, offices in self.offices.items():
            expected = self.customers * world().cities[index].weight / weights[-1] / len(offices)
            for office in offices:
                for slot in range(max(2, round(expected / CUSTOMERS_AN_AGENT))):
                    self._fill_slot(office, slot)

    def _fill_slot(self, office: int, slot: int) -> None:
        """One place at an office, held by one agent after another; the first place's agent has always been there."""
        stream = Stream(self.seed, "agents", office, slot)
        day = self.opened_on - timedelta(days=stream.between(30, 700))
        show = slot == 0 and office == self.offices[SHOW_CITY][0]
        while day <= self.last_day:
            tenure = 200 + int(stream.expovariate(1 / 1100))
            left = day + timedelta(days=tenure)
            stays = slot == 0 or left > self.last_day
            self._agent(office, stream, day, None if stays else left, show=show)
            if stays:
                return
            day = left + timedelta(days=stream.between(10, 90))

    def _agent(self, office: int, stream: Stream, joined: date, left: date | None, *, show: bool) -> None:
        male = stream.chance(0.42)
        name = "周慧敏" if show else person_name(stream, born=joined.year - stream.between(23, 45), male=male)
        number = len(self.agents)
        region = self.units[office].region
        code = f"A{region[:4]}{number + 1:05d}"
        licence = f"{region[:2]}0000{joined.year}{number + 1:08d}"
        username = "agent" if show else code.lower()
        user = self._user(username, Role.AGENT, name, office, joined=joined, known=show, active=left is None)
        self.agents.append(AgentRecord(number, code, name, licence, office, user, joined, left))
        self._agents_of.setdefault(office, []).append(number)
