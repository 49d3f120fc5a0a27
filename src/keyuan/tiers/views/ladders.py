"""The ladders, their versions with what they change, and the editor of a draft."""

from __future__ import annotations

from typing import Any

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
from keyuan.products.difference import text_lines
from keyuan.tiers import actions, queries
from keyuan.tiers.forms import RulesForm
from keyuan.tiers.models import TierRules
from keyuan.tiers.reading import faults_of, load
from keyuan.tiers.refusals import RulesNotFound
from keyuan.tiers.rules import Ladder
from keyuan.tiers.states import LadderCode, RuleState

CHIPS = {RuleState.DRAFT: "watch", RuleState.SUBMITTED: "now", RuleState.PUBLISHED: "good"}


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def ladders(request: SignedInRequest) -> HttpResponse:
    """Both ladders, with how many customers stand on each step."""
    counts = queries.by_level(viewer=request.viewer)
    found = [
        {"ladder": ladder, "label": LadderCode(code).label, "steps": _steps(ladder, counts.get(code, {}))}
        for code, ladder in queries.ladders(on=today()).items()
    ]
    return render(request, "tiers/rules.html", {"ladders": found, "run": queries.last_review(viewer=request.viewer)})


def _steps(ladder: Ladder, counts: dict[int, int]) -> list[dict[str, Any]]:
    return [{"tier": tier, "members": counts.get(tier.level, 0)} for tier in ladder.tiers if tier.level]


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def ladder(request: SignedInRequest, ladder: str) -> HttpResponse:
    """One ladder in full: its steps, factors and benefits, and its versions."""
    if ladder not in LadderCode.values:
        raise Http404
    stored = queries.versions(ladder, viewer=request.viewer) or [queries.shipped_row(ladder)]
    current = queries.in_force(ladder, on=today())
    counts = queries.by_level(viewer=request.viewer).get(ladder, {})
    context = {
        "code": ladder,
        "label": LadderCode(ladder).label,
        "ladder": current,
        "steps": _steps(current, counts),
        "benefits": [(one, [(tier, one.quota(tier.level)) for tier in current.tiers[1:]]) for one in current.benefits],
        "versions": [(row, CHIPS[row.state] if row.pk else "good") for row in stored],
        "may_draft": all(row.published_at is not None or row.pk is None for row in stored),
        **_may(request),
    }
    return render(request, "tiers/ladder.html", context)


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def version(request: SignedInRequest, ladder: str, number: int) -> HttpResponse:
    """One version: what it changes in the text and in the book, and its way."""
    return _version_page(request, _row(request, ladder, number))


def _version_page(request: SignedInRequest, row: TierRules, refusal: Refusal | None = None) -> HttpResponse:
    known = queries.versions(row.code, viewer=request.viewer)
    before = next((one for one in known if one.number < row.number), None)
    state = RuleState.PUBLISHED if row.pk is None else row.state
    context = {
        "row": row,
        "label": LadderCode(row.code).label,
        "state": state,
        "chip": CHIPS[state],
        "before": before,
        "diff": text_lines(before.text, row.text) if before else (),
        "lines": row.text.splitlines(),
        "faults": faults_of(row.text, code=row.code, number=row.number) if state != RuleState.PUBLISHED else (),
        "preview": _preview(row),
        "eyes": _eyes(request, row, state),
        "refusal": refusal,
        **_may(request),
    }
    return render(request, "tiers/version.html", context, status=refusal.status if refusal else 200)


def _preview(row: TierRules) -> dict[str, Any] | None:
    told = row.preview
    if not told or faults_of(row.text, code=row.code, number=row.number):
        return None
    steps = [
        (tier, told["now"].get(str(tier.level), 0), told["then"].get(str(tier.level), 0))
        for tier in load(row.text, code=row.code, number=row.number).tiers
    ]
    return {**told, "steps": [(tier, now, then, then - now) for tier, now, then in steps]}


def _eyes(request: SignedInRequest, row: TierRules, state: RuleState) -> Eyes:
    may = _may(request)
    return eyes(
        row,
        state=state,
        route="tiers:step",
        viewer=request.viewer,
        before_submitting=_("提交时按新规则试算全部客户，再由另一个人审批。"),
        before_publishing=_("发布后从生效日起使用，不能再改。达到新标准的当夜升级；没有人会在会员年度中间下降。"),
        may_write=may["may_write"],
        may_publish=may["may_publish"],
    )


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def text(request: SignedInRequest, ladder: str, number: int) -> HttpResponse:
    """The rules as a file."""
    row = _row(request, ladder, number)
    return HttpResponse(
        row.text,
        content_type="text/yaml; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="tiers-{row.code}-{row.number}.yaml"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_POST
@staff_page(Permission.WRITE_TIER_RULES)
def draft(request: SignedInRequest, ladder: str) -> HttpResponse:
    """Begin the next version from the one in force."""
    try:
        made = actions.draft_rules(ladder, by=request.viewer)
    except RulesNotFound:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.what_to_do}")
        return redirect("tiers:ladder", ladder)
    return redirect("tiers:edit", ladder, made.number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.WRITE_TIER_RULES)
def edit(request: SignedInRequest, ladder: str, number: int) -> HttpResponse:
    """The editor of a draft. What was changed is kept, with its faults beside it."""
    row = _row(request, ladder, number)
    if request.method != "POST" and (row.pk is None or row.state != RuleState.DRAFT):
        return redirect("tiers:version", ladder, number)
    initial = {"text": row.text, "seen": row.digest, "effective_from": row.effective_from, "why": row.why}
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        seen = told.pop("seen")
        try:
            actions.change_rules(ladder, number, **told, seen_digest=seen, by=request.viewer)
            if "submit" in request.POST:
                actions.submit_rules(ladder, number, by=request.viewer)
                messages.success(request, _("第%(number)s版已提交，等待另一个人审批。") % {"number": number})
            else:
                messages.success(request, _("草稿已保存。"))
            return redirect("tiers:version", ladder, number)
        except Refusal as refusal:
            row = _row(request, ladder, number)
            form = RulesForm({**told, "effective_from": told["effective_from"].isoformat(), "seen": row.digest})
            form.is_valid()
            form.add_error(None, f"{refusal} {refusal.what_to_do}")
    typed = str(form["text"].value() or "")
    context = {
        "row": row,
        "label": LadderCode(row.code).label,
        "form": form,
        "faults": faults_of(typed, code=row.code, number=row.number),
    }
    return render(request, "tiers/edit.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Permission.SEE_CUSTOMERS)
def step(request: SignedInRequest, ladder: str, number: int, step: str) -> HttpResponse:
    """Submit, return, publish or discard."""
    row = _row(request, ladder, number)
    by = request.viewer
    ways = {
        "submit": lambda: actions.submit_rules(ladder, number, by=by),
        "return": lambda: actions.return_rules(ladder, number, reason=request.POST.get("reason", ""), by=by),
        "publish": lambda: actions.publish_rules(ladder, number, by=by),
        "discard": lambda: actions.discard_rules(ladder, number, by=by),
    }
    try:
        take(step, ways)
    except Refusal as refusal:
        return _version_page(request, row, refusal)
    messages.success(request, _("草稿已删除。") if step == "discard" else _("已办理。"))
    return redirect("tiers:ladder", ladder) if step == "discard" else redirect("tiers:version", ladder, number)


def _may(request: SignedInRequest) -> dict[str, bool]:
    viewer = request.viewer
    return {
        "may_write": viewer.sees_whole_company and viewer.may(Permission.WRITE_TIER_RULES),
        "may_publish": viewer.sees_whole_company and viewer.may(Permission.PUBLISH_TIER_RULES),
    }


def _row(request: SignedInRequest, code: str, number: int) -> TierRules:
    try:
        return queries.the_version(code, number, viewer=request.viewer)
    except RulesNotFound:
        raise Http404 from None
