"""``keyuan serve``: the web server."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from typing import Annotated

import typer

from keyuan.cli import ready
from keyuan.cli.first_use import collect_static, expect_tables
from keyuan.cli.refusals import CannotBegin

LIVE_AT_ONCE = 4096

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Host = Annotated[str, typer.Option(envvar="HOST", help="Address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.")]
Workers = Annotated[int, typer.Option(envvar="KEYUAN_WORKERS", min=1, help="Processes; one a core is right.")]
Threads = Annotated[int, typer.Option(envvar="KEYUAN_THREADS", min=1, help="Requests at once in each process.")]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 2,
    threads: Threads = 4,
    sandbox_payments: Annotated[bool, typer.Option(help="Run the sandbox gateway beside it; no real money.")] = False,
) -> None:
    """Run the web server on HOST:PORT."""
    from granian import Granian
    from granian.constants import Interfaces

    from keyuan.kernel import balance

    refuse_taken_port(host, port)
    os.environ["KEYUAN_THREADS"] = str(threads)
    if sandbox_payments:
        _start_sandbox_gateway(port)
    ready()
    expect_tables()
    collect_static()
    _close_connections()
    balance.share_among(workers)
    Granian(
        "keyuan.web.rsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        workers=workers,
        backlog=512,
        # An open stream counts as a request that is being answered.
        backpressure=LIVE_AT_ONCE,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


def sandbox_gateway_at(port: int) -> dict[str, str]:
    """Where the sandbox gateway listens, for the parts; nothing where Alipay or another sandbox is configured."""
    if os.environ.get("KEYUAN_ALIPAY_APP_ID") or os.environ.get("KEYUAN_SANDBOX_GATEWAY_URL"):
        return {}
    taken = os.environ.get("KEYUAN_SANDBOX_GATEWAY_PORT") or str(port + 10)
    return {"KEYUAN_SANDBOX_GATEWAY_PORT": taken, "KEYUAN_SANDBOX_GATEWAY_URL": f"http://127.0.0.1:{taken}"}


def _start_sandbox_gateway(port: int) -> None:
    """As a process of its own, ended with this one. A worker beside needs KEYUAN_SANDBOX_GATEWAY_URL too."""
    os.environ.update(sandbox_gateway_at(port), PORT=str(port))
    child = subprocess.Popen([sys.executable, "-m", "keyuan.cli", "sandbox-gateway"])
    atexit.register(child.terminate)


def _close_connections() -> None:
    # The processes that serve are forked from this one: each must open its own.
    from django.db import connections

    connections.close_all()


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CannotBegin with the way out if somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why, other = error.strerror, port + 1
            raise CannotBegin(
                "port_taken",
                zh=f"{host} 的端口 {port} 用不了（{why}）。换一个端口：PORT={other} make run",
                en=f"Port {port} on {host} cannot be used ({why}). Choose another one: PORT={other} make run",
            ) from None
