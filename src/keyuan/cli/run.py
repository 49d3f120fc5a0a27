"""``keyuan run``: everything together, for a first look and for a company that has one machine."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from keyuan.cli import ready
from keyuan.cli.first_use import bring_up_to_date, offer_products
from keyuan.cli.serve import Host, Port, refuse_taken_port, sandbox_gateway_at

app = typer.Typer(add_completion=False, rich_markup_mode=None)

STOP_SECONDS = 10
READY_SECONDS = 60
BOOK = ("--customers", "2000", "--seed", "1")


class Stopped(Exception):
    """Somebody asked the whole to stop."""


@app.command()
def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    demo: Annotated[bool, typer.Option(envvar="KEYUAN_DEMO", help="Load the demo book into an empty database.")] = True,
) -> None:
    """Start the database, bring it up to date, and run web server and worker until stopped."""
    refuse_taken_port(host, port)
    began_here = _start_database()
    try:
        bring_up_to_date()
        if demo and _is_empty():
            _load_demo_book()
        offer_products()
        _establish_trust(demo=demo)
        os.environ.setdefault("KEYUAN_DEMO_OUTBOX", "1" if demo else "0")
        code = _supervise(host, port)
    except (Stopped, KeyboardInterrupt):
        code = 0
    finally:
        if began_here is not None:
            _stop_database(began_here)
    sys.exit(code)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _start_database() -> Path | None:
    """Start Django and the database; returns the data folder if it was started here (and is to be stopped here)."""
    from keyuan.settings import embedded

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if os.environ.get("DATABASE_URL"):
        ready()
        return None
    var = Path(os.environ.get("KEYUAN_VAR") or Path(__file__).resolve().parents[3] / "var").absolute()
    data = var / "postgres"
    was_running = embedded.address(data) is not None
    if not was_running:
        _say("Database ...")
    ready()
    return None if was_running else data


def _stop_database(data: Path) -> None:
    from keyuan.settings import embedded

    # A second Ctrl-C must not leave the database half stopped.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    embedded.stop(data)
    _say("Stopped. The data is kept; 'make run' goes on with it.")


def _stop(number: int, frame: object) -> None:
    raise Stopped


def _is_empty() -> bool:
    from django.contrib.auth import get_user_model

    return not get_user_model().objects.exists()


def _load_demo_book() -> None:
    _say("Demo book (first time only) ...")
    done = subprocess.run([sys.executable, "-m", "keyuan.cli", "demo", *BOOK], check=False)
    if done.returncode:
        sys.exit("The demo book could not be made; the lines above say why. Without it: .venv/bin/keyuan run --no-demo")


def _establish_trust(*, demo: bool) -> None:
    """Make the keys of the certificate centre that are missing; without a passphrase only a demo has any."""
    from keyuan.trust.authorities import establish
    from keyuan.trust.refusals import NoAuthority

    try:
        establish(demo=demo)
    except NoAuthority as missing:
        _say(f"{missing} {missing.what_to_do}")


def _supervise(host: str, port: int) -> int:
    """Run the parts until one ends or somebody stops us; the exit code says which."""
    from django.db import connections

    connections.close_all()
    address = {"HOST": host, "PORT": str(port), **sandbox_gateway_at(port), **sandbox_identity_at(port)}
    sandboxes = {"sandbox-gateway": "KEYUAN_SANDBOX_GATEWAY_PORT", "sandbox-identity": "KEYUAN_SANDBOX_IDENTITY_PORT"}
    names = (*(name for name, setting in sandboxes.items() if setting in address), "serve", "worker")
    parts = {name: _start_part(name, address) for name in names}
    try:
        if _wait_for_web(host, port, parts["serve"]):
            _welcome(host, port)
        while all(part.poll() is None for part in parts.values()):
            time.sleep(0.5)
    finally:
        ended = {name: part.returncode for name, part in parts.items() if part.poll() is not None}
        _stop_parts(parts)
    for name, code in ended.items():
        sys.stderr.write(
            f"'keyuan {name}' ended by itself (exit code {code}), so everything was stopped. See above why.\n"
        )
    return 1


def sandbox_identity_at(port: int) -> dict[str, str]:
    """Where the sandbox identity service listens and what both sign with; nothing where a service is configured."""
    if os.environ.get("KEYUAN_IDENTITY_URL"):
        return {}
    taken = os.environ.get("KEYUAN_SANDBOX_IDENTITY_PORT") or str(port + 11)
    return {
        "KEYUAN_SANDBOX_IDENTITY_PORT": taken,
        "KEYUAN_IDENTITY_URL": f"http://127.0.0.1:{taken}",
        "KEYUAN_IDENTITY_SECRET": os.environ.get("KEYUAN_IDENTITY_SECRET") or secrets.token_hex(32),
    }


def _start_part(name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches only us and we stop the parts in order.
    return subprocess.Popen(
        [sys.executable, "-m", "keyuan.cli", name], env={**os.environ, **environment}, start_new_session=True
    )


def _stop_parts(parts: dict[str, subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for part in parts.values():
        if part.poll() is None:
            part.terminate()
    for part in parts.values():
        try:
            part.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(part.pid, signal.SIGKILL)


def _wait_for_web(host: str, port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether the web server answers a request within a minute."""
    from http.client import HTTPConnection, HTTPException

    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and server.poll() is None:
        connection = HTTPConnection(_reachable(host), port, timeout=5)
        try:
            connection.request("HEAD", "/", headers={"Host": "localhost"})
            connection.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return True
        finally:
            connection.close()
    return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  asked, not listened on


def _welcome(host: str, port: int) -> None:
    """The address and, when the demo book is loaded, one account per role."""
    from django.contrib.auth import get_user_model
    from django.db import connections

    from keyuan.demo import book

    demo = book.accounts()
    there = set(get_user_model().objects.filter(username__in=demo["users"]).values_list("username", flat=True))
    connections.close_all()
    _say(f"\nKeyuan 客缘  http://{'localhost' if host == '127.0.0.1' else _reachable(host)}:{port}/")
    if there:
        _say(f"  accounts   {' '.join(name for name in demo['users'] if name in there)}")
        _say(f"  password   {demo['password']}   (synthetic demo data; never for a real book)")
        _say(f"  customer   {demo['customer']['sign_in']} with {demo['customer']['mobile']}; the code is shown there")
    _say("  Ctrl-C stops everything and keeps the data.\n")
