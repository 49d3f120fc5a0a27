"""The database wrapper that ``ENGINE`` names; Django asks for it under this file name."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Before each request Django makes sure that a kept connection still lives, and asks ``SELECT 1`` for that.

    A server that goes away says so: its farewell, or the closed socket, waits to be read. Only then is it asked.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return not waiting.poll(0) or bool(super().is_usable())
