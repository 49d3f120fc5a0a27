"""Before and after of a changed field as the log keeps them: JSON, with sensitive values sealed there as well."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal
from typing import Any

from keyuan.kernel.sealing import keyring


def packed(name: str, value: Any, *, sealed: bool) -> Any:
    """A field's value for the payload; nothing stays None."""
    if value is None or value == "":
        return None
    if sealed:
        return {"sealed": base64.b64encode(keyring().seal(str(value), context=_context(name))).decode()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def unpacked(name: str, value: Any) -> Any:
    """What ``packed`` was given, as text where JSON has no type of its own; raises CannotUnseal if it was altered."""
    if isinstance(value, dict):
        return keyring().unseal(base64.b64decode(value["sealed"]), context=_context(name))
    return value


def _context(name: str) -> str:
    return f"customer.changed.{name}"
