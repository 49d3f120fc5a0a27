"""The embedded provider: the number's own standard, and what our registry says.

It cannot know people whom we have never met. A number that is well formed and that we do not know is taken as it was
given by somebody who has shown that they hold the telephone; what we do know must agree, the telephone included: who
learned another's name and number must not get at their policies with a telephone of their own.
"""

from __future__ import annotations

from keyuan.customers.names import fold
from keyuan.customers.portal import registered_with
from keyuan.customers.rules import tidy_name
from keyuan.customers.standards import InvalidIdentifier
from keyuan.customers.standards.resident_id import normalise
from keyuan.customers.states import DocumentKind
from keyuan.identity.providers.shapes import Answer, Question
from keyuan.identity.states import Outcome, Why

#: Documents whose numbers check themselves; others are looked at by a person.
READABLE = frozenset({DocumentKind.RESIDENT_ID, DocumentKind.FOREIGN_RESIDENT, DocumentKind.HK_MO_TW})


class Embedded:
    """What can be said without asking anybody."""

    name = "embedded"

    def ask(self, question: Question) -> Answer:
        against = objection(question)
        return against if against is not None else Answer(Outcome.MATCH)


def objection(question: Question) -> Answer | None:
    """What speaks against it; None if nothing that we know does. Also asked before any provider that costs money."""
    if question.document_kind not in READABLE:
        return Answer(Outcome.UNAVAILABLE, Why.DOCUMENT)
    try:
        number = normalise(question.document_number)
    except InvalidIdentifier:
        return Answer(Outcome.NOT_FOUND, Why.NUMBER)
    known = registered_with(number)
    if known is None:
        return None
    if fold(tidy_name(known.name)) != fold(tidy_name(question.name)):
        return Answer(Outcome.MISMATCH, Why.NAME)
    return Answer(Outcome.UNAVAILABLE, Why.MOBILE) if known.mobile and known.mobile != question.mobile else None
