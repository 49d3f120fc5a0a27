"""Tags and lists: marks on customers, many at once. Each customer's line of the log says so."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customer360 import events
from keyuan.customer360.models import CustomerListMember, CustomerTag, Tag
from keyuan.customer360.queries import kept
from keyuan.customer360.refusals import NameMissing, TooLong
from keyuan.customer360.rules.text import printable
from keyuan.customers import queries as customers
from keyuan.eventlog.actions import Line, record_many
from keyuan.eventlog.kinds import EventKind

LONGEST_TAG = 30


def _locked(customer_ids: Collection[int], by: Viewer) -> dict[int, int]:
    """Those in scope with their units, locked until the transaction ends."""
    rows = customers.visible(by).filter(pk__in=customer_ids).select_for_update(of=("self",)).order_by("pk")
    return dict(rows.values_list("pk", "org_unit_id"))


@transaction.atomic
def tag_customers(customer_ids: Collection[int], *, name: str, by: Viewer) -> list[int]:
    """Mark customers in scope with a tag, which is made if need be; returns those who did not bear it yet."""
    require(by, Permission.EDIT_CUSTOMERS)
    word = _word(name)
    units = _locked(customer_ids, by)
    if not units:
        return []
    tag, _made = Tag.objects.get_or_create(name=word)
    bearing = set(CustomerTag.objects.filter(tag=tag, customer_id__in=units).values_list("customer_id", flat=True))
    fresh = [key for key in units if key not in bearing]
    CustomerTag.objects.bulk_create([CustomerTag(customer_id=key, tag=tag) for key in fresh])
    _tell(events.TAGGED, fresh, units, ("tag", tag.pk), word, by)
    return fresh


@transaction.atomic
def untag_customers(customer_ids: Collection[int], *, name: str, by: Viewer) -> list[int]:
    """Take a tag off customers in scope; returns those who bore it."""
    require(by, Permission.EDIT_CUSTOMERS)
    word = _word(name)
    units = _locked(customer_ids, by)
    borne = CustomerTag.objects.filter(tag__name=word, customer_id__in=units)
    bearers = list(borne.values_list("customer_id", flat=True))
    borne.delete()
    _tell(events.UNTAGGED, bearers, units, ("tag", word), word, by)
    return bearers


@transaction.atomic
def add_to_list(customer_ids: Collection[int], *, list_id: int, by: Viewer) -> list[int]:
    """Put customers in scope on a list that one sees; returns those who were not on it yet."""
    require(by, Permission.SEE_CUSTOMERS)
    chosen = kept.the_list(list_id, viewer=by)
    units = _locked(customer_ids, by)
    there = CustomerListMember.objects.filter(list=chosen, customer_id__in=units).values_list("customer_id", flat=True)
    known = set(there)
    fresh = [key for key in units if key not in known]
    CustomerListMember.objects.bulk_create([CustomerListMember(list=chosen, customer_id=key) for key in fresh])
    _tell(events.LISTED, fresh, units, ("list", chosen.pk), chosen.name, by)
    return fresh


@transaction.atomic
def remove_from_list(customer_ids: Collection[int], *, list_id: int, by: Viewer) -> list[int]:
    """Take customers in scope off a list; returns those who were on it."""
    require(by, Permission.SEE_CUSTOMERS)
    chosen = kept.the_list(list_id, viewer=by)
    units = _locked(customer_ids, by)
    there = CustomerListMember.objects.filter(list=chosen, customer_id__in=units)
    gone = list(there.values_list("customer_id", flat=True))
    there.delete()
    _tell(events.UNLISTED, gone, units, ("list", chosen.pk), chosen.name, by)
    return gone


def _word(name: str) -> str:
    word = printable(name, longest=1000)
    if not word:
        raise NameMissing(field="tag")
    if len(word) > LONGEST_TAG:
        raise TooLong(field="tag", most=LONGEST_TAG)
    return word


def _tell(
    kind: EventKind, keys: list[int], units: dict[int, int], subject: tuple[str, str | int], name: str, by: Viewer
) -> None:
    record_many([Line(kind, by.actor, key, units[key], subject, {"name": name}) for key in keys])
