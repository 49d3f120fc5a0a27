"""How outcomes and standings look."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from keyuan.underwriting.models import Application
from keyuan.underwriting.questions import catalogue
from keyuan.underwriting.rules import Reason
from keyuan.underwriting.states import Outcome, Standing

TONES = {
    Outcome.STANDARD: "good",
    Outcome.LOADING: "watch",
    Outcome.EXCLUSION: "watch",
    Outcome.REFER: "now",
    Outcome.POSTPONE: "off",
    Outcome.DECLINE: "bad",
}
STANDING_TONES = {
    Standing.WAITING: "now",
    Standing.SENT_UP: "now",
    Standing.DECIDED: "good",
    Standing.AUTOMATIC: "calm",
}


def language() -> str:
    """The reader's language."""
    return get_language() or ""


def said(words: Any) -> str:
    """A kept text in the reader's language."""
    name = "en" if language().startswith("en") else "zh"
    return str(words.get(name) or words.get("zh") or "")


def outcome_of(code: str) -> dict[str, Any]:
    """An outcome as a chip."""
    return {"code": code, "label": Outcome(code).label, "tone": TONES[Outcome(code)]}


def effect_of(outcome: str, loading: int, exclusions: Any, months: int) -> dict[str, Any]:
    """An outcome with what goes with it."""
    known = catalogue().exclusions
    return {
        **outcome_of(outcome),
        "loading": loading,
        "exclusions": [known[code].said(language()) if code in known else code for code in exclusions],
        "months": months,
    }


def automatic(one: Application) -> dict[str, Any]:
    """What the rules said."""
    return effect_of(one.outcome, one.loading_percent, one.exclusions, one.postpone_months)


def final(one: Application) -> dict[str, Any] | None:
    """What a person decided; None if nobody has."""
    if one.decided_at is None:
        return None
    return effect_of(one.final_outcome, one.final_loading, one.final_exclusions, one.final_months)


def reason_shown(one: Reason) -> dict[str, Any]:
    """A reason in the reader's language."""
    return {
        "rule": one.rule,
        "question": said(one.question),
        "answer": said(one.answer),
        "text": said(one.text),
        **effect_of(one.outcome, one.loading_percent, [one.exclusion] if one.exclusion else [], one.postpone_months),
    }
