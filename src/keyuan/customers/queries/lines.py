"""What the lists of other rooms say of a customer in each line, by statements that are composed once for each scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, QuerySet

from keyuan.customers.masking import mask
from keyuan.customers.models import Assignment, Customer
from keyuan.customers.queries.scope import scope_key, visible
from keyuan.customers.states import AssignmentKind
from keyuan.kernel.clock import today
from keyuan.kernel.kept import Kept, written
from keyuan.kernel.stand_ins import Several
from keyuan.kernel.wording import in_language

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

KEPT = Kept()
_IDS = Several()


class CustomerLine(NamedTuple):
    """A customer as a line of a list names them; ``phone`` is masked, ``server`` the name of the agent who serves them."""

    number: str
    name: str
    branch: str
    phone: str
    server: str


def ask_lines(customer_ids: Sequence[int], *, viewer: Viewer) -> Callable[[], dict[int, CustomerLine]]:
    """Ask for the lines of a page of customers, together with other statements; those out of scope are left out."""
    key = scope_key(viewer)
    people = KEPT.of(("people", key), lambda: written(_people(viewer), [_IDS]))
    serving = KEPT.of(("serving", key), lambda: written(_serving(viewer), [_IDS]))
    ids = [list(customer_ids)]
    asked, served = people.ask(ids), serving.ask(ids)

    def answer() -> dict[int, CustomerLine]:
        servers = dict(serving.rows(served))
        found = {}
        for pk, number, name, unit, unit_en, own, contact in people.rows(asked):
            phone = mask("mobile", own or contact)
            found[pk] = CustomerLine(number, name, in_language(unit, unit_en), phone, servers.get(pk, ""))
        return found

    return answer


def _people(viewer: Viewer) -> QuerySet[Customer, Any]:
    unit, phones = ("org_unit__name", "org_unit__name_en"), ("person__mobile", "enterprise__contact_mobile")
    return visible(viewer).filter(pk__any=_IDS).values_list("pk", "number", "name", *unit, *phones)


def _serving(viewer: Viewer) -> QuerySet[Assignment, Any]:
    """Who serves them today; of two the one who began last is read last."""
    on = today()
    return (
        Assignment.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on),
            customer__in=visible(viewer).filter(pk__any=_IDS),
            kind=AssignmentKind.SERVICING,
            starts_on__lte=on,
        )
        .order_by("starts_on", "pk")
        .values_list("customer_id", "agent__name")
    )
