"""The decision models run: compiled once a process by the digest of their text, a decision in well under a millisecond."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import zen

from keyuan.underwriting import rules
from keyuan.underwriting.facts import Missing, read
from keyuan.underwriting.questions import Questionnaire, catalogue
from keyuan.underwriting.rules import Decision, Reason
from keyuan.underwriting.states import Outcome

_ENGINE = zen.ZenEngine()


@lru_cache(maxsize=128)
def compiled(text: str) -> zen.ZenDecision:
    """The model ready to run; raises RuntimeError if the engine cannot read it."""
    decision = _ENGINE.create_decision(text)
    decision.validate()
    return decision


def decide(
    text: str, submitted: Mapping[str, Any], asked: Questionnaire, *, product: str, on: date, code: str, number: int
) -> Decision:
    """What a model says of the facts of an application. Any facts have an outcome; what is missing is referred."""
    seen = read(submitted, asked, product=product, on=on)
    reasons = [_incomplete(one) for one in seen.missing]
    most = rules.MOST_LOADING
    try:
        answer = compiled(text).evaluate(seen.context)["result"]
        reasons += list(_reasons(answer, seen.context))
        most = _most_loading(answer)
    except RuntimeError as error:
        reasons.append(_failed(str(error)))
    made = rules.combine(reasons, most_loading=most)
    return Decision(
        made.outcome,
        made.loading_percent,
        made.exclusions,
        made.postpone_months,
        made.reasons,
        rule_set=code,
        rule_version=number,
        sum_at_risk=Decimal(str(seen.context["sum_at_risk"])),
    )


def _most_loading(answer: Mapping[str, Any]) -> int:
    limits = answer.get("limits")
    found = limits.get("most_loading") if isinstance(limits, dict) else None
    return int(found) if isinstance(found, int | float) and not isinstance(found, bool) else rules.MOST_LOADING


def _reasons(answer: Mapping[str, Any], context: Mapping[str, Any]) -> Iterator[Reason]:
    for found in answer.values():
        for row in found if isinstance(found, list) else [found]:
            if isinstance(row, dict) and row.get("rule"):
                yield _reason(row, context)


def _reason(row: Mapping[str, Any], context: Mapping[str, Any]) -> Reason:
    place = str(row.get("question") or "")
    value = value_at(context, place)
    outcome = str(row.get("outcome") or "")
    return Reason(
        rule=str(row["rule"]),
        place=place,
        question=catalogue().label(place).both(),
        value=value,
        answer=catalogue().answer(place, value).both(),
        outcome=outcome if outcome in Outcome.values else Outcome.REFER,
        text={"zh": str(row.get("zh") or ""), "en": str(row.get("en") or row.get("zh") or "")},
        loading_percent=_whole(row.get("loading")),
        exclusion=str(row.get("exclusion") or ""),
        postpone_months=_whole(row.get("months")),
    )


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def value_at(context: Mapping[str, Any], place: str) -> Any:
    """The value at ``age`` or ``answers.smoker``; None where there is none."""
    found: Any = context
    for part in place.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _incomplete(one: Missing) -> Reason:
    rule, zh, en = (
        (rules.UNREADABLE, "回答无法识别，请核实", "The answer cannot be read and must be checked")
        if one.unreadable
        else (rules.INCOMPLETE, "没有回答，请补充", "Not answered and must be supplied")
    )
    shown = "—" if one.raw is None else str(one.raw)[:100]
    label = catalogue().label(one.place).both()
    return Reason(rule, one.place, label, None, {"zh": shown, "en": shown}, Outcome.REFER, {"zh": zh, "en": en})


def _failed(message: str) -> Reason:
    """The engine could not run: told in its own first line, without its stack."""
    told = message.strip().splitlines()[0][:200] if message.strip() else ""
    return Reason(
        rules.ENGINE,
        "",
        {"zh": "自动核保", "en": "Automatic check"},
        None,
        {"zh": told, "en": told},
        Outcome.REFER,
        {"zh": "规则未能运行，由人工核保", "en": "The rules could not be run: a person decides"},
    )
