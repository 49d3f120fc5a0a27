"""The records of sales whose time is over: counted from the end of the policy that came of them (保险法 §87).

A trace without a policy, and a visit of nobody known, have clocks of their own (evidence.pages.keeping).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from keyuan.accounts.scope import system_viewer
from keyuan.evidence.pages import keeping as traces
from keyuan.evidence.pages.rules import kept_until
from keyuan.policies.queries import ended

NAME = "retention of sales"


def drop_traces(*, on: date) -> int:
    """Delete the traces that are due on the day; how many. One whose policy is not found, or has not ended, stays."""
    by = system_viewer(NAME)
    gone = traces.drop_due_without_policy(on=on, by=by.actor)
    numbers = traces.keeping(on)
    for batch in traces.of_policies(on=on):
        known = ended([one.policy_number for one in batch], viewer=by, on=on)
        due: list[UUID] = []
        for one in batch:
            end = known.get(one.policy_number)
            if end is None or end.on is None:
                continue
            if on > kept_until(end.on, long_term=end.long_term, keeping=numbers):
                due.append(one.id)
        if due:
            gone += traces.drop(due, why="kept for its time after the end of the policy", by=by.actor)
    return gone
