"""One way to write a JSON document as bytes, so that both sides sign the same (RFC 8785)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rfc8785


class NotCanonical(ValueError):
    """The document holds something that JSON has no one spelling for: a decimal, a date, a whole number beyond 2⁵³."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """The UTF-8 bytes of RFC 8785; raises NotCanonical. Write money and days as text."""
    try:
        return rfc8785.dumps(dict(document))
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(str(error)) from error
