"""A line of the log as the bytes that are hashed: canonical JSON (RFC 8785) of every column, with the form's version.

Numbers of rows and transactions are text, since JSON has no one spelling for whole numbers beyond 2⁵³. The payload stands as
it is if it holds nothing but texts, truth values, nulls and whole numbers up to there; else it stands as ``payload_text``, as
PostgreSQL writes it, so that no digit of any number is lost.
"""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

from keyuan.trust.canonical import NotCanonical, canonical

FORM: Final = "keyuan.line.v1"
#: The columns in the order in which they are asked for; the payload, as text, follows.
COLUMNS: Final = (
    "xid",
    "id",
    "at",
    "occurred_at",
    "name",
    "customer_id",
    "org_unit_id",
    "actor_kind",
    "actor_id",
    "actor_name",
    "subject_type",
    "subject_id",
)
KEYS: Final = frozenset({"form", *COLUMNS})
EXACT: Final = 2**53 - 1


def line_bytes(columns: tuple[str | None, ...], payload: str) -> bytes:
    """The bytes of a line; ``columns`` as COLUMNS names them, each as text (moments in UTC to the microsecond)."""
    document: dict[str, Any] = dict(zip(COLUMNS, columns, strict=True))
    document["form"] = FORM
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:  # a number that no computer counts with
        told = 0.0
    if not _exact(told):
        return canonical({**document, "payload_text": payload})
    document["payload"] = told
    # orjson spells as RFC 8785 does where keys sort alike by code point and by UTF-16: wherever both are of one length.
    made = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return made if _plain(made.decode()) else canonical(document)


def _exact(value: Any) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-EXACT <= value <= EXACT)
    if kind is dict:
        return all(map(_exact, value.values()))
    return kind is list and all(map(_exact, value))


def _plain(text: str) -> bool:
    return text.isascii() or len(text.encode("utf-16-le")) == 2 * len(text)


def read_line(data: bytes) -> dict[str, Any] | None:
    """The line that the bytes tell, ``payload`` always read; None unless they are a line in its one spelling."""
    try:
        document = json.loads(data)
        if not isinstance(document, dict) or canonical(document) != data:
            return None
    except (ValueError, NotCanonical, RecursionError):
        return None
    if document.get("form") != FORM or len(document) != len(KEYS) + 1 or not document.keys() > KEYS:
        return None
    if "payload_text" in document:
        try:
            document["payload"] = json.loads(document["payload_text"])
        except (ValueError, TypeError):
            return None
    return document if "payload" in document else None
