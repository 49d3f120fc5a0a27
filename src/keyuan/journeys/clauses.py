"""What a policy document says, part by part: from the order as it was signed and the policy as it stands. No pages here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from keyuan.billing import queries as billing
from keyuan.customers.masking import mask
from keyuan.customers.states import DocumentKind
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.orders.states import Relation
from keyuan.policies import queries as policies
from keyuan.policies import rules
from keyuan.policies.states import ObjectKind
from keyuan.products.describing import conditions, mode, pays, sections, spans, yuan
from keyuan.products.rating import LifeRisk, MotorRisk, PropertyRisk
from keyuan.underwriting.questions import catalogue, occupations, questionnaire

if TYPE_CHECKING:
    from datetime import date

    from keyuan.accounts.scope import Viewer
    from keyuan.orders.details import Person
    from keyuan.orders.preparing import Offer
    from keyuan.orders.queries import Seen
    from keyuan.policies.queries import Holding
    from keyuan.products.definition.coverage import Coverage

Pair = list[str]
#: Premiums that are listed one by one; of more, these and the last.
LISTED: Final = 12
MOST_MEMBERS: Final = 100_000
OCCUPATION: Final = ("occupation", "occupation_class")


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold: the order, its price as it was agreed, and the policy that came of it."""

    seen: Seen
    told: Offer
    held: Holding
    by: Viewer


def language() -> str:
    """The language in which the document is being set."""
    return get_language() or ""


def contract(sold: Sold) -> list[Pair]:
    """The contract in short."""
    seen, told, held = sold.seen, sold.told, sold.held
    told_years = isinstance(told.risk, LifeRisk) and told.risk.mode != 0
    found = [
        [_("投保单号"), seen.order.number],
        [
            _("保险产品"),
            _("%(product)s（条款第%(version)s版）") % {"product": seen.name, "version": seen.definition.version},
        ],
        [_("签单日期"), _day(held.signed_on)],
        [_("保障期间"), _period(held.starts_on, held.ends_on)],
    ]
    if held.sum_insured is not None:
        found.append([_("保险金额"), yuan(held.sum_insured)])
    if plan := getattr(told.risk, "plan", ""):
        found.append([_("保障计划"), seen.definition.label(plan, language())])
    found.append([_("首期保险费"), yuan(told.price.first.amount)])
    if told_years:
        found.append([_("缴费方式"), mode(told.risk.mode)])
        found.append([_("缴费期间"), spans([told.risk.pay_years])])  # type: ignore[attr-defined]  # a life's
    found.append([_("保险费合计"), yuan(told.price.total.amount)])
    if held.agent_name:
        found.append([_("您的代理人"), f"{held.agent_name} {held.agent_code}"])
    found.append([_("承保机构"), held.org_unit_name])
    return found


def people(sold: Sold) -> list[list[str]]:
    """Role, name, document, day of birth, relation and share of everybody whom the contract names."""
    details = sold.seen.details
    found: list[list[str]] = []
    if details.company is not None:
        found.append([_("投保人"), details.company.name, mask("uscc", details.company.uscc), "", "", ""])
        if details.applicant is not None:
            found.append(_person(_("经办人"), details.applicant, relation=details.company.contact_position))
    elif details.applicant is not None:
        found.append(_person(_("投保人"), details.applicant))
    found += [_person(_("被保险人"), one, relation=_relation(one.relation)) for one in details.insured]
    for heir in details.beneficiaries:
        found.append(_person(_("身故受益人"), heir, relation=_relation(heir.relation), share=f"{heir.share:.0%}"))
    if not details.beneficiaries and any("death" in one.kind for one in sold.seen.definition.coverages):
        found.append([_("身故受益人"), _("被保险人的法定继承人"), "", "", "", ""])
    return found


def _person(role: str, one: Person, *, relation: str = "", share: str = "") -> list[str]:
    kind = DocumentKind(one.document_kind).label if one.document_kind in DocumentKind.values else one.document_kind
    shown = f"{kind} {mask('id_number', one.document_number)}".strip()
    return [role, one.name, shown, "" if one.birth_date is None else _day(one.birth_date), relation, share]


def _relation(code: str) -> str:
    return str(Relation(code).label) if code in Relation.values else code


def things(sold: Sold) -> list[Pair]:
    """The vehicle, home or journey that is insured; nothing for lives."""
    details = sold.seen.details
    if details.vehicle is not None:
        told = details.vehicle
        found = [[_("车牌号"), told.plate], [_("车辆识别代号"), told.vin]]
        if told.engine:
            found.append([_("发动机号"), told.engine])
        if told.registered_on is not None:
            found.append([_("初次登记日期"), _day(told.registered_on)])
        return found
    if details.address:
        return [[_("地址"), details.address]]
    return [
        [str(ObjectKind(one.kind).label), _trip(sold, one.details) or one.label]
        for one in sold.held.objects
        if one.kind == ObjectKind.TRIP
    ]


def _trip(sold: Sold, told: Any) -> str:
    if not told.get("region"):
        return ""
    days = ngettext("%(n)s天", "%(n)s天", int(told["days"])) % {"n": told["days"]}
    return f"{sold.seen.definition.label(str(told['region']), language())} · {days}"


def covers(sold: Sold) -> list[dict[str, Any]]:
    """The coverages that were bought: name, what each pays, its sum, its conditions."""
    amounts = _amounts(sold)
    return [
        {
            "name": one.name.said(language()),
            "pays": pays(one),
            "amount": yuan(amounts[one.code]) if amounts.get(one.code) else "",
            "notes": [*conditions(one), *([one.note.said(language())] if one.note else [])],
        }
        for one in sold.seen.definition.coverages
        if _bought(one, sold, amounts)
    ]


def _bought(one: Coverage, sold: Sold, amounts: dict[str, Decimal]) -> bool:
    risk = sold.told.risk
    if one.code in _of_riders(sold) or one.code in getattr(risk, "optional", ()):
        return True
    if isinstance(risk, MotorRisk | PropertyRisk):
        return one.code in risk.sums or one.code in sold.told.price.by_coverage
    if getattr(risk, "plan", "") and amounts:
        return one.code in amounts
    return one.main and not one.optional


def _of_riders(sold: Sold) -> dict[str, Decimal]:
    chosen = sold.told.risk.riders
    return {
        code: chosen[rider.code]
        for rider in sold.seen.definition.riders
        if rider.code in chosen
        for code in rider.coverages
    }


def _amounts(sold: Sold) -> dict[str, Decimal]:
    """By coverage: the sum of a plan, of a rider, or the one that the customer chose."""
    risk = sold.told.risk
    plan = next((one for one in sold.seen.definition.plans if one.code == getattr(risk, "plan", "")), None)
    found: dict[str, Decimal] = {code: Decimal(amount) for code, amount in (plan.sums if plan else {}).items()}
    found |= {code: Decimal(amount) for code, amount in getattr(risk, "sums", {}).items()}
    found |= _of_riders(sold)
    if isinstance(risk, LifeRisk):
        for one in sold.seen.definition.coverages:
            if one.main and any(part.of == "sum_insured" for part in one.benefit.amounts):
                found.setdefault(one.code, risk.sum)
    return found


def premiums(sold: Sold) -> dict[str, Any]:
    """The premiums as they fall due: all of a few; of many the first ones and the last."""
    rows = [
        [str(one.number), _day(one.due_on), yuan(one.amount)]
        for one in billing.premiums(sold.held.id, viewer=sold.by, on=sold.held.signed_on)
    ]
    note = ""
    if len(rows) > LISTED + 1:
        note = _("共%(count)s期，其间每期相同。") % {"count": len(rows)}
        rows = [*rows[:LISTED], rows[-1]]
    grace = ""
    if len(rows) > 1:
        grace = _("每期保险费到期后有%(days)s天宽限期，宽限期内发生保险事故我们仍然赔付（保险法第三十六条）。") % {
            "days": sold.held.clocks.grace_days
        }
    return {"rows": rows, "note": note, "grace": grace}


def special(sold: Sold) -> list[str]:
    """What this contract alone says: the loading and the exclusions that the applicant accepted, and when."""
    effect, order = sold.seen.effect, sold.seen.order
    if order.agreed_at is None or effect.outcome == "standard":
        return []
    gaps = {"day": _day(order.agreed_at.astimezone(COMPANY_ZONE).date())}
    found = []
    if effect.loading_percent:
        words = _("经核保，主险保险费加收%(percent)s%%；投保人于%(day)s接受。")
        found.append(words % {**gaps, "percent": effect.loading_percent})
    for name in sold.seen.exclusion_names:
        found.append(_("以下情形不在保障之内：%(what)s。投保人于%(day)s接受。") % {**gaps, "what": name})
    return found


def exclusions(sold: Sold) -> list[str]:
    """What is never covered, clause by clause."""
    return [one.text.said(language()) for one in sold.seen.definition.exclusions]


def terms(sold: Sold) -> list[dict[str, Any]]:
    """The clauses that hold beside: periods, cash value, loans, renewal. What only concerns the sale is left out."""
    left_out = {_("投保条件"), _("续保与佣金"), _("期间与缴费")}
    own = {_("犹豫期")}  # counted for this contract: cooling()
    found = []
    for section in sections(sold.seen.definition, language(), on=sold.held.signed_on):
        facts = [[fact.name, fact.value] for fact in section.facts if fact.name not in own]
        if section.title not in left_out and facts:
            found.append({"title": section.title, "facts": facts})
    return found


def declared(sold: Sold) -> list[Pair]:
    """What was asked and what was answered, in the words of the questionnaire that was used."""
    return list(_declared(sold))


def _declared(sold: Sold) -> Iterator[Pair]:
    details, application = sold.seen.details, sold.seen.order.application
    if application is None:
        return
    asked = questionnaire(application.questionnaire, version=application.questionnaire_version)
    words, known = language(), catalogue()
    if (code := details.facts.get("occupation")) in occupations():
        yield [_("被保险人的职业"), occupations()[str(code)].said(words)]
    for name, value in details.facts.items():
        if name not in OCCUPATION:
            yield [known.label(name).said(words), known.answer(name, value).said(words)]
    for name in asked.questions if asked is not None else ():
        if name in details.answers:
            question = known.questions[name]
            yield [question.said(words), question.answer(details.answers[name]).said(words)]


def statements(sold: Sold) -> list[str]:
    """What the applicant confirmed, each with its moment, and that they signed."""
    details, order = sold.seen.details, sold.seen.order
    known = {
        "clauses": _("已阅读并理解保险条款和责任免除"),
        "truth": _("填写和告知的内容都是真实的"),
        "privacy": _("同意为订立和履行本合同处理个人信息"),
    }
    found = [f"{known.get(name, name)}　{_moment(at)}" for name, at in details.consents.items()]
    if order.signed_at is not None:
        gaps = {"moment": _moment(order.signed_at), "number": order.signature_ref}
        found.append(_("投保人用本人的数字证书签名，%(moment)s，签名编号%(number)s") % gaps)
    return found


def cooling(sold: Sold) -> str:
    """Until when and how the contract can be given back; empty where it cannot."""
    last = rules.last_day_of_cooling_off(sold.held.next_dates)
    if last is None:
        return ""
    words = _(
        "本合同有%(days)s天犹豫期，最后一天是%(last)s。在此期间您可以在网上、拨打%(hotline)s或到柜面退保，"
        "我们全额退还已交的保险费，合同视为自始没有成立。"
    )
    gaps = {"days": sold.held.clocks.cooling_off_days, "last": _day(last), "hotline": settings.KEYUAN_HOTLINE}
    return words % gaps


def members(sold: Sold) -> list[list[str]]:
    """The certificate list of a group contract; empty for others."""
    if sold.seen.definition.group is None:
        return []
    chosen = policies.MemberFilter(state="all")
    rows = policies.members_of(sold.held.id, chosen, viewer=sold.by, on=sold.held.starts_on)[:MOST_MEMBERS]
    return [
        [str(place), one.name, mask("id_number", one.id_number), _plan(sold, one.plan), _day(one.joined_on)]
        for place, one in enumerate(rows, start=1)
    ]


def _plan(sold: Sold, code: str) -> str:
    return sold.seen.definition.label(code, language()) if code else ""


def _period(starts_on: date, ends_on: date | None) -> str:
    if ends_on is None:
        return _("%(start)s零时起，终身") % {"start": _day(starts_on)}
    return _("%(start)s零时起至%(end)s零时止") % {"start": _day(starts_on), "end": _day(ends_on)}


def _day(day: date) -> str:
    return f"{day:%d %B %Y}".lstrip("0") if language().startswith("en") else f"{day.year}年{day.month}月{day.day}日"


def _moment(at: Any) -> str:
    return f"{at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M:%S}"
