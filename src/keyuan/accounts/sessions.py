"""Django's sessions in the database, read by one ready statement: every page begins with it. And their cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db

from keyuan.kernel.clock import now
from keyuan.kernel.statements import ask

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

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


class SessionMiddleware(middleware.SessionMiddleware):
    """As Django's, but a key that opens nothing is left in the browser.

    Signing in gives the session another key. A request that was under way meanwhile (a page that tells what was done on
    it, another tab) still brings the old one, and its answer must not take the new cookie away. Who signs out is rid of
    theirs: that session is emptied by the request itself.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = getattr(request, "session", None)
        dead = session is not None and session.is_empty() and not session.modified
        answer = super().process_response(request, response)
        if dead:
            answer.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return answer
