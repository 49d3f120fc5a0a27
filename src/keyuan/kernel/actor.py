"""Who does something, as values that outlive the account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """``kind`` is one of user, customer, system; ``id`` is the account's key as text; ``name`` as it was that day."""

    kind: str
    id: str
    name: str

    @classmethod
    def system(cls, name: str) -> Actor:
        """A part of the system that acts on nobody's behalf, such as an import or a clock."""
        return cls(kind="system", id=name, name=name)
