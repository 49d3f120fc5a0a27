"""The tables of the lake: what is taken out of the database, column by column. What is not declared here does not leave it.

There is no name, number, plate, address or free text: a column is a key, a day, an amount, a count, or a word of a short
list. ``docs/algorithms/lake.md`` is written from this list (``python -m keyuan.insight.lake``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pyarrow as pa

from keyuan.insight.lake import selects


class Kind(StrEnum):
    """What a column holds."""

    KEY = "key"  # a row number, as a pseudonym
    NUMBER = "number"
    WORD = "word"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    FLAG = "flag"


ARROW: Final[dict[Kind, pa.DataType]] = {
    Kind.KEY: pa.int64(),
    Kind.NUMBER: pa.int64(),
    Kind.WORD: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    Kind.MONEY: pa.decimal128(16, 2),
    Kind.FLAG: pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``of``: whose row number a key is."""

    name: str
    kind: Kind
    zh: str
    en: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the lake. Its files lie by the year of ``year_of``; ``select`` gives its columns in their order."""

    name: str
    zh: str
    en: str
    year_of: str
    columns: tuple[Column, ...]
    select: str
    incremental: bool = False

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, ARROW[column.kind]) for column in self.columns])

    @property
    def keys(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind is Kind.KEY)


def _key(of: str, zh: str, en: str, name: str = "") -> Column:
    return Column(name or of, Kind.KEY, zh, en, of)


def _word(name: str, zh: str, en: str) -> Column:
    return Column(name, Kind.WORD, zh, en)


def _day(name: str, zh: str, en: str) -> Column:
    return Column(name, Kind.DAY, zh, en)


def _money(name: str, zh: str, en: str) -> Column:
    return Column(name, Kind.MONEY, zh, en)


def _number(name: str, zh: str, en: str) -> Column:
    return Column(name, Kind.NUMBER, zh, en)


_CUSTOMER = _key("customer", "投保客户", "the holder")
_POLICY = _key("policy", "保单", "the policy")
_UW = _day(
    "uw_on",
    "承保日：本期保障（一年期及以下）或合同（长期险）起期",
    "underwriting day: start of the term, or of a long contract",
)

CUSTOMERS = Table(
    "customers",
    "客户：一行一位",
    "one row a customer",
    "known_on",
    (
        _CUSTOMER,
        _word("kind", "个人或企业", "individual or enterprise"),
        _number("unit", "所属机构", "organisation unit"),
        _word("source", "信息来源", "source"),
        _day("known_on", "建档日", "the day they became known"),
        _number("cohort", "首张保单年份", "year of the first policy"),
        _word("sex", "性别", "sex"),
        _day("born", "出生年月（记为当月1日）", "month of birth, as its first day"),
        _word("education", "学历", "education"),
        _word("marital", "婚姻状况", "marital status"),
        _word("occupation", "职业", "occupation"),
        _number("occupation_class", "职业类别", "occupation class"),
        _word("nature", "企业业务性质", "nature of business"),
        _word("industry", "行业", "industry"),
        _word("region", "区划代码到市（四位）", "region code down to the city (four digits)"),
        _word("tier", "客户等级：客户类型-级", "tier: kind of customer, level"),
    ),
    selects.CUSTOMERS,
)

POLICIES = Table(
    "policies",
    "保单：一行一张",
    "one row a policy",
    "starts_on",
    (
        _POLICY,
        _CUSTOMER,
        _word("product", "产品代码", "product code"),
        _word("line", "险种", "line of business"),
        Column("long_term", Kind.FLAG, "长期险", "cover of more than one year"),
        _word("channel", "销售渠道", "channel"),
        _word("currency", "币种", "currency"),
        _key("agent", "代理人", "the agent"),
        _number("unit", "出单机构", "organisation unit"),
        _number("branch", "分公司", "branch"),
        _day("signed_on", "签单日", "signed"),
        _day("starts_on", "起期", "start"),
        _day("ends_on", "止期（不含）", "end (outside)"),
        _day("over_on", "长期险合同终止日", "the day on which a long contract came to its end"),
        _number("payment_mode", "缴费间隔月数", "months between premiums"),
        _number("payment_years", "缴费年限", "years of payment"),
        _money("premium", "每期保费", "premium of one period"),
        _money("sum_insured", "保额", "sum insured"),
    ),
    selects.POLICIES,
)

RISKS = Table(
    "risks",
    "保险标的：一行一张保单，被保险人（未另列的为投保人）与标的的风险特征",
    "what is insured: a row a policy, the insured person (the holder where nobody else is named) and the object",
    "starts_on",
    (
        _POLICY,
        _CUSTOMER,
        _day("starts_on", "起期", "start"),
        _day("born", "被保险人出生年月（记为当月1日）", "month of birth of the insured, as its first day"),
        _word("sex", "被保险人性别", "sex of the insured"),
        Column("smoker", Kind.FLAG, "被保险人吸烟", "whether the insured smokes"),
        _number("occupation_class", "被保险人职业类别", "occupation class of the insured"),
        _word("region", "区划代码到市（四位）", "region code down to the city (four digits)"),
        _word("industry", "企业行业", "industry of an enterprise"),
        _word("use", "车辆使用性质", "what a vehicle is used for"),
        _number("kilometres", "年行驶里程", "kilometres a year"),
        _number("value", "标的价值", "value of the object"),
        _number("registered_year", "车辆注册年份", "year of a vehicle's registration"),
        _number("building_age", "房龄", "age of a building"),
        _number("members", "团体人数", "members of a group"),
    ),
    selects.RISKS,
)

COVERS = Table(
    "covers",
    "保障期间：保单实际承担风险的一段，扣除终止之后与中止期间",
    "a stretch of days on risk: nothing after an ending, nothing while suspended",
    "from_on",
    (
        _POLICY,
        _CUSTOMER,
        _UW,
        _day("from_on", "起（含）", "first day"),
        _day("until_on", "止（不含）", "first day outside"),
    ),
    selects.COVERS,
)

PREMIUMS = Table(
    "premiums",
    "保费：一行一期（短期险一个保险期间，长期险一次收到的保费），连同它所保的天数与佣金",
    "one row a premium: that of a term, or one received for long cover, with the days it pays for and its commission",
    "written_on",
    (
        _POLICY,
        _CUSTOMER,
        _UW,
        _day("written_on", "入账日", "the day on which it is written"),
        _day("from_on", "所保期间起", "first day that it pays for"),
        _day("until_on", "所保期间止（不含）", "first day that it no longer pays for"),
        _day("earned_by", "最迟从此日起全部已赚（保障终止）", "wholly earned from this day on (cover ended)"),
        _money("amount", "保费", "premium"),
        _money("commission", "佣金", "commission"),
    ),
    selects.PREMIUMS,
)

PAYOUTS = Table(
    "payouts",
    "退保、满期、红利等给付",
    "surrenders, maturities, dividends: money paid out of a policy that is no claim",
    "paid_on",
    (
        _POLICY,
        _CUSTOMER,
        _UW,
        _word("kind", "种类", "kind"),
        _day("paid_on", "给付日", "paid"),
        _money("amount", "金额", "amount"),
    ),
    selects.PAYOUTS,
)

CLAIMS = Table(
    "claims",
    "赔案",
    "one row a claim",
    "occurred_on",
    (
        _key("claim", "赔案", "the claim"),
        _POLICY,
        _CUSTOMER,
        _UW,
        _number("occurrences", "赔案数（历史数据合并为一行时大于1）", "how many claims the row stands for"),
        _day("occurred_on", "出险日", "occurred"),
        _day("notified_on", "报案日", "notified"),
        _day("decided_on", "核定日", "decided"),
        _word("decision", "核定结论", "decision"),
        _day("paid_on", "赔付日", "paid"),
        _day("closed_on", "结案日", "closed"),
        _day("settled_on", "不再未决之日：赔付、拒赔或结案", "no longer outstanding from: paid, refused or closed"),
        _money("claimed", "索赔金额", "claimed"),
        _money("paid", "赔付金额", "paid"),
    ),
    selects.CLAIMS,
)

EVENTS = Table(
    "events",
    "日志：一行一件事，不含内容与姓名",
    "the log: one row a line, without what was said and without names",
    "recorded_at",
    (
        _number("xid", "事务编号", "transaction"),
        _number("line", "行号", "line"),
        Column("recorded_at", Kind.MOMENT, "记录时间", "recorded"),
        _day("happened_on", "发生日", "the day on which it happened"),
        _word("name", "事件", "what happened"),
        _CUSTOMER,
        _POLICY,
        _number("unit", "机构", "organisation unit"),
        _word("actor", "经手人种类", "kind of actor"),
    ),
    selects.EVENTS,
    incremental=True,
)

TABLES: Final = (CUSTOMERS, POLICIES, RISKS, COVERS, PREMIUMS, PAYOUTS, CLAIMS, EVENTS)
BY_NAME: Final = {table.name: table for table in TABLES}
