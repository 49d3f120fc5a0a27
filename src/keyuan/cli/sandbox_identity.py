"""``keyuan sandbox-identity``: an identity service to try things with. It knows nothing of Keyuan's database."""

from __future__ import annotations

import signal
import sys
from threading import Thread
from typing import Annotated

import typer

from keyuan.cli.serve import refuse_taken_port

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sandbox_identity(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="KEYUAN_SANDBOX_IDENTITY_PORT", help="Port to listen on.")] = 8011,
    secret: Annotated[str, typer.Option(envvar="KEYUAN_IDENTITY_SECRET", help="What requests are signed with.")] = "",
) -> None:
    """Answer signed questions on HOST:PORT until stopped; digits 15 to 17 of the document number choose the answer."""
    from keyuan.identity.sandbox import Service

    if not secret:
        sys.exit("KEYUAN_IDENTITY_SECRET is empty: name the secret that requests are signed with")
    refuse_taken_port(host, port)
    service = Service((host, port), secret)

    def stop(number: int, frame: object) -> None:
        # Not from the thread that serves: it would wait for itself.
        Thread(target=service.shutdown).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    service.serve_forever()
    service.server_close()
