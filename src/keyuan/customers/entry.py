"""Before a customer is registered: rooms above may say who is probably the same. They register themselves here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from keyuan.customers.drafts import CustomerDraft, PersonDraft
from keyuan.customers.rules import complete_enterprise, complete_person, tidy_name
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody in the viewer's scope who is probably the one being registered, and in words why."""

    customer_id: int
    number: str
    name: str
    branch: str
    probability: float
    reasons: tuple[str, ...]


Check = Callable[[CustomerDraft, "Viewer"], list[Alike]]
_CHECKS: list[Check] = []


def look_before_registering(check: Check) -> Check:
    """Ask this check before each new customer is saved."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def alike(draft: CustomerDraft, *, viewer: Viewer) -> list[Alike]:
    """Whoever of those in scope is probably the same customer, the likeliest first; raises what registering would."""
    given = draft.details
    details = complete_person(given, on=today()) if isinstance(given, PersonDraft) else complete_enterprise(given)
    draft = replace(draft, name=tidy_name(draft.name), details=details)
    found = {one.customer_id: one for check in _CHECKS for one in check(draft, viewer)}
    return sorted(found.values(), key=lambda one: -one.probability)
