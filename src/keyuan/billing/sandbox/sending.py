"""Telling the merchant: until the answer is ``success``, or no more tries are left."""

from __future__ import annotations

import time
from http.client import HTTPException
from threading import Event
from urllib.request import Request, urlopen

from keyuan.billing.sandbox.store import Store, now
from keyuan.billing.sandbox.trades import AGAIN_AFTER


def send_due(store: Store) -> int:
    """Send every notification whose time has come; answers how many were tried."""
    due = store.all("SELECT * FROM notice WHERE done IS NULL AND due <= ? ORDER BY due LIMIT 200", time.time())
    for one in due:
        tries = one["tries"] + 1
        if _taken(one["url"], one["body"]):
            store.run("UPDATE notice SET done = ?, tries = ? WHERE id = ?", now(), tries, one["id"])
        elif tries >= one["most"]:
            store.run("UPDATE notice SET done = ?, tries = ? WHERE id = ?", "given up", tries, one["id"])
        else:
            after = AGAIN_AFTER[min(tries - 1, len(AGAIN_AFTER) - 1)]
            store.run("UPDATE notice SET due = ?, tries = ? WHERE id = ?", time.time() + after, tries, one["id"])
    return len(due)


def _taken(url: str, body: str) -> bool:
    head = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    try:
        with urlopen(Request(url, body.encode(), head), timeout=10) as response:  # noqa: S310  the merchant's own
            answered: bytes = response.read(100)
    except (OSError, HTTPException, ValueError):
        return False
    return answered.strip() == b"success"


def send_until(store: Store, stop: Event, *, every: float = 0.2) -> None:
    """Send what is due until told to stop."""
    while not stop.wait(every):
        send_due(store)
