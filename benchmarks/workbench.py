"""Any question over the whole book, and its rows taken away: at a million customers, beside PostgreSQL alone.

    python -m benchmarks workbench [--customers 1000000] [--seconds 8] [--rows 100000] [--fresh]

The ground is a copy of the book that ``foundation`` imported (run that first), moved so that a tenth of its policies are
in force today, with the tasks that agents have: one for most motor policies that end soon, as many others, and those
done. Three conditions: the customer's age, a motor
policy that ends soon, an open task that is due; each client asks with ages and days of its own. Server, database and
clients share this machine's cores; every figure of a row was measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import psycopg

from benchmarks import by_hand
from benchmarks.foundation import SET_UP, Doors
from benchmarks.ground import Ground, write_results
from benchmarks.load import Figures, Request, drive

AIMS = {
    "query": "≥ 60/s with 4 clients, p95 ≤ 80 ms",
    "query, with a status": "",
    "export": "memory ≤ 300 MB",
    "renewals of a month": "p95 ≤ 100 ms",
}
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = datetime.now(ZONE).date()
AHEAD = 330

MOVE = (
    "UPDATE policies_policy SET signed_on = signed_on + %(days)s, starts_on = starts_on + %(days)s, "
    "ends_on = ends_on + %(days)s",
    "UPDATE policies_policyterm SET starts_on = starts_on + %(days)s, ends_on = ends_on + %(days)s",
)
BIRTHS = """
UPDATE customers_person SET birth_date = date '1945-01-01' + (customer_id * 7919 % 21900)::int WHERE birth_date IS NULL
"""
# What agents have before them: two of three motor policies that end within 45 days, and as many other matters again.
TASKS = """
INSERT INTO servicedesk_task (title, note, owner_id, created_by_id, customer_id, due_at, done_at)
SELECT '回访', '', %(owner)s, %(owner)s, customer_id, %(now)s::timestamptz + days * interval '1 day',
       CASE WHEN days < -10 THEN %(now)s::timestamptz - interval '1 day' END
FROM (
    SELECT customer_id, (customer_id * 31 %% 50) - 10 FROM policies_policy o JOIN products_product d ON d.id = o.product_id
    WHERE d.line = 'motor' AND o.ends_on BETWEEN %(today)s AND %(today)s::date + 45 AND customer_id %% 3 < 2
    UNION ALL SELECT id, (id * 31 %% 50) - 10 FROM customers_customer WHERE id * 7 %% 1000 < 10
    UNION ALL SELECT id, -11 - (id %% 700) FROM customers_customer WHERE id %% 3 = 0
) AS given (customer_id, days)
"""
# The best plan that we know: each side read in the order of its own index, and people looked at where both meet.
THREE = """
WITH found AS MATERIALIZED (
    SELECT p.customer_id AS id FROM customers_person p WHERE p.birth_date <= %(born)s AND p.customer_id IN (
        (SELECT o.customer_id FROM policies_policy o JOIN products_product d ON d.id = o.product_id
         WHERE d.line = 'motor' AND o.ends_on BETWEEN %(first)s AND %(last)s)
        INTERSECT
        (SELECT t.customer_id FROM servicedesk_task t
         WHERE t.done_at IS NULL AND t.due_at >= %(from)s AND t.due_at < %(until)s)))
SELECT id, (SELECT count(*) FROM found) FROM found ORDER BY id DESC LIMIT 80
"""
EXPORTED = """
SELECT c.number, c.name, c.kind, p.birth_date, u.name, c.source, c.created_at FROM customers_customer c
JOIN accounts_orgunit u ON u.id = c.org_unit_id LEFT JOIN customers_person p ON p.customer_id = c.id
ORDER BY c.id DESC LIMIT %s
"""
COLUMNS = ["number", "name", "kind", "age", "branch", "source", "created_on"]


def prepare(ground: Ground, *, fresh: bool) -> None:
    """Move the book to the present and give out tasks, once."""
    token = ground.script(SET_UP).split()[0]
    assert token
    with ground.connect() as connection:
        asked = connection.execute(
            "SELECT max(ends_on), (SELECT count(*) FROM servicedesk_task) FROM policies_policy"
        ).fetchone()
        assert asked is not None
        last, tasks = asked
        if not tasks or fresh:
            owner = connection.execute("SELECT id FROM accounts_user WHERE username = 'bench'").fetchone()
            assert owner is not None
            days = (TODAY + timedelta(AHEAD) - last).days
            for statement in MOVE if days > 25 else ():
                connection.execute(statement, {"days": days})
            connection.execute(BIRTHS)
            connection.execute("TRUNCATE servicedesk_task CASCADE")
            connection.execute(TASKS, {"owner": owner[0], "now": datetime.now(UTC), "today": TODAY})
            connection.execute("VACUUM ANALYZE")


def asked(place: int) -> dict[str, Any]:
    """The ages and days of one request: half of the people or more, two to four weeks of ends, up to three of tasks."""
    draw = random.Random(place * 7919)
    first, days = draw.randrange(0, 200), draw.randrange(20, 40)
    due = draw.randrange(-15, 10)
    return {
        "age": draw.randrange(35, 55),
        "first": first,
        "last": first + days,
        "due": due,
        "until": due + draw.randrange(15, 25),
    }


def condition(told: dict[str, Any], *, status: bool = False) -> dict[str, Any]:
    """The three conditions as the API takes them, the policy's also by its status of today."""
    policy: list[dict[str, Any]] = [
        {"field": "policy.line", "op": "in", "value": ["motor"]},
        {
            "field": "policy.ends_on",
            "op": "between",
            "value": [{"days_from_today": told["first"]}, {"days_from_today": told["last"]}],
        },
    ]
    if status:
        policy.append({"field": "policy.status", "op": "in", "value": ["on_risk"]})
    task = [
        {"field": "task.open", "op": "eq", "value": True},
        {
            "field": "task.due_on",
            "op": "between",
            "value": [{"days_from_today": told["due"]}, {"days_from_today": told["until"]}],
        },
    ]
    return {
        "all": [
            {"field": "customer.age", "op": "gte", "value": told["age"]},
            {"has": "policy", "such_that": {"all": policy}},
            {"has": "task", "such_that": {"all": task}},
        ]
    }


def values(told: dict[str, Any]) -> dict[str, Any]:
    """The same for the statement by hand."""
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=ZONE)
    return {
        "born": TODAY.replace(year=TODAY.year - told["age"]),
        "first": TODAY + timedelta(told["first"]),
        "last": TODAY + timedelta(told["last"]),
        "from": midnight + timedelta(told["due"]),
        "until": midnight + timedelta(told["until"] + 1),
    }


def requests(doors: Doors) -> dict[str, Callable[[int], Request]]:
    """What each measurement asks for, by its place in the run."""

    def query(place: int) -> Request:
        body = {"condition": condition(asked(place))}
        return Request("POST", "/api/v1/queries", doors.api, json.dumps(body).encode())

    def with_status(place: int) -> Request:
        body = {"condition": condition(asked(place), status=True)}
        return Request("POST", "/api/v1/queries", doors.api, json.dumps(body).encode())

    def renewals(place: int) -> Request:
        first = TODAY + timedelta(place % 120)
        address = f"/api/v1/renewals?from={first}&to={first + timedelta(30)}"
        return Request("GET", address, doors.api)

    return {"query": query, "query, with a status": with_status, "renewals of a month": renewals}


def check(ground: Ground, port: int, doors: Doors) -> dict[str, float]:
    """The API and the statement by hand find the same customers in the same order; how many, on average."""
    found = []
    with ground.connect() as connection:
        for place in range(5):
            told = asked(place)
            request = requests(doors)["query"](place)
            call = urllib.request.Request(f"http://127.0.0.1:{port}{request.path}", request.body, request.headers)
            with urllib.request.urlopen(call) as answer:
                served = json.loads(answer.read())
            rows = connection.execute(THREE, values(told)).fetchall()
            assert [row["id"] for row in served["rows"]] == [row[0] for row in rows], told
            assert served["count"] == (rows[0][1] if rows else 0), told
            found.append(served["count"])
    return {"found": sum(found) / len(found)}


@dataclass(frozen=True, slots=True)
class Taken:
    """An export: rows a second, its size, the most memory that a server process held."""

    rows: int
    seconds: float
    megabytes: float
    first_byte: float
    peak_mb: float

    @property
    def per_second(self) -> float:
        return self.rows / self.seconds


def export(ground: Ground, port: int, doors: Doors, rows: int, kind: str) -> Taken:
    """The newest ``rows`` customers as a workbook through the page's own export."""
    with ground.connect() as connection:
        least = connection.execute(
            "SELECT number FROM customers_customer WHERE number LIKE 'K%%' ORDER BY id DESC OFFSET %s LIMIT 1",
            [rows - 1],
        ).fetchone()
        born = _birth_day_for(connection, rows)
    told = {"all": [{"field": "customer.birth_date", "op": "gte", "value": born.isoformat()}]}
    assert least is not None
    body = [
        ("c", json.dumps(told)),
        ("purpose", "benchmark"),
        ("format", kind),
        *(("column", name) for name in COLUMNS),
    ]
    token = "x" * 32
    pairs = "&".join(f"{name}={quote(value)}" for name, value in [*body, ("csrfmiddlewaretoken", token)])
    headers = {"Cookie": f"{doors.cookie}; csrftoken={token}", "Referer": f"http://127.0.0.1:{port}/"}
    call = urllib.request.Request(f"http://127.0.0.1:{port}/desk/queries/export/", pairs.encode(), headers)
    begin = time.perf_counter()
    with urllib.request.urlopen(call) as answer:
        size = len(answer.read(1))
        first = time.perf_counter() - begin
        while block := answer.read(1 << 16):
            size += len(block)
    seconds = time.perf_counter() - begin
    with ground.connect() as connection:
        got = connection.execute("SELECT count(*) FROM customers_person WHERE birth_date >= %s", [born]).fetchone()
    assert got is not None
    return Taken(got[0], seconds, size / 1e6, first, ground.peak_of_server())


def _birth_day_for(connection: psycopg.Connection, rows: int) -> date:
    """A birth date from which on about so many people were born."""
    row = connection.execute(
        "SELECT birth_date FROM customers_person WHERE birth_date IS NOT NULL ORDER BY birth_date DESC OFFSET %s LIMIT 1",
        [rows - 1],
    ).fetchone()
    assert row is not None
    born: date = row[0]
    return born


def export_by_hand(ground: Ground, rows: int) -> float:
    """The same rows through a server-side cursor of psycopg; rows a second."""
    begin = time.perf_counter()
    count = 0
    with psycopg.connect(ground.url) as connection, connection.cursor("rows") as cursor:
        cursor.itersize = 2000
        cursor.execute(EXPORTED, [rows])
        for _ in cursor:
            count += 1
    return count / (time.perf_counter() - begin)


def measure(customers: int, seconds: float, rows: int, *, fresh: bool) -> dict[str, Any]:
    ground = Ground(f"workbench-{customers}", reuse=True, template=f"foundation-{customers}")
    prepare(ground, fresh=fresh)
    token, cookie_name, session = ground.script(SET_UP).split()
    doors = Doors(token, f"{cookie_name}={session}")
    asks = requests(doors)
    served: dict[str, dict[int, Figures]] = {name: {} for name in asks}
    with ground.connect() as connection:
        alone = by_hand.measure(
            lambda place: len(connection.execute(THREE, values(asked(place))).fetchall()) + 1, seconds=min(seconds, 5)
        )
    with ground.server() as port:
        found = check(ground, port, doors)
        for clients in (1, 4):
            for name, make in asks.items():
                served[name][clients] = drive(port, make, clients=clients, seconds=seconds)
        taken = {kind: export(ground, port, doors, rows, kind) for kind in ("xlsx", "csv")}
    by_cursor = export_by_hand(ground, rows)
    return {
        "customers": customers,
        **found,
        "served": served,
        "alone": alone,
        "export": taken,
        "export alone": by_cursor,
    }


def show(result: dict[str, Any]) -> None:
    alone: Figures = result["alone"]
    print(f"\n{result['customers']:,} customers; the three conditions find {result['found']:,.0f} on average")
    print(f"{'':24}{'1 client':>26}{'4 clients':>26}{'psycopg alone':>26}   aim")
    for name, by_clients in result["served"].items():
        cells = [by_clients[1], by_clients[4], *([alone] if name == "query" else [])]
        text = "".join(f"{c.per_second:9,.0f}/s {c.p50:6.1f} {c.p95:6.1f}ms" for c in cells)
        print(f"{name:24}{text:78}   {AIMS[name]}")
    for kind, taken in result["export"].items():
        print(
            f"export {kind:17}{taken.rows:,} rows in {taken.seconds:.1f} s ({taken.per_second:,.0f}/s), first byte after "
            f"{taken.first_byte:.2f} s, {taken.megabytes:.1f} MB, a server process held at most {taken.peak_mb:.0f} MB "
            f"(aim 300); psycopg alone {result['export alone']:,.0f}/s"
        )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks workbench", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8, help="length of each measurement")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the export")
    parser.add_argument("--fresh", action="store_true", help="give out the tasks anew")
    given = parser.parse_args(arguments)
    result = measure(given.customers, given.seconds, given.rows, fresh=given.fresh)
    show(result)
    print(f"\nkept as {write_results('workbench', result)}")
