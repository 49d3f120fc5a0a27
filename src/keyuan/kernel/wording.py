"""Names that people gave in two languages."""

from __future__ import annotations

from django.utils.translation import get_language


def in_language(chinese: str, english: str) -> str:
    """The English where the reader's language is English and somebody has written it."""
    return (english if (get_language() or "").startswith("en") else "") or chinese
