"""The rule sets, their versions with what they change, the editor of a draft, and what it would have decided."""

from __future__ import annotations

import json
from typing import Any

from csp.constants import NONCE, SELF, UNSAFE_INLINE, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.deciding import Eyes, eyes, take
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.underwriting import actions, queries
from keyuan.underwriting.checks import faults
from keyuan.underwriting.differing import changes
from keyuan.underwriting.forms import RulesForm
from keyuan.underwriting.models import RuleSet
from keyuan.underwriting.queries.replaying import changes as count_changes
from keyuan.underwriting.queries.versions import as_row
from keyuan.underwriting.refusals import RulesNotFound
from keyuan.underwriting.states import RuleCode, RuleState
from keyuan.underwriting.views.shared import effect_of, outcome_of
from keyuan.underwriting.views.tables import changed, tables

CHIPS = {RuleState.DRAFT: "watch", RuleState.SUBMITTED: "now", RuleState.PUBLISHED: "good"}
SHOWN = 200


@require_safe
@staff_page(Permission.UNDERWRITE)
def rule_sets(request: SignedInRequest) -> HttpResponse:
    """Every rule set with the version in force and the one being prepared."""
    known = queries.rule_sets(viewer=request.viewer)
    rows = []
    for code in RuleCode:
        stored = known.get(code, [])
        draft = next((row for row in stored if row.published_at is None), None)
        current = queries.in_force_of(code, stored, on=today())
        rows.append(
            {
                "code": code.value,
                "label": code.label,
                "current": current.number,
                "rules": _count(current.text),
                "draft": draft,
                "chip": CHIPS[draft.state] if draft else "",
            }
        )
    return render(request, "underwriting/rules.html", {"rows": rows})


def _count(text: str) -> int:
    nodes = json.loads(text)["nodes"]
    return sum(len(node["content"]["rules"]) for node in nodes if node.get("type") == "decisionTableNode")


@require_safe
@staff_page(Permission.UNDERWRITE)
def rule_set(request: SignedInRequest, rule_set: str) -> HttpResponse:
    """One rule set: the tables in force, and its versions."""
    if rule_set not in RuleCode.values:
        raise Http404
    stored = queries.versions(rule_set, viewer=request.viewer) or [as_row(queries.shipped(rule_set))]
    current = queries.in_force(rule_set, on=today())
    context = {
        "code": rule_set,
        "label": RuleCode(rule_set).label,
        "current": current.number,
        "tables": tables(current.text),
        "versions": [(row, CHIPS[row.state] if row.pk else "good") for row in stored],
        "may_draft": all(row.published_at is not None or row.pk is None for row in stored),
        **_may(request),
    }
    return render(request, "underwriting/rule_set.html", context)


@require_safe
@staff_page(Permission.UNDERWRITE)
def version(request: SignedInRequest, rule_set: str, number: int) -> HttpResponse:
    """One version: what changed from the one before, what it would have decided, and its way."""
    return _version_page(request, _row(request, rule_set, number))


def _version_page(request: SignedInRequest, row: RuleSet, refusal: Refusal | None = None) -> HttpResponse:
    before = _before(request, row)
    context = {
        "row": row,
        "label": RuleCode(row.code).label,
        "state": RuleState.PUBLISHED if row.pk is None else row.state,
        "chip": "good" if row.pk is None else CHIPS[row.state],
        "before": before,
        "changes": changed(changes(before.text, row.text)) if before else (),
        "faults": faults(row.text) if row.published_at is None and row.pk else (),
        "tables": [] if before else tables(row.text),
        "eyes": _eyes(request, row),
        "refusal": refusal,
        **_may(request),
    }
    return render(request, "underwriting/version.html", context, status=refusal.status if refusal else 200)


def _eyes(request: SignedInRequest, row: RuleSet) -> Eyes:
    looked_at, note = row.replay.get("looked_at"), ""
    if looked_at:
        told = {"all": looked_at, "changed": row.replay.get("changed", 0)}
        note = _("对照%(all)s件申请，%(changed)s件会改变") % told
    return eyes(
        row,
        state=RuleState.PUBLISHED if row.pk is None else row.state,
        route="underwriting:step",
        viewer=request.viewer,
        submitted_note=note,
        before_submitting=_("提交时对照过去的申请，再由另一个人审批。"),
        before_publishing=_("发布后从生效日起使用，不能再改。"),
        may_write=_may(request)["may_write"],
        may_publish=_may(request)["may_publish"],
    )


def _before(request: SignedInRequest, row: RuleSet) -> RuleSet | None:
    if row.number == 1:
        return None
    known = queries.versions(row.code, viewer=request.viewer)
    return next((one for one in known if one.number < row.number), None)


@require_safe
@staff_page(Permission.UNDERWRITE)
def replay(request: SignedInRequest, rule_set: str, number: int) -> HttpResponse:
    """What a version would have decided on past applications: a fragment that its page asks for."""
    row = _row(request, rule_set, number)
    told = queries.replay(row, viewer=request.viewer)
    context = {
        "told": told,
        "counts": [(outcome_of(code), before, after, after - before) for code, before, after in count_changes(told)],
        "changed": [(one.application, _effect(one.before), _effect(one.after)) for one in told.changed[:SHOWN]],
        "more": max(0, len(told.changed) - SHOWN),
    }
    return render(request, "underwriting/parts/replay.html", context)


def _effect(made: Any) -> dict[str, Any]:
    rules = [reason.rule for reason in made.reasons]
    return {**effect_of(made.outcome, made.loading_percent, made.exclusions, made.postpone_months), "rules": rules}


@require_safe
@staff_page(Permission.UNDERWRITE)
def text(request: SignedInRequest, rule_set: str, number: int) -> HttpResponse:
    """The model as a file, as the engine reads it."""
    row = _row(request, rule_set, number)
    return HttpResponse(
        row.text,
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{row.code}-{row.number}.json"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_POST
@staff_page(Permission.WRITE_UNDERWRITING_RULES)
def draft(request: SignedInRequest, rule_set: str) -> HttpResponse:
    """Begin the next version, from the one in force or an earlier one."""
    begin = request.POST.get("from", "")
    number = int(begin) if begin.isdecimal() and len(begin) < 9 else None
    try:
        made = actions.draft_rules(rule_set, begin_with=number, by=request.viewer)
    except RulesNotFound:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.what_to_do}")
        return redirect("underwriting:rule_set", rule_set)
    return redirect("underwriting:edit", rule_set, made.number)


# The editor's parts write their styles at run time, browsers put style attributes into what is typed in them, and the
# engine's checker of expressions is WebAssembly: this page alone allows styles that bear its nonce, such attributes, and
# WebAssembly. Scripts stay our own files.
EDITOR_POLICY = {
    "style-src": [SELF, NONCE],
    "style-src-attr": [UNSAFE_INLINE],
    "script-src": [SELF, WASM_UNSAFE_EVAL],
}


@require_http_methods(["GET", "HEAD", "POST"])
@csp_update(EDITOR_POLICY)  # type: ignore[arg-type]  # its types know views without parameters only
@staff_page(Permission.WRITE_UNDERWRITING_RULES)
def edit(request: SignedInRequest, rule_set: str, number: int) -> HttpResponse:
    """The editor of a draft. What was changed is kept, with its faults beside it."""
    row = _row(request, rule_set, number)
    if request.method != "POST" and (row.pk is None or row.state != RuleState.DRAFT):
        return redirect("underwriting:version", rule_set, number)
    initial = {"text": row.text, "seen": row.digest, "effective_from": row.effective_from, "why": row.why}
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        seen = told.pop("seen")
        try:
            actions.change_rules(rule_set, number, **told, seen_digest=seen, by=request.viewer)
            messages.success(request, _("草稿已保存。"))
            if "submit" in request.POST:
                actions.submit_rules(rule_set, number, by=request.viewer)
                messages.success(request, _("第%(number)s版已提交，等待另一个人审批。") % {"number": number})
            return redirect("underwriting:version", rule_set, number)
        except Refusal as refusal:
            row = _row(request, rule_set, number)
            form = RulesForm({**told, "effective_from": told["effective_from"].isoformat(), "seen": row.digest})
            form.is_valid()
            form.add_error(None, f"{refusal} {refusal.what_to_do}")
    typed = str(form["text"].value() or "")
    context = {"row": row, "label": RuleCode(row.code).label, "form": form, "faults": faults(typed)}
    return render(request, "underwriting/edit.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Permission.UNDERWRITE)
def step(request: SignedInRequest, rule_set: str, number: int, step: str) -> HttpResponse:
    """Submit, return, publish or discard."""
    row = _row(request, rule_set, number)
    by = request.viewer
    ways = {
        "submit": lambda: actions.submit_rules(rule_set, number, by=by),
        "return": lambda: actions.return_rules(rule_set, number, reason=request.POST.get("reason", ""), by=by),
        "publish": lambda: actions.publish_rules(rule_set, number, by=by),
        "discard": lambda: actions.discard_rules(rule_set, number, by=by),
    }
    try:
        take(step, ways)
    except Refusal as refusal:
        return _version_page(request, row, refusal)
    if step == "discard":
        messages.success(request, _("草稿已删除。"))
        return redirect("underwriting:rule_set", rule_set)
    messages.success(request, _("已办理。"))
    return redirect("underwriting:version", rule_set, number)


def _may(request: SignedInRequest) -> dict[str, bool]:
    viewer = request.viewer
    return {
        "may_write": viewer.sees_whole_company and viewer.may(Permission.WRITE_UNDERWRITING_RULES),
        "may_publish": viewer.sees_whole_company and viewer.may(Permission.PUBLISH_UNDERWRITING_RULES),
    }


def _row(request: SignedInRequest, code: str, number: int) -> RuleSet:
    try:
        return queries.the_version(code, number, viewer=request.viewer)
    except RulesNotFound:
        raise Http404 from None
