"""Django's sessions in the database, read by one ready statement: every page begins with it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from keyuan.kernel.clock import now
from keyuan.kernel.statements import ask

_DATA = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What the session holds; nothing if it has ended, and then its key is forgotten (as Django does)."""
        found = ask(_DATA, [self.session_key, now()]).rows() if self.session_key else []
        if not found:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(found[0][0])
        return held
