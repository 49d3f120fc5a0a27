"""The documents of policies: those of the policies in the viewer's scope."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from keyuan.accounts.scope import Viewer
from keyuan.policies.models import PolicyDocument
from keyuan.policies.queries.scope import acted_for, the_policy, visible
from keyuan.policies.refusals import DocumentNotFound


def document_of(policy_id: int, *, viewer: Viewer) -> PolicyDocument | None:
    """The document of a policy, made or still to be made; None for one that was not sold through us.

    Raises PolicyNotFound.
    """
    the_policy(policy_id, viewer=viewer)
    return PolicyDocument.objects.select_related("policy", "file").filter(policy_id=policy_id).first()


def the_document(policy_id: int, *, viewer: Viewer) -> PolicyDocument:
    """The same; raises DocumentNotFound where there is none."""
    found = document_of(policy_id, viewer=viewer)
    if found is None:
        raise DocumentNotFound
    return found


def documents_of(customer_id: int, *, viewer: Viewer) -> dict[int, bool]:
    """Which policies of a customer have a document, and whether it is made already; out of scope: none."""
    own = Q(customer_id=customer_id) | Q(pk__in=acted_for(viewer))
    rows = PolicyDocument.objects.filter(policy__in=visible(viewer).filter(own))
    return {policy_id: made_at is not None for policy_id, made_at in rows.values_list("policy_id", "made_at")}


def document_of_sale(sale: str, *, viewer: Viewer) -> PolicyDocument | None:
    """The document of the policy that came from an order, if the viewer sees it."""
    rows = PolicyDocument.objects.select_related("policy", "file")
    return rows.filter(sale=sale, policy__in=visible(viewer)).first()


def documents_to_make(*, before: datetime, most: int = 100) -> list[int]:
    """The policies whose document was asked for before a moment and is not there, the longest waiting first."""
    waiting = PolicyDocument.objects.filter(made_at__isnull=True, asked_at__lt=before)
    return list(waiting.order_by("asked_at").values_list("policy_id", flat=True)[:most])
