"""What a screen may print of a sensitive value: enough to recognise it, not enough to use it."""

from __future__ import annotations

from collections.abc import Callable

FULLY_HIDDEN = "••••••"


def mask(kind_or_field: str, value: str | None) -> str:
    """``value`` as a screen may show it; kinds and fields that are not sensitive come back unchanged, nothing as ""."""
    if not value:
        return ""
    masker = MASKERS.get(str(kind_or_field))
    return value if masker is None else masker(value)


def _middle(head: int, tail: int) -> Callable[[str], str]:
    """Keep a head and a tail; a short value keeps less, so that at least half of it is hidden."""

    def masked(value: str) -> str:
        shown_head, shown_tail = head, tail
        while shown_head + shown_tail > len(value) // 2 and shown_head + shown_tail > 0:
            shown_head, shown_tail = max(shown_head - 1, 0), max(shown_tail - (shown_head <= shown_tail), 0)
        hidden = len(value) - shown_head - shown_tail
        return value[:shown_head] + "*" * hidden + (value[-shown_tail:] if shown_tail else "")

    return masked


def _phone(value: str) -> str:
    if len(value) == 11 and value.isdigit():
        return f"{value[:3]}****{value[7:]}"
    return _middle(3, 2)(value)


def _email(value: str) -> str:
    box, at, domain = value.partition("@")
    return f"{box[:1]}***{at}{domain}"


def _address(value: str) -> str:
    """The province and city stay, which is what a stranger may guess anyway."""
    return value[: min(6, len(value) // 2)] + "******"


def _account(value: str) -> str:
    return f"**** {value[-4:]}" if len(value) >= 8 else "****"


def _hidden(value: str) -> str:
    return FULLY_HIDDEN


MASKERS: dict[str, Callable[[str], str]] = {
    "mobile": _phone,
    "contact_mobile": _phone,
    "work_phone": _phone,
    "home_phone": _phone,
    "id_number": _middle(4, 4),
    "email": _email,
    "home_address": _address,
    "bank_account": _account,
    "health_note": _hidden,
}
