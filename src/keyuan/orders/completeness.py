"""What an order still has to say, page by page, in words. Pure but for words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keyuan.orders import needed
from keyuan.orders.needed import STATEMENTS, statements
from keyuan.orders.preparing import asked_questions, offer, sum_insured
from keyuan.orders.rules import steps
from keyuan.orders.states import Step
from keyuan.products.rating import RiskRefused
from keyuan.underwriting.questions import catalogue, questionnaire

if TYPE_CHECKING:
    from datetime import date

    from keyuan.kernel.money import Money
    from keyuan.orders.details import Details
    from keyuan.products.definition import Definition

__all__ = ["STATEMENTS", "first_of", "missing", "steps_of"]


def first_of(details: Details, definition: Definition, *, on: date) -> Money | None:
    """The first premium as the order stands; None while it has none."""
    try:
        return offer(details, definition, on=on).price.first
    except RiskRefused:
        return None


def steps_of(details: Details, definition: Definition, *, on: date) -> tuple[Step, ...]:
    """The pages of this order: those of its product, and what its people and its premium bring."""
    first = first_of(details, definition, on=on)
    return steps(definition, needed.extra_steps(details, definition, first, on=on))


def missing(details: Details, definition: Definition, *, on: date) -> Iterator[tuple[Step, str]]:
    """What still has to be said; nothing if the order can be submitted."""
    for step in steps_of(details, definition, on=on):
        if what := _WANTED[step](details, definition, on):
            yield step, what


def _cover(details: Details, _definition: Definition, on: date) -> str:
    if details.starts_on is None:
        return _("保障开始日")
    return "" if details.starts_on > on else _("原来选的保障开始日已经过了，请重新选一天")


def _people(details: Details, definition: Definition, _on: date) -> str:
    if "person" not in definition.holders and details.company is None:
        return _("投保单位")
    if details.applicant is None or not details.applicant.name or not details.applicant.document_number:
        return _("投保人的姓名和证件号码")
    if definition.insured is not None and definition.group is None and not details.insured:
        return _("被保险人")
    if definition.object is not None and definition.object.kind == "vehicle" and details.vehicle is None:
        return _("车牌号和车架号")
    if definition.object is not None and definition.object.kind in ("home", "premises") and not details.address:
        return _("财产坐落地址") if definition.object.kind == "premises" else _("房屋地址")
    return ""


def _members(details: Details, definition: Definition, _on: date) -> str:
    least = definition.group.min_people if definition.group else 0
    if len(details.members) >= least:
        return ""
    return _("参保人员名单（已有%(count)s人，至少%(least)s人）") % {"count": len(details.members), "least": least}


def _consent(details: Details, definition: Definition, on: date) -> str:
    try:
        amount = sum_insured(definition, offer(details, definition, on=on).risk)
    except RiskRefused:
        return _("被保险人的同意")
    for place in needed.agree_by_code(details, definition, on=on):
        word = details.insured[place].agreed
        if word is None or word.sum != amount:
            return _("%(name)s的同意") % {"name": details.insured[place].name}
    return ""


def _papers(details: Details, definition: Definition, on: date) -> str:
    first = first_of(details, definition, on=on)
    sent = {one.code for one in details.papers}
    for copy in needed.copies(details, definition, first, on=on):
        if copy.code not in sent:
            return copy.label
    if needed.registers(definition, first, on=on) is not None and details.registered is None:
        return _("国籍、职业、住址和证件有效期")
    return ""


def _health(details: Details, definition: Definition, on: date) -> str:
    asked = questionnaire(definition.questionnaire or "", on=on)
    if asked is None:
        return ""
    for code in asked_questions(asked.questions, definition):
        question = catalogue().questions[code]
        applies = all(details.answers.get(other) == wanted for other, wanted in question.when.items())
        if applies and not question.optional and code not in details.answers:
            return question.said(_language())
    return ""


def _language() -> str:
    return get_language() or ""


def _means(details: Details, _definition: Definition, _on: date) -> str:
    return _("收入和预算") if details.means is None else ""


def _read(details: Details, definition: Definition, on: date) -> str:
    unread = [one for one in definition.exclusions if one.code not in details.read]
    if unread:
        return _("还有%(count)s条免责条款没有打开") % {"count": len(unread)}
    agreed = all(one in details.consents for one in statements(details, definition, on=on))
    return "" if agreed else _("确认已阅读并同意")


def _identity(details: Details, _definition: Definition, _on: date) -> str:
    return _("核验投保人身份") if details.identified is None else ""


def _nothing(_details: Details, _definition: Definition, _on: date) -> str:
    return ""


_WANTED: dict[Step, Callable[[Details, Definition, date], str]] = {
    Step.COVER: _cover,
    Step.PEOPLE: _people,
    Step.MEMBERS: _members,
    Step.CONSENT: _consent,
    Step.HEALTH: _health,
    Step.MEANS: _means,
    Step.PAPERS: _papers,
    Step.READ: _read,
    Step.IDENTITY: _identity,
    Step.CHECK: _nothing,
}
