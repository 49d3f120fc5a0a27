"""What can be bought: by what somebody wants to protect, side by side, and each product with its price on the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.buying.holding import holder
from keyuan.buying.needs import AIMS, aims_of, by_aim
from keyuan.buying.tracing import tracing_of
from keyuan.kernel.clock import today
from keyuan.orders import actions
from keyuan.orders.begun import remember
from keyuan.products import queries as products
from keyuan.products.definition import Definition
from keyuan.products.describing import conditions, pays, sections
from keyuan.products.rating.entries import defaults
from keyuan.products.refusals import NotOnSale, ProductNotFound
from keyuan.sales.asking import parts, price_told

MOST_COMPARED = 3
LONGEST_NAME, LONGEST_VALUE = 80, 200


def offered() -> tuple[Definition, ...]:
    """The products that are sold online today."""
    return tuple(one for one in products.sold_on(today()) if actions.CHANNEL in one.channels)


def definition_of(code: str) -> Definition:
    """The product of this code as it is sold online today; page 404 otherwise."""
    try:
        found = products.version(code, on=today())
    except (ProductNotFound, NotOnSale):
        raise Http404 from None
    if actions.CHANNEL not in found.channels:
        raise Http404
    return found


def told_of(asked: QueryDict) -> dict[str, str]:
    """The product's answers in an address or a form, cut to sensible lengths."""
    skipped = ("csrfmiddlewaretoken", "starts_on", "p")
    return {
        name: str(value)[:LONGEST_VALUE]
        for name, value in asked.items()
        if len(name) <= LONGEST_NAME and name not in skipped
    }


@require_safe
def shop(request: HttpRequest) -> HttpResponse:
    """Products by aim; ``?aim=`` shows one aim."""
    groups = by_aim(offered())
    wanted = request.GET.get("aim", "")
    shown = {aim: those for aim, those in groups.items() if not wanted or aim.code == wanted}
    cards = [(aim, [_card(one) for one in those]) for aim, those in (shown or groups).items()]
    context = {"groups": cards, "aims": list(groups), "wanted": wanted if shown else ""}
    return render(request, "buying/shop.html", context)


def _card(one: Definition) -> dict[str, Any]:
    """A product in the index: its name, what it is, and the price of the usual case."""
    words = get_language() or ""
    return {
        "code": one.code,
        "name": heading(one),
        "summary": one.summary.said(words),
        **price_told(one, defaults(one)),
    }


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Three questions, one a page: what for, for whom, how much a year; then what fits, with the reason."""
    aim = next((one for one in AIMS if one.code == request.GET.get("aim", "")), None)
    age = request.GET.get("age", "")
    context: dict[str, Any] = {"aims": AIMS, "aim": aim, "age": age}
    if aim is not None and age.isascii() and age.isdecimal() and len(age) <= 3:
        context["fitting"] = _fitting(aim.code, int(age))
    return render(request, "buying/guide.html", context)


def _fitting(aim: str, age: int) -> list[tuple[dict[str, Any], str]]:
    """The products of an aim with a first price for that age; those that do not take it, with the reason."""
    found = []
    for one in offered():
        if aim not in [mine.code for mine in aims_of(one)]:
            continue
        told = defaults(one)
        name = "ages" if one.rating.engine == "travel" else "age"
        if name in told:
            told[name] = str(age)
        priced = price_told(one, told)
        why = "; ".join(text for _rule, text in priced.get("faults", ()))
        found.append((_card(one) | priced, why))
    return sorted(found, key=lambda row: bool(row[1]))


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to three products side by side, ``?p=CODE&p=CODE``."""
    chosen = [definition_of(code) for code in dict.fromkeys(request.GET.getlist("p")[:MOST_COMPARED])]
    columns = [
        {
            "it": one,
            "price": price_told(one, defaults(one)),
            "name": heading(one),
            "summary": one.summary.said(get_language() or ""),
            "covers": [(cover.name.said(get_language() or ""), pays(cover)) for cover in one.coverages if cover.main],
            "exclusions": len(one.exclusions),
        }
        for one in chosen
    ]
    for one in chosen:
        tracing_of(request).about(one)
    others = [(one.code, heading(one)) for one in offered() if one not in chosen]
    return render(
        request, "buying/compare.html", {"columns": columns, "others": others, "full": len(chosen) == MOST_COMPARED}
    )


@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """What it covers, what it does not, and what it costs for whoever fills in the few fields on the page."""
    definition = definition_of(code)
    tracing_of(request).about(definition)
    told = {**defaults(definition), **told_of(request.GET)}
    context = {
        "it": definition,
        "name": heading(definition),
        "summary": definition.summary.said(get_language() or ""),
        "covers": [
            {"name": one.name.said(get_language() or ""), "pays": pays(one), "conditions": conditions(one)}
            for one in definition.coverages
            if one.main
        ],
        "plans": plans(definition),
        "exclusions": [one.text.said(get_language() or "") for one in definition.exclusions],
        "sections": sections(definition, get_language() or "", on=today(), channel=actions.CHANNEL),
        "parts": parts(definition, told),
        **price_told(definition, told),
    }
    return render(request, "buying/product.html", context)


@require_POST
def price(request: HttpRequest, code: str) -> HttpResponse:
    """While choosing: what it costs."""
    return render(request, "buying/_price.html", price_told(definition_of(code), told_of(request.POST)))


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an order with what was chosen so far."""
    definition = definition_of(code)
    told = {**defaults(definition), **told_of(request.POST)} if request.POST else None
    started = actions.start(code, told=told, by=holder(request), language=get_language() or "zh-hans")
    tracing_of(request).began(started.order.pk, number=started.order.number, definition=definition)
    answer = redirect("buying:order", started.order.pk)
    remember(request, answer, started.order.pk, started.token)
    return answer


def plans(definition: Definition) -> dict[str, Any] | None:
    """The plans side by side: a row for each coverage; None where there are none."""
    if not definition.plans:
        return None
    words = get_language() or ""
    rows = [
        (
            one.name.said(words),
            [f"{plan.sums[one.code]:,.0f}" if one.code in plan.sums else "" for plan in definition.plans],
        )
        for one in definition.coverages
        if any(one.code in plan.sums for plan in definition.plans)
    ]
    return {"names": [plan.name.said(words) for plan in definition.plans], "rows": rows}


def heading(definition: Definition) -> str:
    """How the product is called on the page."""
    return definition.name.said(get_language() or "") or _("产品")
