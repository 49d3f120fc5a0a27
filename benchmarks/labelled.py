"""A book of people in which we know who is who: records of one person written twice, as clerks, forms and years corrupt
them, among people who look alike and are not: couples, fathers and sons, twins, and the many who are called 王伟.

Nothing here is anybody's data: names by the shares of demo/data/names.toml, numbers from the generator.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from pypinyin import lazy_pinyin

from keyuan.customers.names import search_forms
from keyuan.customers.standards.resident_id import check_digit
from keyuan.demo.facts import world
from keyuan.demo.naming import person_name, surname
from keyuan.demo.streams import Stream

STREETS = ["人民路", "中山路", "宝带东路", "解放街", "建设大道", "和平里", "长江路", "新华巷", "滨河路", "东环路"]
CITIES = ("江苏省苏州市姑苏区", "四川省成都市武侯区", "浙江省杭州市西湖区", "湖北省武汉市江岸区", "广东省深圳市福田区")
TRADITIONAL = dict(zip(
    "张陈刘杨黄吴孙马罗郑谢许韩冯邓肖苏卢蒋贾陆钟谭贺龚钱汤伟军强勇刚华丽红芳艳静娟兰凤龙飞国建德贵庆荣宝学东丹颖莹",
    "張陳劉楊黃吳孫馬羅鄭謝許韓馮鄧蕭蘇盧蔣賈陸鍾譚賀龔錢湯偉軍強勇剛華麗紅芳豔靜娟蘭鳳龍飛國建德貴慶榮寶學東丹穎瑩",
    strict=True,
))  # fmt: skip
DUPLICATE_SHARE = 0.03


@dataclass(frozen=True)
class One:
    """A record as the finder reads it, and whose it is."""

    person: int
    name: str
    male: bool
    born: date | None
    id_number: str | None = None
    mobile: str | None = None
    former_mobile: str | None = None
    email: str | None = None
    address: str | None = None
    phone: str | None = None
    bank: str | None = None
    employer: str = ""
    how: tuple[str, ...] = ()


@dataclass
class Labelled:
    """``rows`` as customers.matching_records gives them; ``true`` the pairs that are one person, with what was done."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    records: list[One] = field(default_factory=list)
    true: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    shared: list[tuple[str, tuple[int, int]]] = field(default_factory=list)
    lookalikes: dict[tuple[int, int], str] = field(default_factory=dict)


def labelled(size: int, *, seed: int) -> Labelled:
    """About ``size`` records, 3% of them a second record of somebody."""
    maker = _Maker(seed)
    found = Labelled()
    people: list[tuple[One, str]] = []
    while len(people) < size * (1 - DUPLICATE_SHARE):
        people.extend(maker.family())
    for one, _ in people:
        found.records.append(one)
    doubled = maker.rng.sample(range(len(people)), round(size * DUPLICATE_SHARE))
    for at in doubled:
        found.records.append(maker.corrupted(people[at][0]))
    maker.rng.shuffle(found.records)
    _label(found, maker)
    return found


def _label(found: Labelled, maker: _Maker) -> None:
    by_person = defaultdict(list)
    for at, one in enumerate(found.records, start=1):
        forms = search_forms(one.name, person=True)
        found.rows.append((
            at, one.name, forms.pinyin, forms.initials, "male" if one.male else "female", one.born, "resident_id",
            one.id_number, one.mobile, one.email, one.address, one.phone, one.bank, one.employer,
        ))  # fmt: skip
        by_person[one.person].append(at)
    for places in by_person.values():
        if len(places) == 2:
            pair = (places[0], places[1])
            one, other = (found.records[at - 1] for at in pair)
            found.true[pair] = one.how or other.how
            if {one.mobile, one.former_mobile} & {other.mobile, other.former_mobile} - {None}:
                found.shared.append(("mobile", pair))
    for sort, one, other in maker.lookalikes:
        for left in by_person[one]:
            for right in by_person[other]:
                found.lookalikes[min(left, right), max(left, right)] = sort


class _Maker:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.stream = Stream("labelled", seed)
        self.count = 0
        self.given: set[str] = set()
        self.lookalikes: list[tuple[str, int, int]] = []
        self.homophones: dict[str, list[str]] = defaultdict(list)
        for cohort in world().cohorts:
            for sign in cohort.male + cohort.female:
                self.homophones[lazy_pinyin(sign)[0]].append(sign)

    def family(self) -> list[tuple[One, str]]:
        """One person, or people who share a home, a telephone and sometimes more."""
        rng = self.rng
        sort = rng.choices(["single", "couple", "father and son", "twins"], [60, 25, 12, 3])[0]
        year = rng.randint(1945, 2000)
        head = self.person(year, male=rng.random() < 0.5 or sort == "father and son")
        if sort == "single":
            return [(head, sort)]
        home = {"address": head.address, "phone": head.phone}
        if sort == "couple":
            other = replace(self.person(year + rng.randint(-5, 5), male=not head.male), **home)
            if rng.random() < 0.3:
                other = replace(other, bank=head.bank)
            if rng.random() < 0.2:
                other = replace(other, mobile=head.mobile)
            members = [head, other]
        elif sort == "father and son":
            son = replace(self.person(year + rng.randint(22, 35), male=True, of=head.name), **home)
            members = [head, replace(son, mobile=head.mobile if rng.random() < 0.3 else son.mobile)]
        else:
            twin = replace(self.person(year, male=head.male, of=head.name), born=head.born, **home)
            twin = replace(
                twin, id_number=self.resident_id(head.born, head.male) if head.id_number and head.born else None
            )
            if len(head.name) == 3 and len(twin.name) == 3:  # 王大宝 and 王小宝
                twin = replace(twin, name=head.name[:1] + twin.name[1] + head.name[2:])
            members = [head, twin]
        self.lookalikes.append((sort, members[0].person, members[1].person))
        return [(one, sort) for one in members]

    def person(self, year: int, *, male: bool, of: str = "") -> One:
        rng = self.rng
        self.count += 1
        born = date(year, 1, 1) + timedelta(days=rng.randint(0, 364))
        family = of[:1] if of else surname(self.stream)
        return One(
            self.count,
            person_name(self.stream, born=year, male=male, family=family),
            male,
            born if rng.random() < 0.97 else None,
            self.resident_id(born, male) if rng.random() < 0.75 else None,
            f"1{rng.choice('3578')}{rng.randint(10**8, 10**9 - 1)}" if rng.random() < 0.95 else None,
            f"1{rng.choice('3578')}{rng.randint(10**8, 10**9 - 1)}" if rng.random() < 0.3 else None,
            f"{rng.choice('abcdefg')}{rng.randint(1000, 10**7)}@qq.com" if rng.random() < 0.3 else None,
            self.address() if rng.random() < 0.8 else None,
            f"0512{rng.randint(10**7, 10**8 - 1)}" if rng.random() < 0.3 else None,
            f"6222{rng.randint(10**14, 10**15 - 1)}" if rng.random() < 0.4 else None,
            f"{rng.choice(['机床', '纺织', '电子', '中学', '医院'])}{rng.randint(1, 300)}" if rng.random() < 0.6 else "",
        )  # fmt: skip

    def address(self) -> str:
        rng = self.rng
        place = f"{rng.choice(CITIES)}{rng.choice(STREETS)}{rng.randint(1, 400)}号"
        return f"{place}{rng.randint(1, 30)}幢{rng.randint(101, 1806)}室"

    def resident_id(self, born: date, male: bool) -> str:
        while True:  # no two people have one number
            order = self.rng.randint(0, 499) * 2 + male
            body = f"{self.rng.choice(['320508', '510107', '330106'])}{born:%Y%m%d}{order:03d}"
            if body not in self.given:
                self.given.add(body)
                return body + check_digit(body)

    def corrupted(self, one: One) -> One:
        """The record as somebody wrote it the second time: without the document mostly, else they would have been found."""
        rng, how = self.rng, []
        again = replace(one, former_mobile=None)
        # The registry lets nobody have the mobile, the e-mail or the ID number of somebody else: the second record has
        # another one, or none, or the same one mistyped.
        again = replace(
            again, id_number=None, email=None if rng.random() < 0.7 else f"x{rng.randint(1000, 10**7)}@qq.com"
        )
        fate = rng.random()
        if fate < 0.3 and one.former_mobile:
            again, how = replace(again, mobile=one.former_mobile), ["old mobile"]
        elif fate < 0.55 and one.mobile:
            again, how = replace(again, mobile=self.slipped(one.mobile)), ["mobile mistyped"]
        elif fate < 0.8:
            again, how = replace(again, mobile=f"18{rng.randint(10**8, 10**9 - 1)}"), ["new mobile"]
        else:
            again, how = replace(again, mobile=None), ["no mobile"]
        for chance, corrupt in (
            (0.22, self.name_again), (0.15, self.birth_again), (0.5, self.address_again), (0.5, self.less),
        ):  # fmt: skip
            if rng.random() < chance:
                again, told = corrupt(again)
                how += told
        return replace(again, how=tuple(how))

    def name_again(self, one: One) -> tuple[One, list[str]]:
        rng = self.rng
        sort = rng.choices(["same sound", "traditional", "order", "one sign"], [50, 25, 8, 17])[0]
        name = one.name
        if sort == "same sound":
            at = rng.randrange(len(name) > 2, len(name)) if len(name) > 1 else 0
            others = [sign for sign in self.homophones.get(lazy_pinyin(name[at])[0], ()) if sign != name[at]]
            name = name[:at] + rng.choice(others) + name[at + 1 :] if others else name
        elif sort == "traditional":
            name = "".join(TRADITIONAL.get(sign, sign) for sign in name)
        elif sort == "order":
            name = name[1:] + name[:1]
        else:
            name = name[:-1] + rng.choice("明文志金福荣秀桂玉兰英珍")
        return replace(one, name=name), [f"name: {sort}"]

    def birth_again(self, one: One) -> tuple[One, list[str]]:
        if one.born is None or self.rng.random() < 0.5:
            return replace(one, born=None), ["no birth date"]
        if one.born.day <= 12 and self.rng.random() < 0.4:
            return replace(one, born=one.born.replace(month=one.born.day, day=one.born.month)), ["month and day turned"]
        return replace(one, born=one.born.replace(year=one.born.year + self.rng.choice([-10, -1, 1, 10]))), [
            "year mistyped"
        ]

    def address_again(self, one: One) -> tuple[One, list[str]]:
        sort = self.rng.choice(["moved", "short", "none"])
        if one.address is None or sort == "none":
            return replace(one, address=None, phone=None), ["no address"]
        if sort == "moved":
            other = self.person(1980, male=True)
            return replace(one, address=other.address, phone=None), ["moved"]
        short = (
            one.address[3:].replace("市", "").replace("区", "").replace("号", "-").replace("幢", "-").replace("室", "")
        )
        return replace(one, address=short), ["address written short"]

    def less(self, one: One) -> tuple[One, list[str]]:
        return replace(one, bank=None, employer="" if self.rng.random() < 0.5 else one.employer, phone=None), [
            "less known"
        ]

    def slipped(self, digits: str) -> str:
        at = self.rng.randrange(3, 10)
        if self.rng.random() < 0.5 and digits[at] != digits[at + 1 : at + 2]:
            return digits[:at] + digits[at + 1 : at + 2] + digits[at] + digits[at + 2 :]
        return digits[:at] + str((int(digits[at]) + self.rng.randint(1, 9)) % 10) + digits[at + 1 :]
