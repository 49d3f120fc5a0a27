"""The form builder: questions in order, words in two languages, saved as a draft and published as a version."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission, Role
from keyuan.engagement import actions, guard, queries
from keyuan.engagement.content import Content, Question, Words
from keyuan.engagement.refusals import FormNotYours
from keyuan.engagement.rules.building import choice_lines, typed_content
from keyuan.engagement.rules.checking import Fault, faults
from keyuan.engagement.states import PERSONAL, WITH_CHOICES, QuestionKind
from keyuan.engagement.templates_of_forms import TEMPLATES
from keyuan.engagement.views.public import fields_of
from keyuan.engagement.views.shared import TONES, language
from keyuan.kernel.refusals import Refusal

ICONS = {
    QuestionKind.NAME: "user",
    QuestionKind.MOBILE: "device-mobile",
    QuestionKind.EMAIL: "mail",
    QuestionKind.BIRTHDAY: "cake",
    QuestionKind.ADDRESS: "map-pin",
    QuestionKind.INTERESTS: "umbrella",
    QuestionKind.TEXT: "message",
    QuestionKind.CHOICE: "circle-check",
    QuestionKind.MULTI: "list-check",
    QuestionKind.SCALE: "star",
    QuestionKind.DATE: "calendar",
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_CUSTOMERS)
def build(request: SignedInRequest, form_id: int) -> HttpResponse:
    """The builder for who may change the form; others are shown how it is handed out."""
    seen = queries.form(form_id, viewer=request.viewer)
    if not seen.may_change:
        if request.method == "POST":
            raise FormNotYours
        return redirect("engagement:share", form_id)
    if request.method == "POST":
        return _save(request, seen)
    found = faults(seen.content, seen.row.kind)
    return render(request, "engagement/builder.html", _context(request, seen, seen.content, found))


def _save(request: SignedInRequest, seen: queries.FormSeen) -> HttpResponse:
    typed = {name: request.POST.getlist(name) for name in request.POST}
    content = typed_content(typed, before=seen.content)
    slug = request.POST.get("slug", seen.row.slug)
    refused: Refusal | None = None
    try:
        shared = request.POST.get("shared") == "1" if request.viewer.role != Role.AGENT else None
        actions.save_form(seen.row.pk, content=content, slug=slug, shared=shared, by=request.viewer)
        if request.POST.get("do") == "publish":
            actions.publish_form(seen.row.pk, by=request.viewer)
            messages.success(request, _("已发布，现在可以发放了。"))
            return redirect("engagement:share", seen.row.pk)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        refused = refusal
    else:
        messages.success(request, _("草稿已保存。"))
        return redirect("engagement:form", seen.row.pk)
    context = _context(request, seen, content, faults(content, seen.row.kind))
    return render(request, "engagement/builder.html", {**context, "refused": refused, "slug": slug}, status=422)


def _context(
    request: SignedInRequest, seen: queries.FormSeen, content: Content, found: tuple[Fault, ...]
) -> dict[str, Any]:
    by_place: dict[str, list[str]] = {}
    for fault in found:
        by_place.setdefault(fault.place, []).append(str(fault.sentence))
    asked = {question.kind for question in content.questions}
    return {
        "seen": seen,
        "row": seen.row,
        "tone": TONES[seen.status],
        "content": content,
        "slug": seen.row.slug,
        "faults": by_place,
        "blocks": [block(question, by_place.get(question.key, [])) for question in content.questions],
        "offered": [(kind, ICONS[kind], kind in PERSONAL and kind in asked) for kind in QuestionKind],
        "may_share": request.viewer.role != Role.AGENT,
        "unpublished": seen.version is not None and seen.version.content != seen.row.draft,
    }


def block(question: Question, wrong: list[str]) -> dict[str, Any]:
    """What the template of one question needs."""
    return {
        "q": question,
        "icon": ICONS[question.kind],
        "lines": choice_lines(question.choices) if question.kind in WITH_CHOICES else None,
        "is_scale": question.kind == QuestionKind.SCALE,
        "wrong": wrong,
    }


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def question(request: SignedInRequest, form_id: int) -> HttpResponse:
    """A new question of the kind asked for, to stand at the end; nothing is saved yet."""
    queries.the_form(form_id, viewer=request.viewer)
    kind = request.POST.get("kind", "")
    if kind not in QuestionKind.values:
        raise Http404
    chosen = QuestionKind(kind)
    usual = [one for form in TEMPLATES.values() for one in form.questions if one.kind == chosen and chosen in PERSONAL]
    label = usual[0].label if usual else Words(str(chosen.label) if chosen in PERSONAL else "")
    fresh = Question(f"q{secrets.token_hex(4)}", chosen, label)
    return render(request, "engagement/parts/question.html", {"block": block(fresh, []), "fresh": True})


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def preview(request: SignedInRequest, form_id: int) -> HttpResponse:
    """The draft as a visitor would see it; nothing can be sent."""
    seen = queries.form(form_id, viewer=request.viewer)
    content = seen.content if seen.may_change else Content.of(seen.version.content if seen.version else {})
    context = {
        "content": content,
        "fields": fields_of(content, {}, {}, language()),
        "language": language(),
        "preview": True,
        "token": guard.fresh(seen.row.pk),
        "agent_name": "" if seen.row.owner is None else seen.row.owner.name,
        "texts": texts_of(content),
    }
    return render(request, "engagement/public/fill.html", context)


def texts_of(content: Content) -> dict[str, str]:
    """The texts of a form in the page's language."""
    names = ("title", "intro", "thanks", "consent", "marketing")
    return {name: getattr(content, name).said_in(language()) for name in names}


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def close(request: SignedInRequest, form_id: int) -> HttpResponse:
    """Stop collecting, or collect again."""
    if request.POST.get("do") == "open":
        actions.publish_form(form_id, by=request.viewer)
        messages.success(request, _("已重新开始收集。"))
    else:
        actions.close_form(form_id, by=request.viewer)
        messages.success(request, _("已停止收集；收到的填写都还在。"))
    return redirect("engagement:share", form_id)
