"""The renewals of a month: the list with its states, and how many stand on each list, beside PostgreSQL alone.

    python -m benchmarks renewals [--customers 1000000] [--seconds 8] [--fresh]

N customers with 2 N policies in a book of ten years (``renewals_book``): as SQL of its own, not imported. Asked for are
months that begin within the next twenty days: motor, every line, and every line of one branch of twenty, first pages of
50. A list is what ``GET /desk/renewals/`` answers, whole page; the counts are what it loads into its tabs afterwards.
Beside it the statement by hand: the same month's first 50 due terms with what decides their state, and their count.
Server, database and clients share this machine's cores; every figure of a row was measured in the same run.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from benchmarks import by_hand, renewals_book
from benchmarks.foundation import SET_UP, Doors
from benchmarks.ground import Ground, write_results
from benchmarks.load import Figures, Request, drive

AIMS = {"list, motor": "p95 ≤ 100 ms", "list, all lines": "p95 ≤ 100 ms", "list, a branch": "p95 ≤ 100 ms"}
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
LAST = "SELECT max(starts_on) FROM policies_policy"
CHECKED = "from keyuan.policies.dues import check_terms; check_terms(); print('checked')"
# The month's due terms of a line as somebody would write them who knows the book: states follow from these columns.
MONTH = """
FROM policies_policyterm t JOIN policies_policy p ON p.id = t.policy_id JOIN products_product d ON d.id = p.product_id
LEFT JOIN retention_renewalcase c ON c.policy_id = t.policy_id AND c.due_on = t.ends_on
WHERE t.ends_on >= %(first)s AND t.ends_on < %(last)s AND d.line = 'motor'
AND NOT EXISTS (SELECT 1 FROM policies_policyfact e WHERE e.policy_id = t.policy_id AND e.kind = 'surrendered'
                AND e."on" < t.ends_on)
"""
STATE = """
CASE WHEN EXISTS (SELECT 1 FROM policies_policyterm n WHERE n.policy_id = t.policy_id AND n.starts_on >= t.ends_on)
     THEN 'renewed' WHEN c.said <> '' THEN c.said ELSE 'open' END
"""
LIST = f"SELECT t.policy_id, t.ends_on, t.premium, {STATE} {MONTH} ORDER BY t.ends_on, t.policy_id LIMIT 50"
COUNTS = f"SELECT {STATE} AS state, count(*) {MONTH} GROUP BY 1"


def ground_of(customers: int, *, fresh: bool) -> Ground:
    """The book, written if it is not there yet or is of another month."""
    ground = Ground(f"renewals-{customers}", reuse=not fresh, template="template1")
    with ground.connect() as connection:
        row = connection.execute(LAST).fetchone()
        last: date | None = row[0] if row else None
        if last is None:
            mobile = ground.script(renewals_book.PEOPLE).split()[-1]
            renewals_book.write(connection, customers, mobile=mobile, today=TODAY)
        elif (TODAY - last).days > 15:
            raise SystemExit(f"the book ends on {last}: write it anew with --fresh")
    # What the worker does every hour.
    ground.script(CHECKED)
    return ground


def months(place: int) -> tuple[date, date]:
    """The month of one request."""
    first = TODAY + timedelta(random.Random(place * 7919).randrange(0, 20))
    return first, first + timedelta(29)


def requests(doors: Doors, branch: int) -> dict[str, Callable[[int], Request]]:
    """What each measurement asks for, by its place in the run."""

    def page(narrowed: str) -> Callable[[int], Request]:
        def make(place: int) -> Request:
            first, last = months(place)
            return Request("GET", f"/desk/renewals/?from={first}&to={last}{narrowed}", doors.page)

        return make

    return {
        "list, motor": page("&line=motor"),
        "list, all lines": page(""),
        "list, a branch": page(f"&branch={branch}"),
        "counts, motor": page("&line=motor&counts=1"),
        "counts, all lines": page("&counts=1"),
        "counts, a branch": page(f"&branch={branch}&counts=1"),
    }


def alone(connection: psycopg.Connection, statement: str, seconds: float) -> Figures:
    """The statement by hand, one after the other."""

    def ask(place: int) -> int:
        first, last = months(place)
        return len(connection.execute(statement, {"first": first, "last": last + timedelta(1)}).fetchall())

    return by_hand.measure(ask, seconds=min(seconds, 5))


def measure(customers: int, seconds: float, *, fresh: bool) -> dict[str, Any]:
    ground = ground_of(customers, fresh=fresh)
    token, cookie_name, session = ground.script(SET_UP).split()
    doors = Doors(token, f"{cookie_name}={session}")
    with ground.connect() as connection:
        row = connection.execute("SELECT max(id) FROM accounts_orgunit").fetchone()
        assert row is not None
        asks = requests(doors, row[0])
        served: dict[str, dict[int, Figures]] = {name: {} for name in asks}
        with ground.server() as port:
            for clients in (1, 4):
                for name, make in asks.items():
                    # Counting a company's month takes seconds: the first answer counts as well.
                    warm_up = 0.0 if name.startswith("counts") else 1.0
                    served[name][clients] = drive(port, make, clients=clients, seconds=seconds, warm_up=warm_up)
        raw = {"list, motor": alone(connection, LIST, seconds), "counts, motor": alone(connection, COUNTS, seconds)}
        first, last = months(1)
        rows = connection.execute(COUNTS, {"first": first, "last": last + timedelta(1)}).fetchall()
    return {"customers": customers, "motor": sum(row[1] for row in rows), "served": served, "alone": raw}


def show(result: dict[str, Any]) -> None:
    customers = result["customers"]
    print(f"\n{customers:,} customers, {2 * customers:,} policies; {result['motor']:,} motor terms end in a month")
    print(f"{'':20}{'1 client':>26}{'4 clients':>26}{'psycopg alone':>26}   aim")
    for name, by_clients in result["served"].items():
        cells = [by_clients[1], by_clients[4], *([result["alone"][name]] if name in result["alone"] else [])]
        text = "".join(f"{c.per_second:7,.1f}/s {c.p50:7.0f} {c.p95:6.0f}ms" for c in cells)
        print(f"{name:20}{text:78}   {AIMS.get(name, '')}")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks renewals", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8, help="length of each measurement")
    parser.add_argument("--fresh", action="store_true", help="write the book anew")
    given = parser.parse_args(arguments)
    result = measure(given.customers, given.seconds, fresh=given.fresh)
    show(result)
    print(f"\nkept as {write_results('renewals', result)}")
