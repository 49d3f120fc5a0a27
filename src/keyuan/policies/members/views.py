"""The members of a group policy: the list on any day, adding, changing, removing, what changed over time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import queries as customers
from keyuan.customers.masking import mask
from keyuan.kernel.clock import today
from keyuan.kernel.paging import CappedPaginator
from keyuan.kernel.refusals import Refusal
from keyuan.policies import actions, queries
from keyuan.policies.members.forms import STATES, ChangeForm, LeaveForm, MemberFilterForm, MemberForm
from keyuan.policies.members.rules import Spell, on_risk, pro_rata
from keyuan.policies.models import GroupMember, Policy
from keyuan.policies.queries.members import MemberFilter

PAGE = 50
PAGES = ["GET", "HEAD", "POST"]


def asked(query: QueryDict) -> tuple[MemberFilter, date, MemberFilterForm]:
    """The filter and the day of an address; what cannot be read narrows nothing."""
    form = MemberFilterForm(query)
    form.is_valid()
    said = {name: form.cleaned_data.get(name) for name in form.fields}
    on = said.pop("on") or today()
    chosen = MemberFilter(
        text=said["text"] or "", state=said["state"] or "on", plan=said["plan"] or "", sort=query.get("sort", "")
    )
    return chosen, on, form


def shown(row: GroupMember, on: date, *, over: bool) -> dict[str, Any]:
    """A member as the list shows them: sealed values masked, with their standing on the day. ``over``: the policy is."""
    if over and row.left_on is None:
        state = (_("保单已终止"), "off")
    elif on_risk(Spell(row.joined_on, row.left_on, row.premium), on):
        state = (_("有效"), "good") if row.left_on is None else (_("将减除"), "watch")
    else:
        state = (_("将要生效"), "calm") if row.joined_on > on else (_("已减除"), "off")
    return {
        "member": row,
        "id_number": mask("id_number", _text(row.id_number)),
        "mobile": mask("mobile", _text(row.mobile)),
        "state": state[0],
        "tone": state[1],
    }


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def members(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Who is insured on a day (``?on=``): filters as chips, sorted, in pages, with the figures of the day on top."""
    policy = queries.the_group_policy(policy_id, viewer=request.viewer)
    chosen, on, form = asked(request.GET)
    found = queries.members_of(policy_id, chosen, viewer=request.viewer, on=on)
    page = CappedPaginator(found, PAGE).get_page(request.GET.get("page"))
    may_serve = request.viewer.may(Permission.SERVE_POLICIES)
    over = queries.over_on(policy, on)
    context = {
        **heading(request, policy, "members", on),
        "form": form,
        "chosen": chosen,
        "over": over,
        "states": STATES,
        "page": page,
        "rows": [shown(row, on, over=over) for row in page],
        "plans": queries.plans_of(policy_id, viewer=request.viewer, on=on),
        "membership": queries.membership(policy_id, viewer=request.viewer, on=on),
        "filters": _filters(chosen, request.GET),
        "may_serve": may_serve,
        "may_export": request.viewer.may(Permission.EXPORT),
        "may_unmask": request.viewer.may(Permission.UNMASK),
        "leave": LeaveForm(auto_id="leave_%s") if may_serve else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "policies/members/list.html", context)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def changes(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Who joined, left and changed terms, month by month."""
    policy = queries.the_group_policy(policy_id, viewer=request.viewer)
    on = today()
    months = queries.changes_of(policy_id, viewer=request.viewer, on=on)
    most = max((one.joined + one.left for one in months), default=1) or 1
    rows = [{"change": one, "joined": one.joined * 100 // most, "left": one.left * 100 // most} for one in months]
    context = {
        **heading(request, policy, "changes", on),
        "months": rows,
        "membership": queries.membership(policy_id, viewer=request.viewer, on=on),
    }
    return render(request, "policies/members/changes.html", context)


@require_http_methods(PAGES)
@staff_page(Permission.SERVE_POLICIES)
def add(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """Insure somebody from a day on."""
    policy = queries.the_group_policy(policy_id, viewer=request.viewer)
    form = MemberForm(request.POST or None)

    def write() -> str:
        day = form.cleaned_data["joined_on"]
        row = actions.add_member(policy_id, form.draft(), joined_on=day, by=request.viewer)
        return _("已新增%(name)s，自%(day)s起有效。") % {"name": row.name, "day": row.joined_on} + _due(
            policy, row, day
        )

    if done := _tried(request, form, write):
        messages.success(request, done)
        return redirect("policies:members", policy_id)
    context = {**heading(request, policy, "add", today()), "form": form, "button": _("新增")}
    return render(request, "policies/members/form.html", context, status=422 if form.errors else 200)


@require_http_methods(PAGES)
@staff_page(Permission.SERVE_POLICIES)
def change(request: SignedInRequest, member_id: int) -> HttpResponse:
    """New terms from a day on, or a correction."""
    row = queries.the_member(member_id, viewer=request.viewer)
    policy = queries.the_group_policy(row.policy_id, viewer=request.viewer)
    form = ChangeForm(request.POST or None, row=row)

    def write() -> str:
        day = form.cleaned_data["effective_on"]
        changed = actions.change_member(member_id, form.changes(), effective_on=day, by=request.viewer)
        return _("已变更%(name)s。") % {"name": changed.name}

    if done := _tried(request, form, write):
        messages.success(request, done)
        return redirect("policies:members", policy.pk)
    context = {
        **heading(request, policy, "members", today()),
        "form": form,
        "button": _("变更"),
        "about": shown(row, today(), over=queries.over_on(policy, today())),
    }
    return render(request, "policies/members/form.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Permission.SERVE_POLICIES)
def remove(request: SignedInRequest, policy_id: int) -> HttpResponse:
    """End the cover of those who are picked, all from one day on, or of nobody."""
    policy = queries.the_group_policy(policy_id, viewer=request.viewer)
    picked = [int(one) for one in request.POST.getlist("picked") if one.isdecimal() and len(one) < 19]
    form = LeaveForm(request.POST)
    if not picked:
        messages.warning(request, _("没有选中任何人。"))
    elif not form.is_valid():
        messages.error(request, _("请填写终止日期。"))
    else:
        data = form.cleaned_data
        try:
            count = actions.remove_members(picked, left_on=data["left_on"], reason=data["reason"], by=request.viewer)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            messages.error(request, f"{refusal}{refusal.what_to_do}")
        else:
            told = {"count": count, "day": data["left_on"]}
            messages.success(request, _("已减除%(count)s人，自%(day)s起不再承保。") % told)
    return redirect("policies:members", policy.pk)


@require_POST
@staff_page(Permission.UNMASK)
def unmask(request: SignedInRequest, member_id: int) -> HttpResponse:
    """The whole ID number or mobile of a member as plain text; the look is logged."""
    value = actions.unmask_member(
        member_id, field=request.POST.get("field", ""), purpose=request.POST.get("purpose", ""), by=request.viewer
    )
    return HttpResponse(value, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "private, no-store"})


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def covers(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The group cover of a person, as a fragment of their 360 page."""
    customers.must_be_visible(customer_id, viewer=request.viewer)
    found = queries.group_covers_of(customer_id, viewer=request.viewer, on=today())
    return render(request, "policies/members/covers.html", {"covers": found})


def heading(request: SignedInRequest, policy: Policy, tab: str, on: date) -> dict[str, Any]:
    """What every page of the members needs: the policy, whose it is, where one stands."""
    return {
        "policy": policy,
        "customer": policy.customer,
        "tab": tab,
        "on": on,
        "is_today": on == today(),
        "may_serve": request.viewer.may(Permission.SERVE_POLICIES),
    }


def _tried(request: SignedInRequest, form: forms.Form, write: Callable[[], str]) -> str:
    """What to say of an action that was done; nothing if there is a form to be shown."""
    if request.method != "POST" or not form.is_valid():
        return ""
    try:
        return write()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, f"{refusal}{refusal.what_to_do}")
        return ""


def _due(policy: Policy, row: GroupMember, on: date) -> str:
    """What the rest of the year costs by the day, to be put on the endorsement."""
    if row.premium is None or policy.ends_on is None:
        return ""
    year = (policy.starts_on, policy.ends_on)
    part: Decimal = pro_rata(row.premium, starts_on=on, ends_on=policy.ends_on, year=year)
    return _("按日计算应收保费%(amount)s，以批单为准。") % {"amount": part}


def _filters(chosen: MemberFilter, query: QueryDict) -> list[dict[str, str]]:
    states = dict(STATES)
    words = {
        "text": chosen.text,
        "plan": chosen.plan,
        "state": str(states[chosen.state]) if chosen.state in states and chosen.state != "on" else "",
        "on": query.get("on", ""),
    }
    found = []
    for name, word in words.items():
        if not word:
            continue
        rest = query.copy()
        for gone in (name, "page"):
            rest.pop(gone, None)
        found.append({"word": word, "without": f"?{rest.urlencode()}"})
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
