"""What must be there before a command can work: tables, and for the web server the collected static files."""

from __future__ import annotations

import sys
from pathlib import Path

from keyuan.cli.refusals import DatabaseDoesNotAnswer, NoFrontEndFiles, TablesNotUpToDate, language

# Held while migrating: "keyua" in hexadecimal.
LOCK = 0x6B65797561


def say(zh: str, en: str) -> None:
    """Tell a person at the terminal what is being done; standard output stays the result's."""
    sys.stderr.write((en if language() == "en" else zh) + "\n")
    sys.stderr.flush()


def steps_missing() -> int:
    """How many migrations the database lacks; raises DatabaseDoesNotAnswer."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise DatabaseDoesNotAnswer(problem=" ".join(str(error).split())) from error
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> None:
    """Make the tables, or bring older ones to this version. Two who begin at once do it one after the other."""
    from django.core.management import call_command
    from django.db import connection

    if not steps_missing():
        return
    say("正在建立或更新数据库的表……", "Tables ...")
    # A lock of the session, because migrations have transactions of their own.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def offer_products() -> None:
    """Enter the shipped products if the catalogue has none of them yet; what is there stays as it is."""
    from keyuan.products.bulk import offer_shipped_products

    if offer_shipped_products():
        say("已载入随附的产品定义。", "The shipped product definitions are in.")


def expect_tables() -> None:
    """Raise TablesNotUpToDate unless the database is at this version."""
    missing = steps_missing()
    if missing:
        raise TablesNotUpToDate(missing=missing)


def _last_changed() -> float:
    """When a static file of any room was last written: after an upgrade new pages would meet old scripts."""
    rooms = Path(__file__).resolve().parents[1]
    return max((file.stat().st_mtime for file in rooms.glob("*/static/**/*") if file.is_file()), default=0)


def collect_static() -> None:
    """Collect the static files if nobody did since they last changed; raises NoFrontEndFiles if npm's are not there."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.DEBUG or (collected.exists() and collected.stat().st_mtime >= _last_changed()):
        return
    if finders.find("vendor/icons.svg") is None:
        raise NoFrontEndFiles
    say("正在收集网页的样式和脚本……", "Collecting static files ...")
    call_command("collectstatic", verbosity=0, interactive=False)
