"""A browser without a window: cookies, redirects, the form's token. It knows nothing of the program but its pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
MOST_REDIRECTS = 10


class NoAnswer(Exception):
    """Nobody there, cut off in the middle, or a failure of the server: nobody knows what became of the request."""


class Page:
    """What the window shows: where one is, and what it says."""

    def __init__(self, address: str, status: int, text: str) -> None:
        self.address, self.status, self.text = address, status, text
        self.path = urlsplit(address).path

    @property
    def step(self) -> str:
        """The last word of the address."""
        return self.path.strip("/").rpartition("/")[2]

    def __str__(self) -> str:
        return f"{self.status} {self.path}"


class Browser:
    """One person's browser. ``timed(name, seconds)`` hears how long each answer took, if somebody wants to know."""

    def __init__(
        self, host: str, port: int, *, timeout: float = 15, timed: Callable[[str, float], None] | None = None
    ) -> None:
        self.root = f"http://{host}:{port}"
        self._line = HTTPConnection(host, port, timeout=timeout)
        self._cookies: dict[str, str] = {}
        self._timed = timed
        self._token = ""

    def get(self, address: str, *, name: str = "") -> Page:
        """Open an address and go where it leads."""
        return self._go("GET", address, None, name)

    def post(self, address: str, said: Mapping[str, str] | None = None, *, name: str = "") -> Page:
        """Send the form that the page shows, and go where it leads."""
        return self._go("POST", address, {**(said or {}), "csrfmiddlewaretoken": self._token}, name)

    def close(self) -> None:
        self._line.close()

    def _go(self, method: str, address: str, said: Mapping[str, str] | None, name: str) -> Page:
        address = urljoin(self.root, address)
        begun = time.perf_counter()
        for _hop in range(MOST_REDIRECTS):
            status, location, text = self._once(method, address, said)
            if status >= 500:
                raise NoAnswer(f"{method} {urlsplit(address).path}: {status}")
            if location:
                method, said, address = "GET", None, urljoin(address, location)
                continue
            if self._timed is not None and name:
                self._timed(name, time.perf_counter() - begun)
            found = TOKEN.search(text)
            self._token = found.group(1) if found else self._token
            return Page(address, status, text)
        raise AssertionError(f"{address} leads in a circle")

    def _once(self, method: str, address: str, said: Mapping[str, str] | None) -> tuple[int, str, str]:
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == self.root, address
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), "Accept": "text/html"}
        body = None if said is None else urlencode(said)
        if body is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._line.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, head)
            answer = self._line.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as fault:
            self._line.close()
            raise NoAnswer(f"{method} {parts.path}: {type(fault).__name__}") from fault
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.value
        location = answer.headers.get("Location", "") if answer.status in (301, 302, 303, 307) else ""
        return answer.status, location, text
