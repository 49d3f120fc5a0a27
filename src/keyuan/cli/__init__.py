"""The command line: ``keyuan COMMAND``, one module per command, loaded only when it is called."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "demo": "Make the demo book of a believable synthetic insurer.",
    "find": "Find customers by anything that names them.",
    "import": "Import an insurer's book of business.",
    "keys": "Show and rotate the keys that seal what is sensitive.",
    "run": "Run everything together: database, web server and worker.",
    "serve": "Run the web server.",
    "worker": "Run the worker: jobs, and the readers of the log.",
}


class Commands(TyperGroup):
    """Knows every command by name and loads its module (``app`` in it) when it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"keyuan.cli.{cmd_name}{'_' if cmd_name == 'import' else ''}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        # The modules are not loaded only to print what they are for.
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(help="Keyuan 客缘, the customer system of an insurance company.")
def keyuan() -> None:
    """Nothing is common to all commands yet."""


def ready() -> None:
    """Start Django (and with it the embedded PostgreSQL, unless DATABASE_URL names a server)."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")
    django.setup()


def show(value: Any, *, as_json: bool, text: str = "") -> None:
    """Print a result: as JSON for programs, as ``text`` for people."""
    sys.stdout.write((json.dumps(value, ensure_ascii=False, default=str) if as_json else text) + "\n")


def main() -> None:
    """The entry point: a refusal ends with its sentence and its remedy, and exit code 1."""
    from keyuan.kernel.refusals import Refusal

    try:
        app()
    except Refusal as refusal:
        if "--json" in sys.argv:
            show({"error": refusal.as_dict()}, as_json=True)
        else:
            sys.stderr.write("\n".join(filter(None, [str(refusal), refusal.what_to_do])) + "\n")
        sys.exit(1)
