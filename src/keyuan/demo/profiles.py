"""The four parts of a customer's record, written from what was drawn: person, enterprise, identifiers, consents, sources."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from keyuan.customers import events
from keyuan.customers.masking import mask
from keyuan.customers.states import (
    ConsentPurpose,
    CustomerKind,
    DocumentKind,
    IdentifierKind,
    MaritalStatus,
    Sex,
    Source,
)
from keyuan.demo import numbers
from keyuan.demo.chronicle import MACHINE, Chronicle, Who
from keyuan.demo.facts import world
from keyuan.demo.people import EDUCATIONS, Cell, Firm, Person
from keyuan.demo.records import (
    ConsentRecord,
    CustomerRecord,
    EnterpriseRecord,
    ExternalCoverRecord,
    IdentifierRecord,
    PersonRecord,
)
from keyuan.demo.streams import Stream
from keyuan.servicedesk.states import ContactChannel, Direction

YOUNGEST_WITH_MOBILE = 12
_SOURCES = (
    (Source.PURCHASE, 30), (Source.REFERRAL, 17), (Source.WEB, 11), (Source.VISIT, 8), (Source.PHONE, 6),
    (Source.SELF_FILLED_CARD, 7), (Source.AGENCY, 6), (Source.CLIENT_COMPANY, 4), (Source.MARKET_SURVEY, 3),
    (Source.OBSERVATION, 2), (Source.MAIL, 1.5), (Source.TRADE_SITE, 2), (Source.AUTHORITY_DATA, 1),
    (Source.COMPETITOR, 1.5),
)  # fmt: skip
_EMPLOYERS = {
    "机关": "{city}{district}政府办公室", "学校": "{city}第{n}中学", "高校": "{city}职业技术学院",
    "医院": "{city}第{n}人民医院",
    "科技": "{city}{word}科技有限公司", "企业": "{city}{word}实业有限公司", "银行": "{city}商业银行{district}支行",
    "律所": "{city}{word}律师事务所", "个体": "{district}{word}商行", "餐饮": "{word}餐饮{district}店",
    "工厂": "{city}{word}机械厂", "物流": "{city}{word}物流有限公司", "平台": "{city}{word}出行服务有限公司",
    "建筑": "{city}{word}建设工程有限公司", "务农": "",
}  # fmt: skip
_DEPARTMENTS = ["综合部", "市场部", "财务部", "技术部", "生产部", "人力资源部", "客户服务部", "运营部"]
_TIMES = ["工作日上午", "工作日下午", "工作日晚上", "周末上午", "周末下午", "午休时间"]


class Referrer(NamedTuple):
    customer: int
    name: str
    since: date


def source_of(cell: Cell, stream: Stream, referrer: Referrer | None) -> tuple[str, str, Referrer | None]:
    """Where the customer comes from, the detail of it, and who sent them."""
    source = stream.choices([one for one, _ in _SOURCES], [weight for _, weight in _SOURCES])[0]
    words = world().words
    if source == Source.REFERRAL:
        if referrer is None:
            return Source.VISIT, f"{cell.city.name}社区走访", None
        return source, f"{referrer.name}推荐", referrer
    detail = {
        Source.AGENCY: stream.pick(words["agencies"]),
        Source.TRADE_SITE: stream.pick(words["trade_sites"]),
        Source.COMPETITOR: stream.pick(words["insurers"]),
        Source.VISIT: f"{cell.city.name}社区走访",
        Source.SELF_FILLED_CARD: stream.pick(("客户答谢会", "车展展台", "柜面扫码")),
        Source.WEB: stream.pick(("官网留言", "搜索推广", "公众号")),
    }.get(source, "")
    return source, detail, None


def write_person(
    customer: Chronicle, cell: Cell, person: Person, stream: Stream, source: tuple[str, str], by: Who
) -> None:
    """The customer's row, details and identifiers, and the line of the registration."""
    at = customer.tell(
        person.since,
        events.REGISTERED,
        by,
        payload={"kind": CustomerKind.INDIVIDUAL.value, "source": str(source[0])},
    )
    batch, number = customer.batch, person.customer
    batch.customers.append(
        CustomerRecord(number, CustomerKind.INDIVIDUAL, person.name, cell.office, source[0], source[1], at)
    )
    id_number = numbers.resident_id(number, districts=cell.city.district_codes, born=person.born, male=person.male)
    mobile = numbers.mobile(number) if person.age >= YOUNGEST_WITH_MOBILE else None
    email = f"user{number:06d}@example.com" if person.adult and stream.chance(0.55) else None
    batch.persons.append(_person(cell, person, stream, id_number, mobile, email))

    def claim(kind: str, value: str | None, since: date, ended: date | None = None) -> None:
        if value is not None:
            batch.identifiers.append(IdentifierRecord(number, kind, value, None, since, ended))

    claim(IdentifierKind.ID_NUMBER, id_number, person.since)
    claim(IdentifierKind.EMAIL, email, person.since)
    changed = person.since + timedelta(days=int(stream.random() * 2500) + 60)
    if mobile is not None and person.adult and stream.chance(0.06) and changed <= (person.dies_on or customer.last_day):
        claim(IdentifierKind.MOBILE, numbers.mobile(number, former=True), person.since, changed)
        claim(IdentifierKind.MOBILE, mobile, changed)
        _tell_new_mobile(customer, changed, mobile)
    else:
        claim(IdentifierKind.MOBILE, mobile, person.since)


def _tell_new_mobile(customer: Chronicle, day: date, mobile: str) -> None:
    customer.contact(
        day,
        "counter_change",
        customer.counter(),
        channel=ContactChannel.COUNTER,
        direction=Direction.INBOUND,
        outcome="",
    )
    former = numbers.mobile(customer.customer, former=True)
    for kind, number in ((events.IDENTIFIER_ENDED, former), (events.IDENTIFIER_ADDED, mobile)):
        payload = {"kind": IdentifierKind.MOBILE.value, "shown": mask(IdentifierKind.MOBILE.value, number)}
        customer.tell(day, kind, customer.counter(), payload=payload)


def _person(
    cell: Cell, person: Person, stream: Stream, id_number: str, mobile: str | None, email: str | None
) -> PersonRecord:
    words, city = world().words, cell.city
    code, district = city.districts[cell.district]
    short = city.name.removesuffix("市")
    job = person.occupation
    employer = _EMPLOYERS.get(job.employer, "").format(
        city=short, district=district, n=stream.between(1, 9), word=stream.pick(words["company_words"])
    )
    street = stream.pick(words["streets"])
    works = bool(employer) and person.works
    has_line = stream.chance(0.25)
    return PersonRecord(
        customer=person.customer,
        sex=Sex.MALE if person.male else Sex.FEMALE,
        birth_date=person.born,
        native_place=f"{city.province.short}{short}" if city.province.short != short else short,
        marital_status=person.marital if person.adult else MaritalStatus.SINGLE,
        education=EDUCATIONS[person.education],
        document_kind=DocumentKind.RESIDENT_ID,
        id_number=id_number,
        mobile=mobile,
        email=email,
        employer=employer,
        department=stream.pick(_DEPARTMENTS) if works and stream.chance(0.6) else "",
        employer_address=f"{city.name}{district}{street}{stream.between(1, 300)}号" if works else "",
        position=job.position,
        work_phone=f"{city.telephone}-{stream.between(50_000_000, 89_999_999)}" if works and has_line else None,
        fax=f"{city.telephone}-{stream.between(50_000_000, 89_999_999)}" if works and stream.chance(0.05) else "",
        occupation=job.title,
        occupation_class=job.grade,
        home_phone=f"{city.telephone}-{stream.between(50_000_000, 89_999_999)}" if stream.chance(0.1) else None,
        home_address=cell.address,
        region=code,
        bank_account=numbers.bank_account(person.customer, bank=stream.pick(words["banks"])) if person.adult else None,
        driving_licence_on=person.licence_on,
        annual_income=Decimal(person.income) if person.adult else None,
        household_income=Decimal(cell.income) if person.adult else None,
        debts=Decimal(cell.debts) if person is cell.head else None,
        housing=cell.housing,
        cars_owned=cell.cars if person is cell.head else 0,
        children=cell.children if person.role in ("head", "spouse") else 0,
        smoker=person.smoker if person.adult else None,
        health_note=_health(person, stream),
        hobbies="、".join(dict.fromkeys(stream.pick(words["hobbies"]) for _ in range(stream.between(1, 3)))),
        preferred_channel=stream.choices(("微信", "电话", "短信"), (55, 35, 10))[0],
        preferred_time=stream.pick(_TIMES),
        life_note="",
    )


def _health(person: Person, stream: Stream) -> str | None:
    draw = stream.random()
    if person.age < 40 or draw > 0.25 + 0.006 * (person.age - 40):
        return None
    return stream.pick(("高血压，规律服药", "血脂偏高", "2型糖尿病，控制良好", "甲状腺结节，每年复查", "既往胆囊手术"))


def write_firm(customer: Chronicle, cell: Cell, firm: Firm, stream: Stream, source: tuple[str, str], by: Who) -> None:
    """The enterprise's row, details and identifiers."""
    at = customer.tell(
        firm.since, events.REGISTERED, by, payload={"kind": CustomerKind.ENTERPRISE.value, "source": str(source[0])}
    )
    batch, contact, city = customer.batch, cell.people[0], cell.city
    code, district = city.districts[cell.district]
    batch.customers.append(
        CustomerRecord(firm.customer, CustomerKind.ENTERPRISE, firm.name, cell.office, source[0], source[1], at)
    )
    uscc = numbers.uscc(firm.customer, district=code)
    email = f"office{firm.customer:06d}@example.com"
    batch.enterprises.append(
        EnterpriseRecord(
            customer=firm.customer,
            uscc=uscc,
            industry=firm.industry.name,
            business_nature=firm.industry.nature,
            employees=firm.employees,
            registered_capital=Decimal(firm.capital),
            established_on=firm.established_on,
            legal_representative=firm.representative,
            contact_name=contact.name,
            contact_position="行政主管",
            contact_mobile=numbers.mobile(contact.customer),
            phone=f"{city.telephone}-{stream.between(50_000_000, 89_999_999)}",
            fax=f"{city.telephone}-{stream.between(50_000_000, 89_999_999)}",
            email=email,
            address=f"{city.name}{district}{stream.pick(world().words['streets'])}{stream.between(1, 500)}号",
            region=code,
            bank_account=numbers.bank_account(firm.customer, bank=stream.pick(world().words["banks"])),
        )
    )
    for kind, value in ((IdentifierKind.USCC, uscc), (IdentifierKind.EMAIL, email)):
        batch.identifiers.append(IdentifierRecord(firm.customer, kind, value, None, firm.since, None))


_CONSENTS = (
    (ConsentPurpose.SERVICE, 1.0),
    (ConsentPurpose.MARKETING, 0.6),
    (ConsentPurpose.PROFILING, 0.4),
    (ConsentPurpose.RECORDING, 0.5),
    (ConsentPurpose.HEALTH_DATA, 0.35),
    (ConsentPurpose.SHARING, 0.1),
)


def write_consents(customer: Chronicle, since: date, until: date, stream: Stream) -> None:
    """What the customer agreed to on the first day, and what they took back later."""
    for purpose, likely in _CONSENTS:
        given, taken_back = stream.chance(likely), stream.chance(0.08)
        later = since + timedelta(days=30 + int(stream.random() * 1500))
        if not given:
            continue
        wording, channel = f"{purpose.value}-{since.year}", stream.pick(("app", "counter", "phone"))
        payload = {"purpose": purpose.value, "wording": wording, "channel": channel}
        at = customer.tell(since, events.CONSENT_GIVEN, customer.themselves, payload=payload)
        withdrawn = None
        if purpose != ConsentPurpose.SERVICE and taken_back and later <= until:
            withdrawn = customer.tell(
                later,
                events.CONSENT_WITHDRAWN,
                customer.themselves,
                payload={"purpose": purpose.value, "channel": channel},
            )
        customer.batch.consents.append(ConsentRecord(customer.customer, purpose, at, withdrawn, wording, channel))


def write_external_cover(customer: Chronicle, income: int, stream: Stream) -> None:
    """Cover with another insurer, as the customer told us."""
    if not stream.chance(0.28):
        return
    line, cover, premium = stream.pick(
        (
            ("critical_illness", 200_000, 0.03),
            ("motor", 1_000_000, 0.02),
            ("life", 500_000, 0.025),
            ("medical", 1_000_000, 0.006),
        )
    )
    ends = customer.company.as_of + timedelta(days=stream.between(-200, 700))
    amount = Decimal(max(300, int(income * premium) // 100 * 100))
    insurer = stream.pick(world().words["insurers"])
    customer.batch.external_covers.append(
        ExternalCoverRecord(customer.customer, insurer, line, Decimal(cover), amount, ends)
    )


def registrar(customer: Chronicle, agent: int | None) -> Who:
    """Who wrote the customer down."""
    return customer.agent(agent) if agent is not None else MACHINE
