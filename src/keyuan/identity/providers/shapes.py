"""What a provider is asked and what it answers. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from keyuan.identity.states import Outcome, Why


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the three belong together; ``id`` is the check's, the same at every try: a provider may count it once."""

    id: str
    name: str
    document_kind: str
    document_number: str
    mobile: str


@dataclass(frozen=True, slots=True)
class Answer:
    """``reference`` is the provider's own number of the answer, for a dispute."""

    outcome: Outcome
    why: Why | None = None
    reference: str = ""


class Provider(Protocol):
    name: str

    def ask(self, question: Question) -> Answer:
        """The answer; whatever goes wrong is UNAVAILABLE with a reason, never an exception."""
