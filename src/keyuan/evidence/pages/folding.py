"""A page in two parts: what is the same for everybody, which is kept once, and what is another each time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Django masks the token anew for each page.
TOKEN = re.compile(rb"(?:name=\"csrfmiddlewaretoken\" value=\"|X-CSRFToken\": \")([A-Za-z0-9]{32,64})\"")
GAP = b"\x00%d\x00"


def fold(page: bytes, *, also: Iterable[bytes] = ()) -> tuple[bytes, tuple[str, ...]]:
    """The page with numbered gaps, and what stands in them; ``also``: texts that are known to be this page's alone."""
    if b"\x00" in page:
        return page, ()
    found = dict.fromkeys([*TOKEN.findall(page), *(one for one in also if one and one in page)])
    for place, value in enumerate(found):
        page = page.replace(value, GAP % place)
    return page, tuple(value.decode("ascii") for value in found)


def unfold(body: bytes, volatile: Iterable[str]) -> bytes:
    """The page as it was, byte for byte."""
    for place, value in enumerate(volatile):
        body = body.replace(GAP % place, value.encode("ascii"))
    return body
