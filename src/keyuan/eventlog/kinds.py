"""The vocabulary of the log. Each domain declares its kinds in its ``events.py``; nothing else can be recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Category(StrEnum):
    """What a line is about: the filters of the timeline."""

    PROFILE = "profile"
    CONTACT = "contact"
    POLICY = "policy"
    MONEY = "money"
    CLAIM = "claim"
    SERVICE = "service"
    ACCESS = "access"
    SYSTEM = "system"

    @property
    def label(self) -> Promise:
        return CATEGORY_LABELS[self]


CATEGORY_LABELS = {
    Category.PROFILE: _("资料"),
    Category.CONTACT: _("联系"),
    Category.POLICY: _("保单"),
    Category.MONEY: _("资金"),
    Category.CLAIM: _("理赔"),
    Category.SERVICE: _("服务"),
    Category.ACCESS: _("访问"),
    Category.SYSTEM: _("系统"),
}


@dataclass(frozen=True, slots=True)
class EventKind:
    """One thing that can happen: ``name`` is stable for ever (``policy.issued``), ``label`` is how people read it."""

    name: str
    label: str | Promise
    category: Category


_KINDS: dict[str, EventKind] = {}


def declare(name: str, label: str | Promise, category: Category) -> EventKind:
    """Add a kind to the vocabulary; a name is declared once."""
    if name in _KINDS:
        raise ValueError(f"the event kind {name} is declared twice")
    kind = EventKind(name, label, category)
    _KINDS[name] = kind
    return kind


def kind_of(name: str) -> EventKind:
    """The kind of a stored line; a name that no room declares any more still shows, as itself."""
    return _KINDS.get(name) or EventKind(name, name, Category.SYSTEM)


def kinds(category: Category | None = None) -> tuple[EventKind, ...]:
    """Every declared kind, or those of one category, by name."""
    return tuple(kind for _, kind in sorted(_KINDS.items()) if category is None or kind.category == category)
