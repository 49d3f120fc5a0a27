"""Which policies a viewer sees: those of the customers whom they see."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Role
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.kernel.refusals import Refusal
from keyuan.policies.models import InsuredObject, Party, Policy
from keyuan.policies.states import PartyRole


class PolicyNotFound(Refusal):
    """There is no such policy, or the viewer may not see it: both read alike."""

    code = "policy_not_found"
    status = 404
    message = _("没有找到这张保单。")
    remedy = _("请核对保单号；如确认无误，请联系客户所属机构。")


def visible(viewer: Viewer) -> QuerySet[Policy]:
    """The policies of the customers in the viewer's scope; a customer's also those that they took out for a company."""
    if viewer.sees_whole_company:
        return Policy.objects.all()
    if viewer.role == Role.CUSTOMER:
        mine = customers.visible(viewer)
        return Policy.objects.filter(Q(customer__in=mine) | Q(pk__in=_acted_for(viewer)))
    return Policy.objects.filter(customer__in=customers.visible(viewer))


def _acted_for(viewer: Viewer) -> QuerySet[Party, Any]:
    rows = Party.objects.filter(role=PartyRole.CONTACT, customer__in=customers.visible(viewer))
    return rows.values("policy_id")


def acted_for(viewer: Viewer) -> QuerySet[Policy]:
    """The contracts of companies that a customer took out for them."""
    if viewer.role != Role.CUSTOMER:
        return Policy.objects.none()
    return Policy.objects.filter(pk__in=_acted_for(viewer))


def insured_objects(*, viewer: Viewer) -> QuerySet[InsuredObject]:
    """What the policies of the customers in scope insure."""
    if viewer.sees_whole_company:
        return InsuredObject.objects.all()
    return InsuredObject.objects.filter(customer__in=customers.visible(viewer))


def the_policy(policy_id: int, *, viewer: Viewer) -> Policy:
    """One policy with its product, agent and unit; raises PolicyNotFound."""
    found = visible(viewer).select_related("product", "agent", "org_unit", "customer").filter(pk=policy_id).first()
    if found is None:
        raise PolicyNotFound
    return found
