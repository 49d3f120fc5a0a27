"""The public page of a form: no account, a phone in hand, nothing typed is lost.

There is no cookie in it and no authority, so no CSRF token either: a signed token of the page's own does that work, and a
visitor whose browser keeps no cookies can send it as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.accounts.limits import spend_from
from keyuan.accounts.refusals import TooMany
from keyuan.engagement import actions, guard
from keyuan.engagement.content import Content, Question
from keyuan.engagement.public import OpenForm, open_form
from keyuan.engagement.rules.answering import answers_of
from keyuan.engagement.states import QuestionKind
from keyuan.kernel.clock import today
from keyuan.products.states import Line

PREFIX = "a-"
TOP = "form"
INPUTS = {
    QuestionKind.NAME: ("text", "name", "text"),
    QuestionKind.MOBILE: ("tel", "tel", "tel"),
    QuestionKind.EMAIL: ("email", "email", "email"),
    QuestionKind.BIRTHDAY: ("date", "bday", "text"),
    QuestionKind.ADDRESS: ("text", "street-address", "text"),
    QuestionKind.DATE: ("date", "off", "text"),
}


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A question as the page asks it, with what was typed and what is wrong."""

    question: Question
    name: str
    label: str
    help: str
    shape: str
    input_type: str
    autocomplete: str
    input_mode: str
    typed: str
    choices: tuple[tuple[str, str, bool], ...]
    wrong: str
    most: str


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, slug: str, code: str = "") -> HttpResponse:
    """Show the form, or take what was filled in."""
    language = _language(request)
    with translation.override("en" if language == "en" else "zh-hans"):
        opened = open_form(slug, code)
        if opened is None:
            return render(request, "engagement/public/closed.html", {"language": language}, status=404)
        if request.method == "POST" and "switch" not in request.POST:
            return _take(request, opened, language)
        token = guard.opened(request.POST.get("token", ""), opened.form.pk) or guard.fresh(opened.form.pk)
        return _page(request, opened, language, token, wrong={}, ask=opened.content.ask_sum)


def _language(request: HttpRequest) -> str:
    """What the visitor pressed, else what their browser speaks."""
    for asked in (request.POST.get("switch"), request.POST.get("language"), request.GET.get("lang")):
        if asked in ("zh", "en"):
            return asked
    return "en" if translation.get_language_from_request(request).startswith("en") else "zh"


def _take(request: HttpRequest, opened: OpenForm, language: str) -> HttpResponse:
    content = opened.content
    answers = answers_of(content, _typed(request, content), on=today())
    wrong: dict[str, Any] = dict(answers.faults)
    consented = request.POST.get("consent") == "1"
    if content.is_personal and not consented:
        wrong["consent"] = _("需要您同意后才能提交。")
    token = guard.opened(request.POST.get("token", ""), opened.form.pk)
    unknown = token is None
    token = token or guard.fresh(opened.form.pk)
    try:
        ask = _must_ask(request, content, token) or unknown
    except TooMany:
        wrong[TOP] = _("提交得太频繁，请过一会儿再试。您填写的内容还在。")
        return _page(request, opened, language, token, wrong=wrong, ask=content.ask_sum, status=429)
    if ask and (unknown or not token.answers(request.POST.get("sum", ""))):
        wrong["sum"] = _("请算一算，填上得数。")
    if wrong:
        return _page(request, opened, language, token, wrong=wrong, ask=ask, status=422)
    marketing = bool(content.marketing.zh) and content.is_personal and request.POST.get("marketing") == "1"
    filled = actions.Filled(answers, token.nonce, language, consented and content.is_personal, marketing)
    actions.receive(opened, filled)
    answer = redirect("engagement:thanks", opened.form.slug)
    answer["Location"] += f"?lang={language}"
    answer.status_code = 303
    return answer


def _must_ask(request: HttpRequest, content: Content, token: guard.Token) -> bool:
    """Whether a sum is asked: the form wants it, the answer looks like a machine's, or many come from one address."""
    address = guard.digest_of_address(get_client_ip(request) or "")
    spend_from(guard.CARDS, address=address)
    try:
        spend_from(guard.CARDS_UNASKED, address=address)
    except TooMany:
        return True
    return content.ask_sum or guard.looks_like_a_machine(token, request.POST.get(guard.TRAP, ""))


def _typed(request: HttpRequest, content: Content) -> dict[str, list[str]]:
    return {question.key: request.POST.getlist(f"{PREFIX}{question.key}")[:60] for question in content.questions}


def _page(
    request: HttpRequest,
    opened: OpenForm,
    language: str,
    token: guard.Token,
    *,
    wrong: Mapping[str, Any],
    ask: bool,
    status: int = 200,
) -> HttpResponse:
    content = opened.content
    names = ("title", "intro", "consent", "marketing")
    context = {
        "content": content,
        "texts": {name: getattr(content, name).said_in(language) for name in names},
        "fields": fields_of(content, _typed(request, content), wrong, language),
        "language": language,
        "token": token,
        "ask": ask,
        "trap": guard.TRAP,
        "wrong": {key: str(sentence) for key, sentence in wrong.items()},
        "consented": request.POST.get("consent") == "1",
        "marketing": request.POST.get("marketing") == "1",
        "agent_name": opened.agent_name,
        "preview": False,
    }
    return render(request, "engagement/public/fill.html", context, status=status)


def fields_of(
    content: Content, typed: Mapping[str, Sequence[str]], wrong: Mapping[str, Any], language: str
) -> list[FieldSeen]:
    """Every question as the page asks it."""
    return [_field(question, typed.get(question.key, ()), wrong, language) for question in content.questions]


def _field(question: Question, typed: Sequence[str], wrong: Mapping[str, Any], language: str) -> FieldSeen:
    kind, complete, mode = INPUTS.get(question.kind, ("text", "off", "text"))
    birthday = question.kind == QuestionKind.BIRTHDAY
    return FieldSeen(
        question=question,
        name=f"{PREFIX}{question.key}",
        label=question.label.said_in(language),
        help=question.help.said_in(language),
        shape=_shape(question.kind),
        input_type=kind,
        autocomplete=complete,
        input_mode=mode,
        typed=typed[0] if typed else "",
        choices=tuple((code, words, code in typed) for code, words in _choices(question, language)),
        wrong=str(wrong.get(question.key, "")),
        most=today().isoformat() if birthday else "",
    )


def _shape(kind: QuestionKind) -> str:
    shapes = {
        QuestionKind.TEXT: "text",
        QuestionKind.CHOICE: "radio",
        QuestionKind.SCALE: "scale",
        QuestionKind.MULTI: "checkbox",
        QuestionKind.INTERESTS: "checkbox",
    }
    return shapes.get(kind, "input")


def _choices(question: Question, language: str) -> list[tuple[str, str]]:
    if question.kind == QuestionKind.INTERESTS:
        return [(line.value, str(line.label)) for line in Line]
    if question.kind == QuestionKind.SCALE:
        return [(str(score), str(score)) for score in range(question.low, question.high + 1)]
    return [(choice.key, choice.words.said_in(language)) for choice in question.choices]


@never_cache
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody, whether we know them or not."""
    language = _language(request)
    with translation.override("en" if language == "en" else "zh-hans"):
        opened = open_form(slug)
        if opened is None:
            return render(request, "engagement/public/closed.html", {"language": language}, status=404)
        text = opened.content.thanks.said_in(language) or _("谢谢您！")
        title = opened.content.title.said_in(language)
        return render(request, "engagement/public/thanks.html", {"language": language, "text": text, "title": title})
