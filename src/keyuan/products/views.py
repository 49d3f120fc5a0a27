"""A product, its versions with what changed, and the editor of a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext as translated  # of what is marked elsewhere
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.deciding import Eyes, eyes, take
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.kernel.refusals import Refusal
from keyuan.products import actions, difference, preview, queries
from keyuan.products.bulk import offer_shipped_products
from keyuan.products.definition import BadDefinition, Definition, load
from keyuan.products.forms import TextForm
from keyuan.products.models import ProductVersion
from keyuan.products.refusals import ProductNotFound, VersionNotFound
from keyuan.products.states import Line, VersionState

NEW_CODE = "NEW?"  # no proper code: its line is marked until whoever writes the definition gives it one
CHIPS = {"draft": "watch", "submitted": "now", "published": "good", "withdrawn": "off"}


@require_POST
@staff_page(Permission.PUBLISH_PRODUCTS)
def offer_shipped(request: SignedInRequest) -> HttpResponse:
    """Put the shipped products on sale, all of those that have no version here yet."""
    if not request.viewer.sees_whole_company:
        raise PermissionDenied
    made = offer_shipped_products(by=request.viewer.actor)
    if made:
        messages.success(request, _("%(count)s个随附的产品已经在售。") % {"count": made})
    else:
        messages.info(request, _("随附的产品都已经在这里，没有改动。"))
    return redirect("products:list")


@require_safe
@staff_page()
def product(request: SignedInRequest, code: str) -> HttpResponse:
    """One product: its building blocks as they are in force, and its versions."""
    try:
        versions = queries.versions(code, viewer=request.viewer)
    except ProductNotFound:
        raise Http404 from None
    shown = next((row for row in versions if row.published_at is not None), None)
    definition = None if shown is None else queries.definition_of(shown)
    context = {
        "code": code,
        "versions": [(row, CHIPS[row.state]) for row in versions],
        "it": definition,
        "line": Line(definition.line).label if definition else "",
        "may_quote": request.viewer.may(Permission.SEE_CUSTOMERS)
        and any(queries.is_in_force(row, today()) for row in versions),
        "may_draft": all(row.published_at is not None for row in versions),
        **_may(request),
    }
    return render(request, "products/product.html", context)


@require_safe
@staff_page()
def version(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """One version: what was tried, what changed from the one before, and the text."""
    return _version_page(request, _row(request, code, number))


def _version_page(request: SignedInRequest, row: ProductVersion, refusal: Refusal | None = None) -> HttpResponse:
    before = _before(request, row)
    context = {
        "row": row,
        "chip": CHIPS[row.state],
        "before": before,
        "lines": row.text.splitlines(),
        "trials": [{**trial, "name": translated(trial["name"])} for trial in row.trials],
        "eyes": _eyes(request, row),
        "refusal": refusal,
        **_compared(before, row.text, row.file),
        **_may(request),
    }
    return render(request, "products/version.html", context, status=refusal.status if refusal else 200)


def _eyes(request: SignedInRequest, row: ProductVersion) -> Eyes:
    may = _may(request)
    return eyes(
        row,
        state=row.state,
        route="products:step",
        viewer=request.viewer,
        before_submitting=_("提交后先跑测试，再由另一个人审批。"),
        before_publishing=_("发布后从%(day)s起用于新业务，不能再改。") % {"day": row.effective_from or "—"},
        may_write=may["may_define"],
        may_publish=may["may_publish"],
    )


@require_safe
@staff_page()
def text(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The text of a version as a file."""
    row = _row(request, code, number)
    return HttpResponse(
        row.text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.file}"', "X-Content-Type-Options": "nosniff"},
    )


@require_POST
@staff_page(Permission.DEFINE_PRODUCTS)
def draft(request: SignedInRequest, code: str) -> HttpResponse:
    """Begin the next version."""
    try:
        made = actions.draft_version(code, by=request.viewer)
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.what_to_do}")
        return redirect("products:product", code)
    return redirect("products:edit", code, made.number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.DEFINE_PRODUCTS)
def new(request: SignedInRequest) -> HttpResponse:
    """The first version of a new product: from an empty page, or from the text of a product like it (``?like=TRM``)."""
    offered = queries.catalogue(viewer=request.viewer)
    like = request.GET.get("like", "")
    form = TextForm(request.POST or None, initial={"text": _text_like(request, like)})
    typed = form["text"].value() or ""
    context: dict[str, Any] = {"form": form, "row": None, "offered": offered, "like": like}
    if typed:
        context |= _compared(None, typed, "new.yaml")
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.begin_product(form.cleaned_data["text"], by=request.viewer)
        except BadDefinition as bad:
            context["faults"] = bad.faults
        except Refusal as refusal:
            form.add_error(None, f"{refusal} {refusal.what_to_do}")
        else:
            return redirect("products:edit", made.code, made.number)
    return render(request, "products/edit.html", context, status=422 if form.is_bound else 200)


def _text_like(request: SignedInRequest, code: str) -> str:
    """The text of a product's newest published version as the first version of another; empty where there is none."""
    try:
        known = queries.versions(code, viewer=request.viewer) if code else []
    except ProductNotFound:
        return ""
    row = next((row for row in known if row.published_at is not None), None)
    return "" if row is None else actions.begun_from(row.text, code=NEW_CODE, number=1)


@require_POST
@staff_page(Permission.DEFINE_PRODUCTS)
def check_new(request: SignedInRequest) -> HttpResponse:
    """The faults of what is typed for a new product, or its sample premiums. Nothing is saved."""
    context = {"row": None, **_compared(None, request.POST.get("text", ""), "new.yaml")}
    return render(request, "products/_checked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.DEFINE_PRODUCTS)
def edit(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The editor of a draft. What was typed is kept, with its faults beside it."""
    row = _row(request, code, number)
    if request.method != "POST" and row.state != VersionState.DRAFT:
        return redirect("products:version", code, number)
    form = TextForm(request.POST or None, initial={"text": row.text, "seen": row.digest})
    if request.method == "POST" and form.is_valid():
        try:
            told = form.cleaned_data
            row = actions.change_draft(code, number, told["text"], seen_digest=told["seen"], by=request.viewer)
            if "submit" in request.POST:
                actions.submit_version(code, number, by=request.viewer)
                messages.success(request, _("第%(number)s版已提交，等待另一个人审批。") % {"number": number})
                return redirect("products:version", code, number)
            messages.success(request, _("草稿已保存。"))
            return redirect("products:edit", code, number)
        except BadDefinition:
            form = TextForm({"text": row.text, "seen": row.digest})  # saved, but it has faults still
        except Refusal as refusal:
            form.add_error(None, f"{refusal} {refusal.what_to_do}")
    typed = form["text"].value() or ""
    context = {"form": form, "row": row, **_compared(_before(request, row), typed, row.file)}
    return render(request, "products/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@staff_page(Permission.DEFINE_PRODUCTS)
def check(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The faults of what is typed, and what it changes: a fragment that the editor asks for. Nothing is saved."""
    row = _row(request, code, number)
    context = {"row": row, **_compared(_before(request, row), request.POST.get("text", ""), row.file)}
    return render(request, "products/_checked.html", context)


@require_POST
@staff_page()
def step(request: SignedInRequest, code: str, number: int, step: str) -> HttpResponse:
    """Submit, return, publish, withdraw or discard."""
    row = _row(request, code, number)
    by, reason = request.viewer, request.POST.get("reason", "")
    ways = {
        "submit": lambda: actions.submit_version(code, number, by=by),
        "return": lambda: actions.return_version(code, number, reason=reason, by=by),
        "publish": lambda: actions.publish_version(code, number, by=by),
        "withdraw": lambda: actions.withdraw_version(code, number, reason=reason, by=by),
        "discard": lambda: actions.discard_draft(code, number, by=by),
    }
    try:
        take(step, ways)
    except Refusal as refusal:
        return _version_page(request, row, refusal)
    if step == "discard":
        messages.success(request, _("草稿已删除。"))
        return redirect("products:product", code)
    messages.success(request, _("已办理。"))
    return redirect("products:version", code, number)


def _may(request: SignedInRequest) -> dict[str, bool]:
    whole = request.viewer.sees_whole_company
    return {
        "may_define": whole and request.viewer.may(Permission.DEFINE_PRODUCTS),
        "may_publish": whole and request.viewer.may(Permission.PUBLISH_PRODUCTS),
    }


def _row(request: SignedInRequest, code: str, number: int) -> ProductVersion:
    try:
        return queries.the_version(code, number, viewer=request.viewer)
    except VersionNotFound:
        raise Http404 from None


def _before(request: SignedInRequest, row: ProductVersion) -> ProductVersion | None:
    known = queries.versions(row.code, viewer=request.viewer)
    return next((one for one in known if one.number < row.number), None)


def _compared(before: ProductVersion | None, text: str, file: str) -> dict[str, Any]:
    """The faults of a text; where it has none, what it changes in words; and the two texts line by line."""
    found: dict[str, Any] = {"faults": (), "changes": (), "compared": before, "it": None}
    definition: Definition | None = None
    try:
        found["it"] = definition = load(text.replace("\r\n", "\n"), file=file)
    except BadDefinition as bad:
        found["faults"] = bad.faults
    old = None if before is None else queries.definition_of(before)
    if definition is not None:
        samples = preview.samples(definition, old)
        found |= {"samples": samples, "basis": preview.basis(definition), "telling": preview.telling(samples)}
    if before is not None and old is not None:
        found["diff"] = difference.text_lines(before.text, text.replace("\r\n", "\n"))
        if definition is not None:
            labels = difference.names(get_language() or "", old, definition)
            found["changes"] = [(one.where(labels), one) for one in difference.changes(old, definition)]
    return found
