"""A count while somebody is still building: exact, and given up as soon as they ask for another."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db import OperationalError, connection, transaction

from keyuan.accounts.scope import Viewer
from keyuan.customer360.conditions import Condition
from keyuan.customer360.queries import asking

LONGEST_MS = 5_000


class TooSlow(Exception):
    """The count was overtaken by a newer one of the same person, or would keep them waiting."""


def counted(condition: Condition, *, viewer: Viewer, on: date, who: str) -> int:
    """How many, exactly. An older count of ``who`` (a browser's session) that still runs is cancelled; raises TooSlow.

    The cancelling is safe for whatever else that database connection does: an older count carries its name only within
    its transaction, and leaves it through the lock that the canceller holds.
    """
    key = int.from_bytes(hashlib.blake2b(who.encode(), digest_size=8).digest(), "big", signed=True)
    name = f"keyuan-count-{key:x}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        cursor.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = %s AND pid <> pg_backend_pid()",
            [name],
        )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('application_name', %s, true), set_config('statement_timeout', %s, true)",
                [name, str(LONGEST_MS)],
            )
            found = asking.count(condition, viewer=viewer, on=on)
            cursor.execute("SELECT set_config('statement_timeout', '0', true), pg_advisory_xact_lock(%s)", [key])
            return found
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "57014":  # query_canceled: by a newer count, or by the clock
            raise TooSlow from None
        raise
