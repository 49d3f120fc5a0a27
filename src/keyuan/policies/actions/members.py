"""Adding, removing and changing the members of a group policy, each from a day on, each with a line in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts import limits
from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import bulk as customer_rows
from keyuan.customers.events import UNMASKED
from keyuan.customers.masking import mask
from keyuan.customers.refusals import FieldUnknown, PurposeMissing
from keyuan.customers.registry import digest_of
from keyuan.customers.standards import normalise, normalise_document
from keyuan.customers.states import DocumentKind, IdentifierKind
from keyuan.eventlog.actions import Line, record, record_many
from keyuan.policies import events, rules
from keyuan.policies.clocks import clocks_for
from keyuan.policies.members.rules import PLAIN, TERMS
from keyuan.policies.models import GroupMember, Policy
from keyuan.policies.queries.holdings import facts_of
from keyuan.policies.queries.members import the_member, visible_members
from keyuan.policies.queries.scope import PolicyNotFound, visible
from keyuan.policies.refusals import (
    AlreadyAMember,
    AlreadyLeft,
    IdNumberMissing,
    LeavesBeforeJoining,
    MemberNotFound,
    NotAGroupPolicy,
    OutsideTheTerm,
    PolicyHasEnded,
)
from keyuan.policies.states import PolicyStatus, ServiceItem
from keyuan.products.states import Line as LineOfBusiness

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind

ALIVE = frozenset({PolicyStatus.ON_RISK, PolicyStatus.NOT_YET_ON_RISK, PolicyStatus.SUSPENDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDraft:
    """Somebody to be insured: as typed or as read from a list. ``premium`` is that of a whole year."""

    name: str
    id_number: str
    document_kind: str = DocumentKind.RESIDENT_ID
    mobile: str | None = None
    staff_number: str = ""
    plan: str = ""
    occupation_class: int | None = None
    sum_insured: Decimal | None = None
    premium: Decimal | None = None


@transaction.atomic
def add_member(policy_id: int, draft: MemberDraft, *, joined_on: date, by: Viewer) -> GroupMember:
    """Insure somebody from a day on (NI). Raises NotAGroupPolicy, OutsideTheTerm, PolicyHasEnded, AlreadyAMember,
    IdNumberMissing, InvalidIdentifier.
    """
    policy = locked_group(policy_id, by=by)
    must_cover(policy, joined_on)
    draft = completed(draft)
    digest = digest_of(IdentifierKind.ID_NUMBER, draft.id_number)
    last = GroupMember.objects.filter(policy=policy, id_digest=digest).order_by("-joined_on").first()
    if last is not None and (last.left_on is None or last.left_on > joined_on):
        raise AlreadyAMember(field="id_number", name=last.name, since=last.joined_on)
    row = fresh(policy, draft, joined_on=joined_on, insured=insured_by([digest]))
    row.save()
    tell_members(events.MEMBER_ADDED, policy, [row], by=by, on=joined_on, item=ServiceItem.NI)
    return row


@transaction.atomic
def first_members(policy_id: int, drafts: Sequence[MemberDraft], *, by: Viewer) -> int:
    """The members with whom a group policy begins, from its first day; how many. Raises NotAGroupPolicy, AlreadyAMember,
    IdNumberMissing, InvalidIdentifier.
    """
    policy = locked_group(policy_id, by=by)
    complete = [completed(draft) for draft in drafts]
    digests = [digest_of(IdentifierKind.ID_NUMBER, draft.id_number) for draft in complete]
    first = {digest: place for place, digest in reversed(list(enumerate(digests)))}
    for place, digest in enumerate(digests):
        if first[digest] != place:
            raise AlreadyAMember(field="id_number", name=complete[place].name, since=policy.starts_on)
    insured = insured_by(digests)
    rows = [fresh(policy, draft, joined_on=policy.starts_on, insured=insured) for draft in complete]
    GroupMember.objects.bulk_create(rows, batch_size=1000)
    tell_members(events.MEMBER_ADDED, policy, rows, by=by, on=policy.starts_on, item=ServiceItem.NI)
    return len(rows)


@transaction.atomic
def remove_member(member_id: int, *, left_on: date, reason: str = "", by: Viewer) -> GroupMember:
    """End somebody's cover: ``left_on`` is the first day without it (ZT). Raises AlreadyLeft, LeavesBeforeJoining."""
    row, policy = _locked_member(member_id, by)
    if row.left_on is not None:
        raise AlreadyLeft(name=row.name, left_on=row.left_on)
    if left_on <= row.joined_on:
        raise LeavesBeforeJoining(field="left_on", left_on=left_on, joined_on=row.joined_on)
    row.left_on, row.left_as, row.left_reason = left_on, ServiceItem.ZT, reason.strip()[:120]
    row.save(update_fields=["left_on", "left_as", "left_reason"])
    tell_members(events.MEMBER_REMOVED, policy, [row], by=by, on=left_on, item=ServiceItem.ZT, note=row.left_reason)
    return row


@transaction.atomic
def remove_members(member_ids: Sequence[int], *, left_on: date, reason: str = "", by: Viewer) -> int:
    """Several at once, or none: the first that cannot leave refuses them all."""
    return len([remove_member(one, left_on=left_on, reason=reason, by=by) for one in sorted(set(member_ids))])


@transaction.atomic
def change_member(member_id: int, changes: Mapping[str, Any], *, effective_on: date, by: Viewer) -> GroupMember:
    """New terms from a day on (IC), or a corrected name, mobile or staff number, which has no day of its own.

    Terms that change on the day of joining were never otherwise. Raises AlreadyLeft, OutsideTheTerm.
    """
    row, policy = _locked_member(member_id, by)
    if row.left_on is not None:
        raise AlreadyLeft(name=row.name, left_on=row.left_on)
    if changes.get("mobile"):
        changes = {**changes, "mobile": normalise(IdentifierKind.MOBILE, changes["mobile"])}
    known = {name: value for name, value in changes.items() if name in (*TERMS, *PLAIN) and getattr(row, name) != value}
    if not known:
        return row
    moves = bool(set(known) & set(TERMS)) and effective_on > row.joined_on
    if moves:
        must_cover(policy, effective_on)
        row = moved(row, known, effective_on)
    else:
        correct(row, known)
        row.save()
    item = ServiceItem.IC
    tell_members(events.MEMBER_CHANGED, policy, [row], by=by, on=effective_on, item=item, fields=sorted(known))
    return row


def locked_group(policy_id: int, *, by: Viewer) -> Policy:
    """The group policy's row, locked until the transaction ends: its members change one action after the other."""
    require(by, Permission.SERVE_POLICIES)
    policy = visible(by).select_for_update(of=("self",)).select_related("product").filter(pk=policy_id).first()
    if policy is None:
        raise PolicyNotFound
    if policy.product.line != LineOfBusiness.GROUP:
        raise NotAGroupPolicy(policy=policy.number)
    return policy


def must_cover(policy: Policy, on: date) -> None:
    """Raise OutsideTheTerm or PolicyHasEnded unless the policy covers the day."""
    if on < policy.starts_on or (policy.ends_on is not None and on >= policy.ends_on):
        raise OutsideTheTerm(field="joined_on", on=on, starts_on=policy.starts_on, ends_on=policy.ends_on or "—")
    product = policy.product
    clocks = clocks_for(
        product=product.code, line=product.line, channel=policy.channel, long_term=product.long_term, on=on
    )
    if not ALIVE & rules.statuses(facts_of(policy), on=on, clocks=clocks):
        raise PolicyHasEnded(policy=policy.number, on=on)


def completed(draft: MemberDraft) -> MemberDraft:
    """With identifiers in their one spelling; raises IdNumberMissing, InvalidIdentifier."""
    if not draft.id_number.strip():
        raise IdNumberMissing(field="id_number")
    kind = draft.document_kind or DocumentKind.RESIDENT_ID
    resident = kind == DocumentKind.RESIDENT_ID
    number = (
        normalise(IdentifierKind.ID_NUMBER, draft.id_number) if resident else normalise_document(kind, draft.id_number)
    )
    mobile = normalise(IdentifierKind.MOBILE, draft.mobile) if draft.mobile else None
    return replace(draft, name=draft.name.strip()[:60], id_number=number, document_kind=kind, mobile=mobile)


def fresh(policy: Policy, draft: MemberDraft, *, joined_on: date, insured: Mapping[bytes, int]) -> GroupMember:
    """A row for a complete draft, not yet written."""
    digest = digest_of(IdentifierKind.ID_NUMBER, draft.id_number)
    return GroupMember(
        policy=policy,
        customer_id=policy.customer_id,
        insured_id=insured.get(digest),
        id_digest=digest,
        mobile_digest=_mobile_digest(draft.mobile),
        joined_on=joined_on,
        **asdict(draft),
    )


def insured_by(digests: Sequence[bytes]) -> dict[bytes, int]:
    """Which of these ID numbers are customers': the registry knows them, whoever may see them."""
    found = customer_rows.registered(digests)
    return {bytes(digest): customer_id for digest, customer_id, _number in found.iter_rows()}


def correct(row: GroupMember, changes: Mapping[str, Any]) -> None:
    """Write new values over a member's, in memory."""
    for name, value in changes.items():
        setattr(row, name, value)
    if "mobile" in changes:
        row.mobile_digest = _mobile_digest(row.mobile)


def moved(row: GroupMember, changes: Mapping[str, Any], on: date) -> GroupMember:
    """End a member's cover on its terms and begin it on new ones, on the same day."""
    GroupMember.objects.filter(pk=row.pk).update(left_on=on, left_as=ServiceItem.IC)
    row.pk, row._state.adding = None, True
    row.joined_on, row.joined_as, row.left_on, row.left_as = on, ServiceItem.IC, None, ""
    correct(row, changes)
    row.save(force_insert=True)
    return row


def tell_members(
    event: EventKind,
    policy: Policy,
    rows: Sequence[GroupMember],
    *,
    by: Viewer,
    on: date,
    item: str,
    note: str = "",
    fields: Sequence[str] = (),
    holder: bool = True,
) -> None:
    """Lines for the holder (one a member, unless a list told it all) and for members who are customers themselves."""
    insured = sorted({row.insured_id for row in rows if row.insured_id is not None})
    units = dict(customer_rows.units_of(insured).iter_rows()) if insured else {}
    lines = []
    for row in rows:
        payload: dict[str, Any] = {
            "policy": policy.number,
            "product": policy.product.name,
            "item": str(item),
            "member": row.name,
            "id_number": mask("id_number", row.id_number),
            "on": on.isoformat(),
            "plan": row.plan,
        }
        if row.premium is not None:
            payload |= {"amount": str(row.premium), "currency": policy.currency}
        if note:
            payload["note"] = note
        if fields:
            payload["fields"] = list(fields)
        subject = ("member", row.pk)
        if holder:
            lines.append(Line(event, by.actor, policy.customer_id, policy.org_unit_id, subject, payload))
        if row.insured_id is not None and row.insured_id != policy.customer_id:
            lines.append(Line(event, by.actor, row.insured_id, units.get(row.insured_id), subject, payload))
    record_many(lines)


def _locked_member(member_id: int, by: Viewer) -> tuple[GroupMember, Policy]:
    """The policy is locked first, as every action does, and then the member read."""
    policy_id = visible_members(by).filter(pk=member_id).values_list("policy_id", flat=True).first()
    if policy_id is None:
        require(by, Permission.SERVE_POLICIES)
        raise MemberNotFound
    policy = locked_group(policy_id, by=by)
    return GroupMember.objects.get(pk=member_id), policy


def _mobile_digest(mobile: str | None) -> bytes | None:
    return digest_of(IdentifierKind.MOBILE, mobile) if mobile else None


def unmask_member(member_id: int, *, field: str, purpose: str, by: Viewer) -> str:
    """The whole ID number or mobile of a member; the look is logged with its purpose, as for customers."""
    require(by, Permission.UNMASK)
    row = the_member(member_id, viewer=by)
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    if field not in ("id_number", "mobile"):
        raise FieldUnknown(field="field", name=field)
    limits.spend(limits.UNMASK, by=by)
    limits.spend(limits.UNMASK_A_DAY, by=by)
    with transaction.atomic():
        record(
            UNMASKED,
            by=by.actor,
            customer_id=row.customer_id,
            org_unit_id=row.policy.org_unit_id,
            subject=("member", row.pk),
            payload={"field": field, "purpose": purpose.strip()[:200], "member": row.name},
        )
    return str(getattr(row, field) or "")
