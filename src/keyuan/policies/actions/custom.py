"""The custom fields of a policy: before and after go into the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customfields import queries as customfields
from keyuan.customfields import rules
from keyuan.customfields.refusals import FieldNotYours
from keyuan.customfields.states import RecordKind
from keyuan.kernel.clock import today
from keyuan.policies import events
from keyuan.policies.actions.common import tell
from keyuan.policies.queries.scope import PolicyNotFound, visible


@transaction.atomic
def change_custom(policy_id: int, *, values: Mapping[str, Any], by: Viewer) -> tuple[str, ...]:
    """Write the values that differ (slug → value; nothing takes one away) and return their slugs.

    Raises PolicyNotFound, CustomValuesRefused, FieldNotYours; who may change a field its definition says.
    """
    require(by, Permission.SEE_CUSTOMERS)
    policy = visible(by).select_for_update(of=("self",)).select_related("product").filter(pk=policy_id).first()
    if policy is None:
        raise PolicyNotFound
    known = customfields.fresh(RecordKind.POLICY)
    diff = rules.differing(policy.custom, rules.cleaned(known, values, before=policy.custom))
    for each in known:
        if each.slug in diff and not (by.may(each.see) and by.may(each.edit)):
            raise FieldNotYours(field=each.key, name=each.label)
    if diff:
        policy.custom = rules.merged(policy.custom, {slug: after for slug, (_before, after) in diff.items()})
        policy.save(update_fields=["custom"])
        changes = {f"custom.{slug}": list(pair) for slug, pair in diff.items()}
        tell(events.CHANGED, policy, by=by, on=today(), payload={"changes": changes})
    return tuple(diff)
