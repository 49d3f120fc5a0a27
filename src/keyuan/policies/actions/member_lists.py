"""A member list that comes as a file: kept on the policy, looked at, and applied: good rows are, bad rows are listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.files import actions as files
from keyuan.files import queries as file_queries
from keyuan.files import storage
from keyuan.files.states import BY_CODE
from keyuan.kernel.clock import now
from keyuan.policies import events
from keyuan.policies.actions.members import (
    MemberDraft,
    correct,
    fresh,
    insured_by,
    locked_group,
    moved,
    must_cover,
    tell_members,
)
from keyuan.policies.members.checking import Reject, Sheet, checked
from keyuan.policies.members.columns import LABELS
from keyuan.policies.members.reading import rows_of
from keyuan.policies.members.rules import PLAIN, TERMS, Changes, Known, Wanted, compare
from keyuan.policies.models import GroupMember, MemberList, Policy
from keyuan.policies.queries.members import the_group_policy, the_member_list
from keyuan.policies.refusals import ListAlreadyApplied, ListUnreadable
from keyuan.policies.states import ListMode, ServiceItem

if TYPE_CHECKING:
    from django.core.files.base import File

READABLE = ("xlsx", "text")


@dataclass(slots=True)
class ListSeen:
    """A list beside the members as they are: what applying it would do."""

    sheet: Sheet
    changes: Changes
    rejects: list[Reject] = field(default_factory=list)
    members: dict[int, GroupMember] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them."""
        found = self.changes
        return {
            "rows": self.sheet.total,
            "joins": len(found.joins),
            "leaves": len(found.leaves),
            "moves": len(found.moves),
            "corrections": len(found.corrections),
            "same": found.same,
            "rejected": len(self.rejects),
            "missing": len(found.missing),
        }


def open_member_list(policy_id: int, upload: File[bytes], *, mode: str, effective_on: date, by: Viewer) -> MemberList:
    """Keep the file on the policy and remember how it is to be read; nothing is changed yet.

    Raises NotAGroupPolicy, OutsideTheTerm, what files.actions.attach refuses, ListUnreadable.
    """
    require(by, Permission.SERVE_POLICIES)
    policy = the_group_policy(policy_id, viewer=by)
    must_cover(policy, effective_on)
    looked = files.look(upload)
    if looked.kind not in READABLE:
        raise ListUnreadable(field="file", name=looked.name, problem=BY_CODE[looked.kind].label)
    upload.seek(0)
    checked(rows_of(upload, name=looked.name, kind=looked.kind), name=looked.name)  # a wrong file is not kept at all
    kept = files.attach(policy.customer_id, subject=("policy", policy.pk), upload=upload, by=by)
    return MemberList.objects.create(
        policy=policy,
        customer_id=policy.customer_id,
        file=kept.file,
        mode=ListMode(mode),
        effective_on=effective_on,
        uploaded_by=by.name,
    )


def look_at_member_list(member_list_id: int, *, viewer: Viewer) -> ListSeen:
    """What the list comes to as things stand; nothing is written. Raises MemberListNotFound, ColumnsMissing."""
    found = the_member_list(member_list_id, viewer=viewer)
    return _seen(found, found.policy)


@transaction.atomic
def apply_member_list(member_list_id: int, *, remove_missing: bool = False, by: Viewer) -> ListSeen:
    """Do what the list says, all at once; who is missing from a full list leaves only if ``remove_missing`` says so.

    Raises ListAlreadyApplied, MemberListNotFound, PolicyHasEnded.
    """
    require(by, Permission.SERVE_POLICIES)
    found = the_member_list(member_list_id, viewer=by)
    policy = locked_group(found.policy_id, by=by)
    found = MemberList.objects.select_for_update(of=("self",)).select_related("file").get(pk=found.pk)
    if found.applied_at is not None:
        raise ListAlreadyApplied
    must_cover(policy, found.effective_on)
    seen = _seen(found, policy)
    _join(policy, seen.changes.joins, found.effective_on, by)
    _leave(policy, seen, found.effective_on if remove_missing else None, by)
    _change(policy, seen, found.effective_on, by)
    counts = {**seen.counts, "removed_missing": len(seen.changes.missing) if remove_missing else 0}
    found.applied_at, found.applied_by, found.counts = now(), by.name, counts
    found.rejects = [one.stored() for one in seen.rejects]
    found.save(update_fields=["applied_at", "applied_by", "counts", "rejects"])
    record(
        events.MEMBERS_LISTED,
        by=by.actor,
        customer_id=policy.customer_id,
        org_unit_id=policy.org_unit_id,
        subject=("member_list", found.pk),
        payload={
            "policy": policy.number,
            "product": policy.product.name,
            "file": found.file.name,
            "on": found.effective_on.isoformat(),
            "mode": found.mode,
            **counts,
        },
    )
    return seen


def _seen(found: MemberList, policy: Policy) -> ListSeen:
    file_queries.must_be_openable(found.file)
    with storage.store().open(found.file.key) as content:
        sheet = checked(rows_of(content, name=found.file.name, kind=found.file.kind), name=found.file.name)
    members = _last_spells(policy)
    known = [_known(row) for row in members.values()]
    term = (policy.starts_on, policy.ends_on)
    changes = compare(sheet.wanted, known, mode=found.mode, effective_on=found.effective_on, term=term)
    rejects = [*sheet.rejects, *(_late_reject(*one) for one in changes.rejects)]
    return ListSeen(sheet, changes, sorted(rejects, key=lambda one: one.row), members)


def _late_reject(row: Wanted, name: str, code: str, gaps: dict[str, Any]) -> Reject:
    return Reject(row.row, str(LABELS[name]), code, gaps, [str(row.values["name"])])


def _last_spells(policy: Policy) -> dict[int, GroupMember]:
    rows = GroupMember.objects.filter(policy=policy).order_by("id_digest", "-joined_on").distinct("id_digest")
    return {row.pk: row for row in rows}


def _known(row: GroupMember) -> Known:
    values = {name: getattr(row, name) for name in (*TERMS, *PLAIN)}
    return Known(id=row.pk, digest=bytes(row.id_digest), values=values, joined_on=row.joined_on, left_on=row.left_on)


def _join(policy: Policy, joins: list[Wanted], effective_on: date, by: Viewer) -> None:
    insured = insured_by([row.digest for row in joins]) if joins else {}
    rows = [
        fresh(policy, MemberDraft(**row.values), joined_on=row.joined_on or effective_on, insured=insured)
        for row in joins
    ]
    GroupMember.objects.bulk_create(rows, batch_size=1000)
    own = [row for row in rows if row.insured_id is not None]
    tell_members(events.MEMBER_ADDED, policy, own, by=by, on=effective_on, item=ServiceItem.NI, holder=False)


def _leave(policy: Policy, seen: ListSeen, missing_on: date | None, by: Viewer) -> None:
    days = {known.id: row.left_on for row, known in seen.changes.leaves}
    if missing_on is not None:
        days |= {one.id: missing_on for one in seen.changes.missing if one.joined_on < missing_on}
    gone = []
    for member_id, left_on in days.items():
        row = seen.members[member_id]
        row.left_on, row.left_as = left_on, ServiceItem.ZT
        gone.append(row)
    GroupMember.objects.bulk_update(gone, ["left_on", "left_as"], batch_size=1000)
    for row in gone:
        if row.insured_id is not None and row.left_on is not None:
            tell_members(events.MEMBER_REMOVED, policy, [row], by=by, on=row.left_on, item=ServiceItem.ZT, holder=False)


def _change(policy: Policy, seen: ListSeen, effective_on: date, by: Viewer) -> None:
    for row, known in (*seen.changes.moves, *seen.changes.corrections):
        member = seen.members[known.id]
        said = {name: row.values[name] for name in (*TERMS, *PLAIN) if name in row.values}
        changes = {name: value for name, value in said.items() if value != known.values[name]}
        if set(changes) & set(TERMS) and effective_on > member.joined_on:
            member = moved(member, changes, effective_on)
        else:
            correct(member, changes)
            member.save()
        if member.insured_id is not None:
            told = sorted(changes)
            item = ServiceItem.IC
            tell_members(
                events.MEMBER_CHANGED, policy, [member], by=by, on=effective_on, item=item, fields=told, holder=False
            )
