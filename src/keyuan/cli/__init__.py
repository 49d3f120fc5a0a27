"""The command line: ``keyuan COMMAND``, one module per command, loaded only when it is called."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

COMMANDS = {
    "books": "Say what is on each account, and whether the books sum to zero.",
    "cube": "Count the book by any combination of dimensions.",
    "demo": "Make the demo book of a believable synthetic insurer.",
    "duplicates": "Find records that are probably one customer.",
    "evidence": "Write the evidence file of a policy: everything that proves how it was sold.",
    "evaluate": "Measure the models on public data against published records.",
    "find": "Find customers by anything that names them.",
    "import": "Import an insurer's book of business.",
    "keys": "Show and rotate the keys that seal what is sensitive.",
    "lake": "Export the book as Parquet files, for the cube and the models.",
    "log": "Check the whole log against its seals; seal what waits.",
    "profit": "Count what each customer earned, structure apart from luck.",
    "query": "Ask a condition: which customers, and how many.",
    "quote": "Say what a product costs for a risk.",
    "renewals": "List what renews or falls due in a period, with its state.",
    "run": "Run everything together: database, web server and worker.",
    "sandbox-gateway": "Run a payment gateway to try payments with; no real money.",
    "sandbox-identity": "Run an identity service to try checks with; it knows nobody.",
    "score": "Score a book with a model: who may leave, who may buy.",
    "serve": "Run the web server.",
    "tables": "List the rate tables; check a file of your own.",
    "tiers": "Review the tiers of all customers.",
    "train": "Teach a model from a book, and keep it with its card.",
    "trust": "Keep the certificate centre: its keys, certificates and lists.",
    "verify": "Check an evidence file, offline, or that of a policy.",
    "warning": "List customers who may leave, with the reasons.",
    "worker": "Run the worker: jobs, and the readers of the log.",
}


class Commands(TyperGroup):
    """Knows every command by name and loads its module (``app`` in it) when it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"keyuan.cli.{name}{'_' if name == 'import' else ''}")
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
    """Start Django (and with it the embedded PostgreSQL, unless DATABASE_URL names a server); raises CannotBegin."""
    import django

    from keyuan.cli.refusals import CannotBegin
    from keyuan.settings import embedded

    _refuse_bad_address()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.settings.base")
    try:
        django.setup()
    except embedded.CannotStart as error:
        raise CannotBegin(
            "no_database",
            zh=f"内置的 PostgreSQL 启动不了：{error}",
            en=f"The embedded PostgreSQL cannot start: {error}",
        ) from None
    _refuse_bad_keys()


def _refuse_bad_address() -> None:
    from keyuan.cli.refusals import CannotBegin
    from keyuan.settings import database

    url = os.environ.get("DATABASE_URL")
    try:
        if url:
            database.parse(url)
    except ValueError as error:
        raise CannotBegin(
            "bad_database_url", zh="DATABASE_URL 应以 postgresql:// 开头。", en=f"{error}, as postgresql://host/name."
        ) from None


def _refuse_bad_keys() -> None:
    from django.conf import settings

    from keyuan.cli.refusals import CannotBegin
    from keyuan.kernel.sealing import keyring

    try:
        if settings.KEYUAN_KEYS:
            keyring()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CannotBegin(
            "bad_keys",
            zh="KEYUAN_KEYS 不是密钥环。请原样放入 keyuan keys new 打印的那一行。",
            en="KEYUAN_KEYS is not a key ring. Put the line there that 'keyuan keys new' printed, as it is.",
        ) from None


def show(value: Any, *, as_json: bool, text: str = "") -> None:
    """Print a result: as JSON for programs, as ``text`` for people."""
    sys.stdout.write((json.dumps(value, ensure_ascii=False, default=str) if as_json else text) + "\n")


def main() -> None:
    """The entry point: a refusal ends with its sentence and its remedy in the terminal's language, and exit code 1."""
    from keyuan.cli.refusals import CannotBegin, language
    from keyuan.kernel.refusals import Refusal

    try:
        app()
    except CannotBegin as refusal:
        _refuse(refusal.as_dict(), refusal.sentence)
    except Refusal as refusal:
        from django.utils.translation import override

        with override(language()):
            _refuse(refusal.as_dict(), "\n".join(filter(None, [str(refusal), refusal.what_to_do])))


def _refuse(told: dict[str, str], text: str) -> NoReturn:
    if "--json" in sys.argv:
        show({"error": told}, as_json=True)
    else:
        sys.stderr.write(text + "\n")
    sys.exit(1)
