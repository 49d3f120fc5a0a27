"""One box for everything: an identifier, the beginning of one, or a name in characters, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from keyuan.accounts.scope import Viewer
from keyuan.customer360.queries.overview import overview
from keyuan.customer360.queries.seen import labelled
from keyuan.customer360.rules.ranking import why_by_name
from keyuan.customer360.rules.text import printable
from keyuan.customer360.shapes import Hit, Overview
from keyuan.customer360.states import Reason
from keyuan.customers import queries as customers
from keyuan.customers.states import CustomerKind, IdentifierKind

if TYPE_CHECKING:
    from keyuan.customers.models import Customer

LONGEST_TEXT = 100
LIMIT = 10


def find(text: str, *, viewer: Viewer, limit: int = LIMIT) -> list[Hit]:
    """Up to ``limit`` customers of the viewer's scope whom the text may mean, best first.

    An identifier that fits exactly answers alone. Else whoever has an identifier that begins so (only texts with a
    digit can), and then whoever's name fits. Two index look-ups while a name is typed, three for a half-typed number.
    """
    typed = printable(text, longest=LONGEST_TEXT)
    if not typed or limit < 1:
        return []
    numbered = any(sign.isdigit() for sign in typed) or "@" in typed
    exact = customers.by_identifier(typed, viewer=viewer) if numbered else []
    if exact:
        return _hits([(found, Reason.IDENTIFIER) for found in exact[:limit]], viewer)
    found: dict[int, tuple[Customer, Reason]] = {}
    if numbered:
        for each in customers.by_identifier_prefix(typed, viewer=viewer, limit=limit):
            found[each.pk] = (each, Reason.BEGINNING)
    if len(found) < limit:
        for each in customers.by_name(typed, viewer=viewer, limit=limit - len(found)):
            found.setdefault(each.pk, (each, why_by_name(typed, name=each.name, pinyin=each.name_pinyin)))
    return _hits(found.values(), viewer)


def look_up(text: str, *, viewer: Viewer) -> list[Hit]:
    """Only those whom the text names exactly as an identifier."""
    named = customers.by_identifier(printable(text, longest=LONGEST_TEXT), viewer=viewer)
    return _hits([(found, Reason.IDENTIFIER) for found in named], viewer)


def look_up_whole(text: str, *, viewer: Viewer, as_of: date | None = None, most: int = 3) -> list[tuple[Hit, Overview]]:
    """Those whom the text names exactly, each with everything about them: the hit is read off the overview."""
    named = customers.named_by(printable(text, longest=LONGEST_TEXT), viewer=viewer)
    seen = [(each, overview(each.customer_id, viewer=viewer, as_of=as_of)) for each in named[:most]]
    return [
        (
            Hit(
                id=whole.id,
                number=whole.number,
                name=whole.name,
                kind=whole.kind,
                branch=whole.branch,
                mobile=whole.mobile,
                reason=labelled(Reason, Reason.IDENTIFIER.value),
                matched=f"{labelled(IdentifierKind, each.kind).label} {each.shown}",
            ),
            whole,
        )
        for each, whole in seen
    ]


def _hits(found: Iterable[tuple[Customer, Reason]], viewer: Viewer) -> list[Hit]:
    pairs = list(found)
    briefs = customers.briefs([customer.pk for customer, _ in pairs], viewer=viewer) if pairs else {}
    return list(_told(pairs, briefs))


def _told(pairs: Iterable[tuple[Customer, Reason]], briefs: dict[int, tuple[str, str]]) -> Iterator[Hit]:
    for customer, reason in pairs:
        branch, mobile = briefs.get(customer.pk, ("", ""))
        yield _hit(customer, reason, branch=branch, mobile=mobile)


def _hit(customer: Customer, reason: Reason, *, branch: str, mobile: str) -> Hit:
    matched = getattr(customer, "matched", None)
    return Hit(
        id=customer.pk,
        number=customer.number,
        name=customer.name,
        kind=labelled(CustomerKind, customer.kind),
        branch=branch,
        mobile=mobile,
        reason=labelled(Reason, reason.value),
        matched=customer.name if matched is None else f"{matched.get_kind_display()} {matched.shown}",
    )
