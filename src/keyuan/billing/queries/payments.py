"""Reads of attempts and refunds: those of the customers whom the viewer sees."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.billing.models import Attempt, Refund
from keyuan.billing.refusals import AttemptNotFound
from keyuan.customers import queries as customers
from keyuan.kernel.refusals import Refusal


class RefundNotFound(Refusal):
    """There is no such refund, or the viewer may not see it: both read alike."""

    code = "refund_not_found"
    status = 404
    message = _("没有找到这笔退款。")
    remedy = _("请核对退款单号；如确认无误，请联系客户所属机构。")


def visible(viewer: Viewer) -> QuerySet[Attempt]:
    """The attempts of the customers in the viewer's scope."""
    if viewer.sees_whole_company:
        return Attempt.objects.all()
    return Attempt.objects.filter(customer__in=customers.visible(viewer))


def visible_refunds(viewer: Viewer) -> QuerySet[Refund]:
    """The refunds of the customers in the viewer's scope."""
    if viewer.sees_whole_company:
        return Refund.objects.all()
    return Refund.objects.filter(customer__in=customers.visible(viewer))


def attempt_numbered(number: str, *, viewer: Viewer) -> Attempt:
    """One attempt by its number; raises AttemptNotFound."""
    found = visible(viewer).select_related("customer").prefetch_related("refunds").filter(number=number).first()
    if found is None:
        raise AttemptNotFound
    return found


def attempts_of_order(order_ref: str, *, viewer: Viewer, purpose: str = "order") -> list[Attempt]:
    """All attempts to pay for an order, the latest first, with their refunds."""
    found = visible(viewer).filter(purpose=purpose, order_ref=order_ref)
    return list(found.prefetch_related("refunds").order_by("-begun_at", "-id"))


def the_refund(refund_id: int, *, viewer: Viewer) -> Refund:
    """One refund; raises RefundNotFound."""
    found = visible_refunds(viewer).filter(pk=refund_id).first()
    if found is None:
        raise RefundNotFound
    return found
