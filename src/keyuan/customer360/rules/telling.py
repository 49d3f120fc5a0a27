"""How a line of the log is told to a person: its kind says what happened, this says the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.claims.states import Decision
from keyuan.customers.states import ConsentPurpose, HouseholdRole, IdentifierKind, RelationKind
from keyuan.identity.states import Outcome, Why
from keyuan.servicedesk.states import CallOutcome, ComplaintReason, ContactChannel, Direction

# Payload keys whose values are codes of a closed vocabulary, in the order in which they are shown.
VOCABULARIES: dict[str, Any] = {
    "channel": ContactChannel,
    "direction": Direction,
    "outcome": CallOutcome,
    "reason": ComplaintReason,
    "purpose": ConsentPurpose,
    "decision": Decision,
    "relation": RelationKind,
    "role": HouseholdRole,
    "identifier_kind": IdentifierKind,
    "identity": Outcome,
    "why": Why,
}
TEXTS = ("text", "title", "summary", "note", "cause", "shown", "other_name", "product", "agent", "value")
SUBJECTS = ("policy", "policy_no", "number", "policy_number", "claim_no", "claim_number")
DAYS = {
    "on": _("日期 %(value)s"),
    "starts_on": _("自 %(value)s"),
    "ends_on": _("至 %(value)s"),
    "until": _("交至 %(value)s"),
    "due_at": _("截止 %(value)s"),
}
AMOUNTS = ("amount", "premium", "paid_amount")
_OF_SUBJECTS = frozenset(SUBJECTS)
_OF_TAGS = frozenset((*VOCABULARIES, *AMOUNTS, *DAYS))
SYMBOLS = {"CNY": "¥", "EUR": "€", "USD": "$", "GBP": "£", "HKD": "HK$"}


@dataclass(frozen=True, slots=True)
class Told:
    """``text`` is prose, ``tags`` short facts, ``subject`` the number of the policy, claim or complaint."""

    text: str
    tags: tuple[str, ...]
    subject: str


@lru_cache(maxsize=8)
def _words(_language: str) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The labels of the vocabularies and the sentences of the days in one language, the reader's when first asked for."""
    labels = {
        key: {str(member.value): str(member.label) for member in members} for key, members in VOCABULARIES.items()
    }
    return labels, {key: str(sentence) for key, sentence in DAYS.items()}


def tell(payload: Mapping[str, Any], *, labels: Mapping[str, str | Promise], language: str) -> Told:
    """The readable parts of a payload in the reader's ``language``, which is the one that is active.

    ``labels`` names the profile fields; keys that nobody knows are left out.
    """
    # A page tells twenty lines of three or four keys: what a line does not have is not asked for one by one.
    texts = [str(payload[key]) for key in TEXTS if payload.get(key)]
    if "changes" in payload:
        texts.extend(_changes(payload["changes"], labels))
    subject = ""
    if not _OF_SUBJECTS.isdisjoint(payload):
        subject = next((str(payload[key]) for key in SUBJECTS if payload.get(key)), "")
    tags = () if _OF_TAGS.isdisjoint(payload) else tuple(_tags(payload, language))
    return Told(" · ".join(texts), tags, subject)


def amount_of(value: Decimal, currency: str) -> str:
    """An amount as people read it: ¥1,234.50; a currency without a sign of its own stands before the amount."""
    return f"{SYMBOLS.get(currency, currency + ' ')}{value:,.2f}"


def _tags(payload: Mapping[str, Any], language: str) -> Iterator[str]:
    vocabularies, days = _words(language)
    for key in filter(payload.__contains__, vocabularies):
        code, known = payload[key], vocabularies[key]
        if isinstance(code, str) and code in known:
            yield known[code]
    for key in filter(payload.__contains__, AMOUNTS):
        exact = _exact(payload[key])
        if exact is not None:
            yield amount_of(exact, str(payload.get("currency") or "CNY"))
    for key in filter(payload.__contains__, days):
        if payload[key]:
            yield days[key] % {"value": str(payload[key])[:10]}


def _exact(value: Any) -> Decimal | None:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _changes(changes: Any, labels: Mapping[str, str | Promise]) -> Iterator[str]:
    """The names of the fields that changed, with the values of those that are not sealed."""
    if not isinstance(changes, Mapping):
        return
    for field, values in changes.items():
        label = str(labels.get(field, field))
        if isinstance(values, list) and len(values) == 2 and all(isinstance(v, str | int | None) for v in values):
            before, after = ("—" if value in (None, "") else str(value) for value in values)
            yield f"{label} {before} → {after}"
        else:
            yield label
