"""What an underwriting decision costs: facts read, rules run by the engine, reasons put together.

    python -m benchmarks underwriting [--decisions 3000]

Every rule set decides applications drawn over its own questions, one after the other in one process, its model compiled.
Beside it: the processor's time of the same decisions, which others on the machine do not lengthen; and the same model
answered by the engine alone, from a context that is ready.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from datetime import date
from statistics import quantiles
from typing import Any

from benchmarks.ground import pace, write_results

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.test")

AIM = 1.0  # ms
DAY = date(2026, 11, 23)
QUESTIONS_OF = {
    "life": "life",
    "critical_illness": "critical_illness",
    "medical": "medical",
    "accident": "accident",
    "group": "group",
    "motor": "motor",
    "property": "home",
}


def application(draw: random.Random, questionnaire: str) -> dict[str, Any]:
    """Facts of somebody: mostly in good health, one question in ten answered otherwise."""
    from keyuan.underwriting.questions import catalogue
    from keyuan.underwriting.tests.told import facts

    told = facts(questionnaire, age=draw.randrange(18, 61), weight_kg=draw.randrange(45, 110))
    for code, question in catalogue().questions.items():
        if code in told["answers"] and draw.random() < 0.1:
            choices = [one.code for one in question.choices] or [True]
            told["answers"][code] = draw.choice(choices) if question.type != "number" else draw.randrange(0, 40)
    return told


def measured(runs: list[float]) -> dict[str, float]:
    """Median, p95 and p99 in milliseconds."""
    cuts = quantiles(runs, n=100)
    return {"p50": cuts[49] * 1000, "p95": cuts[94] * 1000, "p99": cuts[98] * 1000}


def measure(code: str, count: int) -> dict[str, Any]:
    from keyuan.underwriting import engine, facts
    from keyuan.underwriting.queries import shipped
    from keyuan.underwriting.questions import questionnaire

    model, asked = shipped(code), questionnaire(QUESTIONS_OF[code])
    assert asked is not None
    draw = random.Random(20261123)
    told = [application(draw, asked.code) for _ in range(count)]
    contexts = [facts.read(one, asked, product="X", on=DAY).context for one in told]
    ready = engine.compiled(model.text)
    whole, own, alone = [], [], []
    for one, context in zip(told, contexts, strict=True):
        begin, worked = time.perf_counter(), time.thread_time()
        engine.decide(model.text, one, asked, product="X", on=DAY, code=code, number=1)
        own.append(time.thread_time() - worked)
        middle = time.perf_counter()
        ready.evaluate(context)
        alone.append(time.perf_counter() - middle)
        whole.append(middle - begin)
    return {"decision": measured(whole), "processor": measured(own), "engine alone": measured(alone)}


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    parser = argparse.ArgumentParser(prog="python -m benchmarks underwriting", description=__doc__)
    parser.add_argument("--decisions", type=int, default=3000)
    asked = parser.parse_args(arguments)
    found = {code: measure(code, asked.decisions) for code in QUESTIONS_OF}
    print(f"\n{asked.decisions:,} decisions of each rule set, one process; milliseconds (limit: p95 {AIM:.0f} ms)\n")
    print(
        f"{'':18}{'decision: p50':>14}{'p95':>8}{'p99':>8}{'processor: p50':>17}{'p95':>8}{'engine: p50':>14}{'p95':>8}"
    )
    for code, one in found.items():
        whole, own, alone = one["decision"], one["processor"], one["engine alone"]
        print(
            f"{code:18}{whole['p50']:14.3f}{whole['p95']:8.3f}{whole['p99']:8.3f}{own['p50']:17.3f}{own['p95']:8.3f}"
            f"{alone['p50']:14.3f}{alone['p95']:8.3f}"
        )
    print(f"\nkept as {write_results('underwriting', {**found, 'pace': pace()})}")
