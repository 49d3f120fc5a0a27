"""What an order still has to say, page by page, in words. Pure but for words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from keyuan.orders.rules import steps
from keyuan.orders.states import Step
from keyuan.underwriting.questions import catalogue, questionnaire

if TYPE_CHECKING:
    from datetime import date

    from keyuan.orders.details import Details
    from keyuan.products.definition import Definition

#: The statements that every applicant agrees to before submitting.
STATEMENTS = ("clauses", "truth", "privacy")


def missing(details: Details, definition: Definition, *, on: date) -> Iterator[tuple[Step, str]]:
    """What still has to be said; nothing if the order can be submitted."""
    for step in steps(definition):
        if what := _WANTED[step](details, definition, on):
            yield step, what


def _cover(details: Details, _definition: Definition, _on: date) -> str:
    return "" if details.starts_on else _("保障开始日")


def _people(details: Details, definition: Definition, _on: date) -> str:
    if definition.group is not None and details.company is None:
        return _("投保单位")
    if details.applicant is None or not details.applicant.name or not details.applicant.document_number:
        return _("投保人的姓名和证件号码")
    if definition.insured is not None and definition.group is None and not details.insured:
        return _("被保险人")
    if definition.object is not None and definition.object.kind == "vehicle" and details.vehicle is None:
        return _("车牌号和车架号")
    if definition.object is not None and definition.object.kind == "home" and not details.address:
        return _("房屋地址")
    return ""


def _health(details: Details, definition: Definition, on: date) -> str:
    asked = questionnaire(definition.questionnaire or "", on=on)
    if asked is None:
        return ""
    for code in asked.questions:
        question = catalogue().questions[code]
        applies = all(details.answers.get(other) == wanted for other, wanted in question.when.items())
        if applies and not question.optional and code not in details.answers:
            return question.said(_language())
    return ""


def _language() -> str:
    return get_language() or ""


def _means(details: Details, _definition: Definition, _on: date) -> str:
    return _("收入和预算") if details.means is None else ""


def _read(details: Details, definition: Definition, _on: date) -> str:
    unread = [one for one in definition.exclusions if one.code not in details.read]
    if unread:
        return _("还有%(count)s条免责条款没有打开") % {"count": len(unread)}
    return "" if all(one in details.consents for one in STATEMENTS) else _("确认已阅读并同意")


def _identity(details: Details, _definition: Definition, _on: date) -> str:
    return _("核验投保人身份") if details.identified is None else ""


def _nothing(_details: Details, _definition: Definition, _on: date) -> str:
    return ""


_WANTED: dict[Step, Callable[[Details, Definition, date], str]] = {
    Step.COVER: _cover,
    Step.PEOPLE: _people,
    Step.HEALTH: _health,
    Step.MEANS: _means,
    Step.READ: _read,
    Step.IDENTITY: _identity,
    Step.CHECK: _nothing,
}
