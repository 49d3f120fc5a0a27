"""What a proposal costs in time, over HTTP: its PDF, its page, and the price while a slider moves.

    python -m benchmarks proposals [--seconds 8] [--proposals 200]

Every proposal has three plans (participating, whole life, medical) for ages, sums and terms of its own, so that no two
documents are the same; a PDF has some eight pages with two charts and some hundred lines of years. Beside them: the answer
of the same server that does nothing (``/healthz``).
"""

from __future__ import annotations

import argparse
import json
import random
from typing import Any
from urllib.parse import urlencode

from benchmarks.foundation import SET_UP, Doors
from benchmarks.ground import Ground, write_results
from benchmarks.load import Figures, Request, drive
from benchmarks.rating import SET_UP as A_COMPANY

AIMS = {"PDF": 1000.0, "price while sliding": 100.0, "page": 250.0}
UNFORGED = "x" * 32
MAKE = """
import random
from keyuan.sales.actions import PlanDraft, ProposalDraft, make_proposal
made = []
draw = random.Random(20261123)
for place in range({count}):
    who = {{"age": draw.randrange(25, 51), "sex": draw.choice(["male", "female"])}}
    plans = (
        PlanDraft("PAR", {{**who, "sum": draw.randrange(50, 500) * 1000, "cover_term": draw.choice(["20 years", "30 years"]),
                          "pay_years": draw.choice(["3 years", "5 years"])}}),
        PlanDraft("WLF", {{**who, "sum": draw.randrange(10, 100) * 10000, "cover_term": "whole life",
                          "pay_years": draw.choice(["10 years", "15 years", "20 years"])}}),
        PlanDraft("MED", {{**who, "plan": draw.choice(["standard", "premier"])}}),
    )
    made.append(str(make_proposal(ProposalDraft(plans=plans), by=viewer).pk))
import json
print(token, settings.SESSION_COOKIE_NAME, session.session_key, json.dumps(made).replace(" ", ""))
"""


def requests(doors: Doors, made: list[str]) -> dict[str, Any]:
    """Each kind of request, by what its figures are called."""
    cookie = {"Cookie": f"{doors.cookie}; csrftoken={UNFORGED}", "Content-Type": "application/x-www-form-urlencoded"}

    def pdf(place: int) -> Request:
        return Request("GET", f"/desk/proposals/{made[place % len(made)]}/{('zh', 'en')[place % 2]}.pdf", doors.page)

    def slide(place: int) -> Request:
        draw = random.Random(place * 7919)
        told = {"sum": draw.randrange(50, 500) * 1000, "cover_term": "20 years", "pay_years": "5 years", "mode": 12}
        body = urlencode({**told, "occupation_class": 1, "csrfmiddlewaretoken": UNFORGED}).encode()
        return Request("POST", f"/desk/proposals/{made[place % len(made)]}/price/0/", cookie, body)

    return {
        "PDF": pdf,
        "price while sliding": slide,
        "page": lambda place: Request("GET", f"/desk/proposals/{made[place % len(made)]}/", doors.page),
        "no work at all": lambda place: Request("GET", "/healthz", {}),
    }


def measure(seconds: float, count: int) -> dict[str, dict[int, Figures]]:
    ground = Ground("proposals")
    told = ground.script(A_COMPANY + SET_UP + MAKE.format(count=count)).split()
    doors = Doors(told[0], f"{told[1]}={told[2]}")
    served: dict[str, dict[int, Figures]] = {}
    with ground.server() as port:
        for name, make in requests(doors, json.loads(told[3])).items():
            served[name] = {
                clients: drive(port, make, clients=clients, seconds=seconds, warm_up=2) for clients in (1, 4)
            }
    return served


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks proposals", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--proposals", type=int, default=200)
    asked = parser.parse_args(arguments)
    served = measure(asked.seconds, asked.proposals)
    print(f"\n{'':22}{'1 client':>28}{'4 clients':>28}")
    for name, by_clients in served.items():
        text = "".join(f"{one.per_second:9,.1f}/s {one.p50:7.1f} {one.p95:7.1f}ms" for one in by_clients.values())
        print(f"{name:22}{text}   {f'p95 limit {AIMS[name]:.0f} ms' if name in AIMS else ''}")
    print(f"\nkept as {write_results('proposals', {'proposals': asked.proposals, 'served': served})}")
