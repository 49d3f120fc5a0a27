"""The declaration 告知: which questions apply, what was answered, what is still missing. Only what is asked counts (§16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from keyuan.orders.preparing import asked_facts
from keyuan.underwriting.questions import UNREADABLE, Question, catalogue, occupations, questionnaire

if TYPE_CHECKING:
    from django.http import QueryDict

    from keyuan.orders.details import Details
    from keyuan.products.definition import Definition

OCCUPATION = "occupation_class"
#: Counts for which "none of these" means 0.
COUNTED = frozenset({"claims_before", "violations", "pregnant_weeks", "group_on_sick_leave"})
#: Questions to which a yes is as it should be: "none of these" says nothing of them.
AS_IT_SHOULD_BE = frozenset({"inspection_valid", "licence_valid", "social_insurance", "premises_fire_checked"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the page shows it. ``when``: the answers to others that make it apply, as ``name=value`` words."""

    name: str
    text: str
    kind: str
    value: str
    unit: str
    choices: tuple[tuple[str, str], ...]
    when: str
    optional: bool
    fault: str
    counted: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that belong together, under a heading of their own."""

    name: str
    asked: list[Asked]


#: What a question is about; what is named nowhere belongs to the last heading. Only headings: nothing is decided by them.
TOPICS: Final[tuple[tuple[Any, frozenset[str]], ...]] = (
    (gettext_lazy("身体和职业"), frozenset({"height_cm", "weight_kg", "occupation_class", "annual_income"})),
    (gettext_lazy("生活习惯"), frozenset({"smoker", "cigarettes", "alcohol", "drugs", "hazardous_sport", "abroad"})),
    (
        gettext_lazy("心脑血管和代谢"),
        frozenset({"hypertension", "systolic", "heart", "arrhythmia", "stroke", "diabetes"}),
    ),
    (
        gettext_lazy("肿瘤和器官"),
        frozenset(
            {"cancer", "cancer_years", "liver", "kidney", "lung", "lung_nodule_mm", "thyroid", "breast", "spine"}
        ),
    ),
    (
        gettext_lazy("神经、心理和遗传"),
        frozenset({"mental", "epilepsy", "hiv", "congenital", "disability", "family", "premature"}),
    ),
    (gettext_lazy("检查和治疗"), frozenset({"abnormal_test", "hospital", "treatment_due", "pregnant_weeks"})),
    (gettext_lazy("其他"), frozenset()),
)


def by_topic(questions: Iterable[Asked]) -> list[Topic]:
    """The questions under their headings, in the order of the headings; without headings where one would be enough."""
    every = list(questions)
    found = [Topic(str(name), [one for one in every if _topic(one) == name]) for name, _names in TOPICS]
    filled = [topic for topic in found if topic.asked]
    return filled if len(filled) > 2 else [Topic("", every)]


def _topic(one: Asked) -> Any:
    code = one.name.partition(".")[2]
    return next((name for name, names in TOPICS if code in names), TOPICS[-1][0])


@dataclass(frozen=True, slots=True)
class Declared:
    """What was said, typed, and what is wrong with it, by name."""

    facts: dict[str, Any]
    answers: dict[str, Any]
    faults: dict[str, str]


def declared(definition: Definition, posted: QueryDict, *, on: date) -> Declared:
    """Read the posted answers; a question that does not apply is not answered, whatever was typed."""
    said = Declared({}, {}, {})
    asked = questionnaire(definition.questionnaire or "", on=on)
    if asked is None:
        return said
    for name in asked_facts(asked.facts):
        raw = posted.get(f"fact.{name}", "").strip()
        if name == OCCUPATION:
            _occupation(raw, said)
        else:
            _take(f"fact.{name}", catalogue().facts[name], raw, said.facts, said.faults, name)
    for name in asked.questions:
        question = catalogue().questions[name]
        if all(said.answers.get(other) == wanted for other, wanted in question.when.items()):
            raw = posted.get(f"answer.{name}", "").strip()
            _take(f"answer.{name}", question, raw, said.answers, said.faults, name)
    return said


def _occupation(raw: str, said: Declared) -> None:
    known = occupations().get(raw)
    if known is None:
        said.faults[f"fact.{OCCUPATION}"] = _("请选择职业。")
    else:
        said.facts.update({"occupation": raw, OCCUPATION: known.occupation_class})


def _take(place: str, question: Question, raw: str, into: dict[str, Any], faults: dict[str, str], name: str) -> None:
    if not raw:
        if not question.optional:
            faults[place] = _("请回答这个问题。")
        return
    value = question.read(_typed(question, raw))
    if value is UNREADABLE:
        faults[place] = _wrong(question)
    else:
        into[name] = value


def _typed(question: Question, raw: str) -> Any:
    if question.type == "yes_no":
        return {"yes": True, "no": False}.get(raw)
    if question.type == "choice":
        return raw
    try:
        return float(raw.replace(",", "").replace("，", ""))
    except ValueError:
        return None


def _wrong(question: Question) -> str:
    if question.type != "number":
        return _("请从给出的答案中选择。")
    least, most = question.min, question.max
    if least is None or most is None:
        return _("请填写数字。")
    return _("请填写%(least)s到%(most)s之间的数字。") % {"least": f"{least:,.10g}", "most": f"{most:,.10g}"}


def asked(
    definition: Definition, details: Details, posted: QueryDict | None, faults: Mapping[str, str], *, on: date
) -> Iterator[Asked]:
    """The page's questions with what was said so far."""
    told = questionnaire(definition.questionnaire or "", on=on)
    if told is None:
        return
    for name in asked_facts(told.facts):
        kept = details.facts.get("occupation" if name == OCCUPATION else name)
        yield _shown(f"fact.{name}", name, catalogue().facts[name], kept, posted, faults)
    for name in told.questions:
        yield _shown(f"answer.{name}", name, catalogue().questions[name], details.answers.get(name), posted, faults)


def _shown(
    place: str, name: str, question: Question, kept: Any, posted: QueryDict | None, faults: Mapping[str, str]
) -> Asked:
    language = get_language() or ""
    if name == OCCUPATION:
        kind, choices = "select", tuple((code, one.said(language)) for code, one in occupations().items())
    else:
        kind, choices = question.type, tuple((one.code, one.said(language)) for one in question.choices)
    return Asked(
        name=place,
        text=_("被保险人的职业") if name == OCCUPATION else question.said(language),
        kind=kind,
        value=posted.get(place, "") if posted is not None else _text(kept),
        unit=question.unit.said(language) if question.unit and name != OCCUPATION else "",
        choices=choices,
        when=" ".join(f"answer.{other}={_text(wanted)}" for other, wanted in question.when.items()),
        optional=question.optional,
        fault=faults.get(place, ""),
        counted=name in COUNTED,
        apart=name in AS_IT_SHOULD_BE,
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
