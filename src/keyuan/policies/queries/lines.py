"""What the lists of other rooms say of a policy in each line, by statements that are composed once for each scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet

from keyuan.customers import queries as customers
from keyuan.kernel.kept import Kept, written
from keyuan.kernel.stand_ins import Several
from keyuan.policies.models import InsuredObject, Policy, PolicyFact
from keyuan.policies.queries.holdings import ProductBrief
from keyuan.policies.queries.scope import insured_objects, visible
from keyuan.policies.states import FactKind

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

KEPT = Kept()
_IDS = Several()


class PolicyLine(NamedTuple):
    """A policy as a line of a list names it; ``object`` is the first thing insured: its plate, or what it is called."""

    number: str
    currency: str
    payment_mode: int
    product: ProductBrief
    object: str


def ask_lines(policy_ids: Sequence[int], *, viewer: Viewer) -> Callable[[], dict[int, PolicyLine]]:
    """Ask for the lines of a page of policies, together with other statements; those out of scope are left out."""
    key = customers.scope_key(viewer)
    policies = KEPT.of(("policies", key), lambda: written(_policies(viewer), [_IDS]))
    objects = KEPT.of(("objects", key), lambda: written(_objects(viewer), [_IDS]))
    ids = [list(policy_ids)]
    asked, insured = policies.ask(ids), objects.ask(ids)

    def answer() -> dict[int, PolicyLine]:
        things = {policy_id: plate or label for policy_id, plate, label in objects.rows(insured)}
        return {
            pk: PolicyLine(number, currency, mode, ProductBrief._make(product), things.get(pk, ""))
            for pk, number, currency, mode, *product in policies.rows(asked)
        }

    return answer


def notes_of_refusals(policy_ids: Sequence[int], *, viewer: Viewer, on: date) -> dict[int, str]:
    """What the record of each policy says of the last refusal to renew it that was known on the day."""
    found = PolicyFact.objects.filter(
        policy__in=visible(viewer).filter(pk__in=policy_ids), kind=FactKind.RENEWAL_DECLINED, on__lte=on
    )
    return dict(found.order_by("on", "pk").values_list("policy_id", "note"))


def _policies(viewer: Viewer) -> QuerySet[Policy, Any]:
    product = (f"product__{name}" for name in ProductBrief._fields)
    return visible(viewer).filter(pk__any=_IDS).values_list("pk", "number", "currency", "payment_mode", *product)


def _objects(viewer: Viewer) -> QuerySet[InsuredObject, Any]:
    """The first of each is read last."""
    found = insured_objects(viewer=viewer).filter(policy__any=_IDS).order_by("-pk")
    return found.values_list("policy_id", "plate", "label")
