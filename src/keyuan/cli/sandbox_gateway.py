"""``keyuan sandbox-gateway``: a payment gateway to try things with. It knows nothing of Keyuan's database."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from keyuan.cli.serve import refuse_taken_port

app = typer.Typer(add_completion=False, rich_markup_mode=None)


def folder() -> Path:
    """Where the sandbox keeps its keys and its state, and where Keyuan finds its account."""
    var = os.environ.get("KEYUAN_VAR") or Path(__file__).resolve().parents[3] / "var"
    return Path(os.environ.get("KEYUAN_SANDBOX_GATEWAY_DIR") or Path(var) / "sandbox-gateway")


@app.command()
def sandbox_gateway(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="KEYUAN_SANDBOX_GATEWAY_PORT", help="Port to listen on.")] = 8010,
    delayed: Annotated[float, typer.Option(help="Seconds by which a delayed notification is late.")] = 60,
) -> None:
    """Speak Alipay's signed protocol on HOST:PORT until stopped; whoever pays here pays nothing."""
    from keyuan.billing.sandbox.server import Sandbox

    refuse_taken_port(host, port)
    sandbox = Sandbox(folder(), host=host, port=port, delayed=delayed)

    def stop(number: int, frame: object) -> None:
        # Not from the thread that serves: it would wait for itself.
        Thread(target=sandbox.shut).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    sandbox.serve()
