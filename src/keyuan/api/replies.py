"""Answers as JSON, straight from the dataclasses: fast, and the same shape for every failure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.functional import Promise

ALONE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def reply(value: Any, *, status: int = 200) -> HttpResponse:
    """``value`` (dataclasses, dates, exact amounts) as JSON. An amount is a string, so that no reader rounds it."""
    body = orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8", status=status)
    # An answer of data is no page: nothing of it may load or be framed. (Told here, the pages' policy is not worked out.)
    answer["Content-Security-Policy"] = ALONE
    return answer


def failure(code: str, message: str, *, status: int, field: str = "", remedy: str = "") -> HttpResponse:
    """A failure in the shape of a refusal (kernel.refusals)."""
    told = {"code": code, "message": message, "remedy": remedy}
    return reply({**told, "field": field} if field else told, status=status)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | Promise):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
