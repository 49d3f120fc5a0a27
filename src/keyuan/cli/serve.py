"""``keyuan serve``: the web server."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Host = Annotated[str, typer.Option(envvar="HOST", help="Address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.")]
Workers = Annotated[int, typer.Option(envvar="KEYUAN_WORKERS", min=1, help="Processes; one a core is right.")]
Threads = Annotated[int, typer.Option(envvar="KEYUAN_THREADS", min=1, help="Requests at once in each process.")]


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 2, threads: Threads = 2) -> None:
    """Run the web server on HOST:PORT."""
    from granian import Granian
    from granian.constants import Interfaces

    refuse_taken_port(host, port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")
    Granian(
        "keyuan.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        backlog=512,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


def refuse_taken_port(host: str, port: int) -> None:
    """Exit with a sentence that helps if somebody listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another one: PORT={port + 1} make run"
            )
