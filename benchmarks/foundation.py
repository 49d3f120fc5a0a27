"""Find a customer, see them whole, type ahead, create, import: at each size of book, beside PostgreSQL alone.

    python -m benchmarks foundation --customers 100000 1000000 [--seconds 10]

The book: N customers with 2 policies and 10 contact lines each (synthetic). Server, database and clients share this
machine's cores. Every figure of a row was measured in the same run on the same database.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import book, by_hand
from benchmarks.ground import PROJECT, Ground, pace, write_results
from benchmarks.load import Figures, Request, drive
from benchmarks.plain_copy import copy_again

AIMS = {
    "look-up + 360, JSON": "≥ 250/s, p95 ≤ 25 ms",
    "360 page, HTML": "p95 ≤ 60 ms",
    "type-ahead": "≥ 400/s, p95 ≤ 15 ms",
    "create customer": "≥ 100/s",
}
MAPPING = PROJECT / "src" / "keyuan" / "intake" / "mappings" / "keyuan_book.yaml"

SET_UP = """
from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.actions.tokens import create_token
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import viewer_of
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.conf import settings
unit = OrgUnit.objects.filter(parent=None).first()
user, made = User.objects.get_or_create(username="bench", defaults={"role": "manager", "org_unit": unit})
viewer = viewer_of(user)
_, token = create_token("bench", scopes=viewer.permissions, days=1, by=viewer)
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(token, settings.SESSION_COOKIE_NAME, session.session_key)
"""
DIGESTS = """
import random
from keyuan.kernel.sealing import keyring
draw = random.Random(7)
places = [draw.randrange({customers}) for _ in range(2000)]
print(" ".join(keyring().digest(str(13000000000 + p), context="identifier.mobile").hex() for p in places))
"""


@dataclass(frozen=True, slots=True)
class Doors:
    """How the benchmark's own manager comes in."""

    token: str
    cookie: str

    @property
    def api(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    @property
    def page(self) -> dict[str, str]:
        return {"Cookie": self.cookie}


def requests(doors: Doors, customers: int, numbers: list[str], *, run: int) -> dict[str, Callable[[int], Request]]:
    """What each measurement asks for, by its place in the run; customers are drawn from the whole book.

    New customers of different runs (``run``) have different mobiles.
    """

    def drawn(place: int) -> random.Random:
        return _drawn(place, customers)

    def look_up(place: int) -> Request:
        mobile = book.mobile(drawn(place).randrange(customers))
        return Request("GET", f"/api/v1/customers?identifier={mobile}&expand=360", doors.api)

    def page(place: int) -> Request:
        return Request("GET", f"/desk/customers/{drawn(place).choice(numbers)}/", doors.page)

    def type_ahead(place: int) -> Request:
        return Request("GET", f"/api/v1/customers/find?q={_quoted(typed(place, customers))}", doors.api)

    def create(place: int) -> Request:
        mobile = str(19_900_000_000 + (run * 10_000 + place) % 100_000_000)
        body = {"name": "测试新客", "person": {"mobile": mobile}, "source": "phone"}
        return Request("POST", "/api/v1/customers", doors.api, json.dumps(body).encode(), expect=201)

    return {"look-up + 360, JSON": look_up, "360 page, HTML": page, "type-ahead": type_ahead, "create customer": create}


def _drawn(place: int, customers: int) -> random.Random:
    return random.Random(place * 7919 + customers)


def typed(place: int, customers: int) -> str:
    """Two characters as somebody types them, the same draw for us and for psycopg."""
    return str(_drawn(place, customers).choice(book.SURNAMES) + _drawn(place + 1, customers).choice(book.GIVEN))


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def measure_import(ground: Ground, customers: int) -> dict[str, Any]:
    """Import the book through the command line; COPY the rows it left behind into twins of the same tables."""
    folder = ground.home / "book"
    book.write(folder, customers)
    lines = 13 * customers
    ran = ground.run("-m", "keyuan.cli", "import", str(folder), "--mapping", str(MAPPING), "--json")
    with ground.connect() as connection:
        connection.execute("VACUUM ANALYZE")
        copied = copy_again(connection, ground.home)
    return {
        "book lines": lines,
        "rows written": copied.rows,
        "import seconds": ran.seconds,
        "import rows/s": copied.rows / ran.seconds,
        "COPY rows/s": copied.rows / copied.seconds,
        "share of COPY": copied.seconds / ran.seconds,
        "peak MB": ran.peak_mb,
        "report": json.loads(ran.output),
    }


def measure_by_hand(ground: Ground, customers: int, seconds: float) -> dict[str, Figures]:
    digests = [bytes.fromhex(text) for text in ground.script(DIGESTS.format(customers=customers)).split()]
    with ground.connect() as connection:
        like = connection.execute("SELECT max(id) FROM customers_customer").fetchone()
        ways = {
            "look-up + 360, JSON": lambda place: by_hand.look_up_and_360(connection, digests[place % len(digests)]),
            "type-ahead": lambda place: by_hand.type_ahead(connection, typed(place, customers)),
            "create customer": lambda place: by_hand.insert_customer(connection, place, like[0] if like else 0),
        }
        figures = {name: by_hand.measure(way, seconds=seconds) for name, way in ways.items()}
    figures["360 page, HTML"] = figures["look-up + 360, JSON"]
    return figures


def measure_size(customers: int, seconds: float, *, reuse: bool) -> dict[str, Any]:
    """All measurements at one size of book; with ``reuse`` the book that an earlier run imported, and its figures."""
    ground = Ground(f"foundation-{customers}", reuse=reuse)
    kept = ground.home / "import.json"
    ground.env["KEYUAN_LIMITS"] = "find=100000000/60,api_calls=100000000/60"
    imported = json.loads(kept.read_text()) if reuse else measure_import(ground, customers)
    kept.write_text(json.dumps(imported))
    if not seconds:
        return {"customers": customers, "import": imported, "alone": {}, "served": {}}
    alone = measure_by_hand(ground, customers, min(seconds, 5))
    token, cookie_name, session = ground.script(SET_UP).split()
    doors = Doors(token, f"{cookie_name}={session}")
    with ground.connect() as connection:
        drawn = connection.execute(
            "SELECT number FROM customers_customer WHERE number LIKE 'K%' ORDER BY random() LIMIT 5000"
        ).fetchall()
    numbers = [number for (number,) in drawn]
    served: dict[str, dict[int, Figures]] = {name: {} for name in AIMS}
    paces = [pace()]
    with ground.server() as port:
        for clients in (1, 4):
            for name, make in requests(doors, customers, numbers, run=int(time.time())).items():
                served[name][clients] = drive(port, make, clients=clients, seconds=seconds)
                paces.append(pace())
    return {"customers": customers, "import": imported, "alone": alone, "served": served, "pace": paces}


def show(result: dict[str, Any]) -> None:
    """Print one size as a table."""
    imported = result["import"]
    print(
        f"\n{result['customers']:,} customers, {imported['book lines']:,} lines of book, {imported['rows written']:,} rows"
    )
    print(
        f"import {imported['import rows/s']:,.0f} rows/s in {imported['import seconds']:.0f} s, "
        f"plain COPY {imported['COPY rows/s']:,.0f} rows/s: {imported['share of COPY']:.0%} of COPY (aim 30%), "
        f"peak {imported['peak MB']:.0f} MB (aim 500)"
    )
    print(f"{'':22}{'1 client':>26}{'4 clients':>26}{'psycopg alone':>26}   aim")
    for name, by_clients in result["served"].items():
        cells = [by_clients[1], by_clients[4], result["alone"][name]]
        text = "".join(f"{c.per_second:9,.0f}/s {c.p50:6.1f} {c.p95:6.1f}ms" for c in cells)
        print(f"{name:22}{text}   {AIMS[name]}")
    if paces := result.get("pace"):
        print(
            f"pace of the machine meanwhile: {min(paces):.1f} to {max(paces):.1f} million additions a second in Python"
        )


def show_growth(results: list[dict[str, Any]]) -> None:
    """How much slower the largest book is than the smallest: nothing may be above 1.5."""
    if len(results) < 2:
        return
    small, large = results[0], results[-1]
    print(f"\nslower at {large['customers']:,} than at {small['customers']:,} (p50, 4 clients; aim ≤ 1.5):")
    for name in small["served"]:
        print(f"  {name:22}{large['served'][name][4].p50 / small['served'][name][4].p50:5.2f} ×")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks foundation", description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement; 0: only import")
    parser.add_argument("--reuse", action="store_true", help="ask the databases that an earlier run has filled")
    asked = parser.parse_args(arguments)
    results = []
    for customers in sorted(asked.customers):
        results.append(measure_size(customers, asked.seconds, reuse=asked.reuse))
        show(results[-1])
    show_growth(results)
    print(f"\nkept as {write_results('foundation', results)}")
