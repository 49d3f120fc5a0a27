"""What a browser tells of a page afterwards: opened, chosen, read to the end, left, came back. Believed only with the
page's own ticket; taken once, in order, whatever the network did to it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal
from uuid import UUID

from django.core import signing
from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from keyuan.accounts.limits import Limit, spend_from
from keyuan.evidence.pages.models import Trace, TraceRow
from keyuan.evidence.pages.writing import Place, append

if TYPE_CHECKING:
    from collections.abc import Sequence

SALT: Final = "keyuan.evidence.ticket"
#: A page that lies open for longer tells nothing any more.
HOLDS_SECONDS: Final = 24 * 3600
MOST_BYTES: Final = 64 * 1024
MOST_AT_ONCE: Final = 300
#: Of one page; an honest reader does a few dozen.
MOST_OF_A_PAGE: Final = 3000
# A page speaks every few seconds while something happens; a household may share an address.
HEARD_FROM: Final = Limit("trace_heard_from", 1200, 60, step=20)
HEARD_OF_A_PAGE: Final = Limit("trace_heard_of_a_page", 60, 60)

Kind = Literal["view", "open", "close", "click", "choose", "type", "scroll", "end", "leave", "back", "gone"]
Text = Annotated[str, Field(max_length=160)]


class Operation(BaseModel):
    """One thing done on a page. ``n`` counts from 1 on the page, ``t`` is milliseconds since it was shown.

    ``on``: what it was done to, as the person reads it. ``name``, ``value`` and ``said``: the field, what was chosen in
    it, and that in words (what is typed is told by the form when it is sent). ``at``: the number of a fold among those of
    the page; ``of``: per cent; ``w`` and ``h``: the window in pixels.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    n: Annotated[int, Field(ge=1, le=100_000)]
    t: Annotated[int, Field(ge=0, le=10**9)]
    k: Kind
    on: Text = ""
    name: Text = ""
    value: Text = ""
    said: Text = ""
    at: Annotated[int, Field(ge=0, le=10_000)] | None = None
    of: Annotated[int, Field(ge=0, le=100)] | None = None
    w: Annotated[int, Field(ge=0, le=20_000)] | None = None
    h: Annotated[int, Field(ge=0, le=20_000)] | None = None


class Batch(BaseModel):
    """What is told at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticket: Annotated[str, Field(max_length=400)]
    ops: Annotated[tuple[Operation, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class NotATicket(ValueError):
    """Forged, too old, or of a page that was never put on record."""


def new_key() -> str:
    """The name of a page that is about to be sent."""
    return secrets.token_urlsafe(12)


def ticket(place: Place, key: str) -> str:
    """What the page shows when it tells something; it is good for this page only."""
    told = {"s": str(place.sale)} if place.sale is not None else {"v": str(place.visit)}
    return signing.dumps({**told, "k": key}, salt=SALT)


def hear(batch: Batch, *, address: str) -> int:
    """Put on record what is new in the batch; how many operations that were. Raises NotATicket or TooMany."""
    try:
        told: dict[str, Any] = signing.loads(batch.ticket, salt=SALT, max_age=HOLDS_SECONDS)
    except signing.BadSignature as forged:
        raise NotATicket from forged
    key = str(told["k"])
    spend_from(HEARD_FROM, address=address)
    spend_from(HEARD_OF_A_PAGE, address=key)
    return _take(told, key, batch.ops)


@transaction.atomic
def _take(told: dict[str, Any], key: str, ops: Sequence[Operation]) -> int:
    which = {"sale": UUID(told["s"])} if "s" in told else {"pk": UUID(told["v"])}
    trace = Trace.objects.select_for_update().filter(**which).only("pk", "sale").first()
    if trace is None:
        raise NotATicket
    known = list(TraceRow.objects.filter(trace=trace, page_key=key).values_list("upto", flat=True))
    if not known:
        raise NotATicket
    upto = max(known)
    new = {one.n: one for one in ops if upto < one.n <= MOST_OF_A_PAGE}
    if not new:
        return 0
    those = [new[n] for n in sorted(new)]
    place = Place(sale=trace.sale) if trace.sale is not None else Place(visit=trace.pk)
    said = {"of": key, "ops": [one.model_dump(exclude_defaults=True) for one in those]}
    append(place, "did", said, page_key=key, upto=those[-1].n)
    return len(those)
