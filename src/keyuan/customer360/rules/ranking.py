"""Why a customer came up, read off the name and what was typed."""

from __future__ import annotations

from keyuan.customer360.states import Reason


def why_by_name(typed: str, *, name: str, pinyin: str) -> Reason:
    """The best way in which the name fits the text; initials when nothing else explains it."""
    folded = "".join(typed.split()).casefold()
    bare = "".join(name.split()).casefold()
    if bare == folded:
        return Reason.NAME
    if folded in bare:
        return Reason.NAME_PART
    if folded.isascii() and folded not in pinyin:
        return Reason.INITIALS
    return Reason.PINYIN
