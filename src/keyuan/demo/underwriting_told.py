"""Applications of the past year: most decided by the rules, some by the underwriter, and a few that wait today.

The book's first people only, so a large book has no more of them than a small one. The shipped rules decide, as they
would have decided then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson

from keyuan.customers.models import Person
from keyuan.demo.chronicle import moment
from keyuan.demo.company import Company
from keyuan.demo.streams import Stream
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.actor import Actor
from keyuan.products.definition.book import shipped
from keyuan.underwriting import engine, events
from keyuan.underwriting.models import Application
from keyuan.underwriting.queries import shipped as shipped_rules
from keyuan.underwriting.questions import catalogue, occupations, questionnaire
from keyuan.underwriting.states import RULES_OF_LINE, Outcome

MOST = 90
WAITING_DAYS = 9  # what was referred later than this is still on the underwriter's desk
PRODUCTS = (
    ("TRM", 500_000),
    ("CIL", 300_000),
    ("MED", 2_000_000),
    ("WLF", 400_000),
    ("ACC", 500_000),
    ("PAR", 200_000),
)
#: What people declare, and how many in a hundred of them.
TROUBLES: tuple[tuple[int, Mapping[str, Any]], ...] = (
    (9, {"hypertension": True, "systolic": 138}),
    (3, {"hypertension": True, "systolic": 165}),
    (9, {"thyroid": "nodule_low"}),
    (6, {"breast": "nodule_low"}),
    (7, {"hospital": True}),
    (5, {"abnormal_test": True}),
    (4, {"declined_before": "modified"}),
    (5, {"liver": "hbv_carrier"}),
    (3, {"diabetes": "raised"}),
    (2, {"heart": True}),
    (4, {"spine": True}),
    (8, {"smoker": True, "cigarettes": 15}),
    (4, {"hazardous_sport": "climbing"}),
)
OCCUPATIONS = tuple(
    code for code, one in sorted(occupations().items()) if one.occupation_class < 6 and code not in ("0007", "0008")
)
NOTES = {
    Outcome.STANDARD: "已调阅病历和复查结果，无须限制。",
    Outcome.LOADING: "病情稳定，按加费承保。",
    Outcome.EXCLUSION: "既往症与本险责任相关，除外后承保。",
    Outcome.POSTPONE: "复查结果尚未出具，请半年后再投保。",
}


def tell_applications(company: Company, *, seed: int, as_of: date, users: Sequence[int]) -> int:
    """Write them with their log lines; returns how many."""
    underwriter = company.user_of["underwriter"]
    name = next(user.display_name for user in company.users if user.user == underwriter)
    actor = Actor(kind="user", id=str(users[underwriter]), name=name)
    grown = (as_of - timedelta(days=60 * 365), as_of - timedelta(days=21 * 365))
    people = Person.objects.filter(birth_date__range=grown).order_by("customer_id")
    rows = list(people.values_list("customer_id", "birth_date", "sex", "customer__created_at")[:MOST])
    made = [_told(Stream(seed, "application", number), row, as_of, actor) for number, row in enumerate(rows)]
    kept = Application.objects.bulk_create(sorted(made, key=lambda one: one.submitted_at))
    record_many([line for one in kept for line in _lines(one, actor)])
    return len(kept)


def _told(stream: Stream, row: Sequence[Any], as_of: date, actor: Actor) -> Application:
    customer_id, born, sex, known_since = row
    first = min(as_of, max(known_since.date() + timedelta(days=1), as_of - timedelta(days=360)))
    day = as_of - timedelta(days=stream.between(0, max(0, (as_of - first).days)))
    if stream.chance(0.3):
        day = max(first, as_of - timedelta(days=stream.between(0, WAITING_DAYS - 1)))
    code, usual = stream.pick(PRODUCTS)
    definition = next(one for one in shipped() if one.code == code)
    facts = _facts(stream, definition.questionnaire or "", (day - born).days // 365, sex, usual)
    asked = questionnaire(definition.questionnaire or "")
    if asked is None:
        raise LookupError(definition.questionnaire)
    model = shipped_rules(RULES_OF_LINE[definition.line])
    said = engine.decide(model.text, facts, asked, product=code, on=day, code=model.code, number=model.number)
    one = Application(
        customer_id=customer_id,
        product=code,
        product_version=definition.version,
        line=definition.line,
        questionnaire=asked.code,
        questionnaire_version=asked.version,
        facts=orjson.dumps(facts).decode(),
        submitted_on=day,
        submitted_at=moment(day, stream.between(9 * 60, 18 * 60)),
        submitted_by="网上投保",
        sum_insured=Decimal(facts["sum_insured"]),
        sum_at_risk=said.sum_at_risk,
        rule_set=said.rule_set,
        rule_version=said.rule_version,
        outcome=said.outcome,
        loading_percent=said.loading_percent,
        exclusions=list(said.exclusions),
        postpone_months=said.postpone_months,
        reasons=orjson.dumps([asdict(each) for each in said.reasons]).decode(),
    )
    if said.outcome == Outcome.REFER and day < as_of - timedelta(days=WAITING_DAYS):
        _decided(one, stream, day, actor)
    return one


def _decided(one: Application, stream: Stream, day: date, actor: Actor) -> None:
    one.final_outcome = stream.pick(tuple(NOTES))
    one.final_loading = 50 if one.final_outcome == Outcome.LOADING else 0
    one.final_exclusions = ["thyroid"] if one.final_outcome == Outcome.EXCLUSION else []
    one.final_months = 6 if one.final_outcome == Outcome.POSTPONE else 0
    one.decision_note = NOTES[Outcome(one.final_outcome)]
    one.decided_at = moment(day + timedelta(days=stream.between(1, 4)), stream.between(9 * 60, 17 * 60))
    one.decided_by, one.decided_by_id = actor.name, int(actor.id)


def _facts(stream: Stream, asked: str, age: int, sex: str, usual: int) -> dict[str, Any]:
    height = (172 if sex == "male" else 160) + stream.between(-9, 9)
    build = stream.pick((20, 21, 22, 23, 24, 25, 27, 31))
    return {
        "age": max(0, age),
        "sex": "male" if sex == "male" else "female",
        "height_cm": height,
        "weight_kg": round(build * (height / 100) ** 2),
        "occupation": stream.pick(OCCUPATIONS),
        "annual_income": stream.between(6, 45) * 10_000,
        "sum_insured": usual * stream.pick((1, 1, 1, 2, 3)),
        "in_force": stream.pick((0, 0, 100_000, 300_000)),
        "answers": _answers(stream, asked),
    }


def _answers(stream: Stream, code: str) -> dict[str, Any]:
    asked = questionnaire(code)
    known, found = catalogue().questions, {}
    for name in () if asked is None else asked.questions:
        if not known[name].when:
            plain: Any = 0 if known[name].type == "number" else False
            found[name] = known[name].choices[0].code if known[name].choices else plain
    found["social_insurance"] = True
    for often, trouble in TROUBLES:
        if stream.chance(often / 100):
            found |= trouble
    return found


def _lines(one: Application, actor: Actor) -> Iterator[Line]:
    payload = {
        "number": one.number,
        "product": one.product,
        "version": one.product_version,
        "rules": f"{one.rule_set} {one.rule_version}",
    }
    about = ("application", one.pk)
    web = Actor.system("网上投保")
    yield Line(
        events.SUBMITTED, web, one.customer_id, None, about, {**payload, "outcome": one.outcome}, one.submitted_at
    )
    if one.outcome == Outcome.REFER:
        yield Line(events.REFERRED, web, one.customer_id, None, about, payload, one.submitted_at)
    if one.decided_at is not None:
        told = {"loading": one.final_loading, "exclusions": one.final_exclusions, "months": one.final_months}
        more = {**payload, "outcome": one.final_outcome, **told, "standing": "decided"}
        yield Line(events.DECIDED, actor, one.customer_id, None, about, more, one.decided_at)
