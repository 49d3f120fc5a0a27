"""Who earns: the whale curve, the customers in a part of it, and why one customer earns what they earn."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.accounts.access import NotPermitted, SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers.queries.scope import in_scope
from keyuan.insight.events import PROFIT_DRILLED, PROFIT_EXPORTED
from keyuan.insight.refusals import NoProfitRun
from keyuan.kernel.refusals import Refusal
from keyuan.kernel.workbook import workbook_pieces
from keyuan.lists.actions import note_export
from keyuan.products.states import Line

if TYPE_CHECKING:
    from keyuan.insight.models import CustomerProfit, ProfitRun

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CUSTOMERS = 200
FIFTH = 20


def _profit() -> Any:
    """Loaded when somebody first asks: numbers need libraries that most processes never need."""
    return import_module("keyuan.insight.profit.queries")


def _telling() -> Any:
    return import_module("keyuan.insight.profit.telling")


def _number(query: QueryDict) -> int | None:
    text = query.get("run", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _share(query: QueryDict, name: str, default: int) -> int:
    text = query.get(name, "")
    return min(100, int(text)) if text.isascii() and text.isdigit() and len(text) < 4 else default


def _picked(query: QueryDict) -> tuple[int, int, str]:
    """From where to where (percent of the customers, the best first), and in which order."""
    first, last = _share(query, "from", 0), _share(query, "to", FIFTH)
    if last <= first:
        first, last = max(0, min(first, last) - 1), max(first, last)
    order = query.get("by", "")
    return first, max(last, 1), order if order in ("profit", "structure") else "profit"


@require_GET
@staff_page(Permission.SEE_INSIGHT)
def show(request: SignedInRequest) -> HttpResponse:
    """The whale curve: realised and structural, what it says in a sentence, and what makes the difference."""
    try:
        run = _profit().run_of(_number(request.GET), viewer=request.viewer)
    except NoProfitRun as refusal:
        return render(request, "insight/profit.html", {"refused": refusal})
    whale = _profit().whale(run, viewer=request.viewer)
    first, last, order = _picked(request.GET)
    context = {
        "run": run,
        "runs": _profit().runs(viewer=request.viewer),
        "whale": whale,
        "said": [_reading(whale.realised), _reading(whale.structural)],
        "totals": _totals(whale.totals),
        "chart": _chart(whale),
        "first": first,
        "last": last,
        "order": order,
        "drivers": _drivers(run.told["drivers"]),
        "lines": _lines(request, run),
        "sources": _sources(run) if whale.whole_company else [],
        "may_look_through": request.viewer.may(Permission.SEE_CUSTOMERS),
    }
    return render(request, "insight/profit.html", context)


def _reading(curve: Any) -> dict[str, Any]:
    """The 20% / 200% reading of a curve; the shares are None where there is no profit to share."""

    def percent(share: float | None) -> str | None:
        return None if share is None else f"{share * 100:,.0f}"

    return {
        "best": percent(curve.share_of(0, 0.2)),
        "worst": percent(curve.share_of(0.8, 1)),
        "middle": percent(curve.share_of(0.2, 0.8)),
        "losing": f"{curve.losing / curve.customers * 100:.0f}" if curve.customers else "0",
    }


def _totals(totals: dict[str, Any]) -> list[dict[str, Any]]:
    signs = {"claims": "−", "payouts": "−", "reserve": "−", "commission": "−", "servicing": "−"}
    names = ("premium", "investment", "claims", "payouts", "reserve", "commission", "servicing", "profit")
    return [
        {
            "name": _telling().PARTS[name],
            "sign": signs.get(name, ""),
            "amount": f"{totals[name]:,.0f}",
            "last": name == "profit",
        }
        for name in names
    ]


def _chart(whale: Any) -> dict[str, Any]:
    """What static/insight/profit.js draws: yuan along both curves (floats: a picture, not a book)."""
    return {
        "names": [_("已实现利润"), _("结构利润（剔除运气）")],
        "series": [[cents / 100 for cents in one.sums] for one in (whale.realised, whale.structural)],
        "customers": whale.realised.customers,
    }


def _sources(run: ProfitRun) -> list[dict[str, Any]]:
    """Where the profit of each line comes from: new and renewal premium, the interest spread, less claims and costs."""
    rows: list[dict[str, Any]] = []
    for line, own in run.told["lines"].items():
        fresh, credited = run.told.get("new", {}).get(line, 0), run.told.get("interest", {}).get(line, 0)
        amounts = [
            fresh, own["premium"] - fresh, own["investment"], credited, own["investment"] - credited,
            own["claims"], own["payouts"], own["commission"] + own["servicing"], own["profit"],
        ]  # fmt: skip
        if any(amounts):
            rows.append(
                {"label": dict(Line.choices).get(line, line) if line else _("不属于保单的服务"), "cents": amounts}
            )
    rows.sort(key=lambda one: -one["cents"][-1])
    rows.append(
        {
            "label": _("合计"),
            "cents": [sum(each) for each in zip(*(one["cents"] for one in rows), strict=True)],
            "sum": True,
        }
    )
    return [{**one, "figures": [f"{cents / 100:,.0f}" for cents in one["cents"]]} for one in rows]


def _drivers(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts of the difference that are at least a hundredth of it."""
    return [
        {
            "name": _telling().named(one["name"]),
            "best": f"{one['best'] / 100:,.0f}",
            "worst": f"{one['worst'] / 100:,.0f}",
            "share": f"{one['share'] * 100:.0f}%",
        }
        for one in told
        if abs(one["share"]) >= 0.01
    ]


def _lines(request: SignedInRequest, run: ProfitRun) -> list[dict[str, Any]]:
    """What makes the difference within each line, the most telling features with both fifths beside each other."""
    telling, found = _telling(), []
    for line, told in run.told["drivers_of"].items():
        rows = []
        for one in told["parts"][:6]:
            if abs(one["share"]) < 0.01:
                continue
            group = told["groups"].get(one["name"].removeprefix("risk."), {})
            looks = [
                telling.valued(one["name"].removeprefix("risk."), group.get(key), viewer=request.viewer)
                for key in ("best", "worst")
            ]
            rows.append({**_drivers([one])[0], "looks": looks if any(looks) else None})
        label = dict(Line.choices).get(line, line)
        found.append({"label": label, "customers": told["customers"], "parts": rows, "told": bool(told["groups"])})
    return sorted(found, key=lambda one: (not one["told"], -one["customers"]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SEE_INSIGHT, Permission.SEE_CUSTOMERS)
def customers(request: SignedInRequest) -> HttpResponseBase:
    """Who stands in a part of the curve: after a purpose is told, and of them those in scope; or all of them as XLSX."""
    viewer = request.viewer
    try:
        run = _profit().run_of(_number(request.GET), viewer=viewer)
    except NoProfitRun as refusal:
        return render(request, "insight/profit.html", {"refused": refusal})
    first, last, order = _picked(request.GET)
    context: dict[str, Any] = {
        "run": run, "first": first, "last": last, "order": order, "back": request.GET.urlencode(),
        "may_export": viewer.may(Permission.EXPORT),
    }  # fmt: skip
    if request.method == "POST":
        try:
            return _shown(request, run, context)
        except Refusal as refusal:
            context["refused"] = refusal
    return render(request, "insight/profit_customers.html", context)


def _shown(request: SignedInRequest, run: ProfitRun, context: dict[str, Any]) -> HttpResponseBase:
    viewer, taken = request.viewer, request.POST.get("do") == "export"
    if taken and not viewer.may(Permission.EXPORT):
        raise NotPermitted(permission=Permission.EXPORT.label)
    first, last, order = context["first"], context["last"], context["order"]
    count, rows = _profit().members(run, by=order, first=first / 100, last=last / 100, viewer=viewer)
    payload = {"run": run.pk, "from": first, "to": last, "by": order, "customers": count}
    kind = PROFIT_EXPORTED if taken else PROFIT_DRILLED
    note_export(kind, purpose=request.POST.get("purpose", ""), payload=payload, by=viewer)
    if taken:
        return _workbook(run, rows)
    return render(request, "insight/profit_customers.html", {**context, "count": count, "rows": rows[:MOST_CUSTOMERS]})


def _workbook(run: ProfitRun, rows: Any) -> HttpResponseBase:
    parts = _telling().PARTS
    head = [_("客户号"), _("客户姓名"), _("所属机构"), *(str(label) for label in parts.values())]
    lines = (
        [row.customer.number, row.customer.name, row.customer.org_unit.label, *(getattr(row, name) for name in parts)]
        for row in rows.iterator(chunk_size=2000)
    )
    answer = StreamingHttpResponse(workbook_pieces(head, lines), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="profit-{run.as_of}.xlsx"'
    return answer


@require_GET
@staff_page(Permission.SEE_INSIGHT, Permission.SEE_CUSTOMERS)
def customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """One customer's profit: by line, structure apart from luck, and what moves the expected claims."""
    rows = _profit().profit_of(customer_id, viewer=request.viewer)
    chosen = next((row for row in rows if row.run_id == _number(request.GET)), rows[0] if rows else None)
    who = in_scope(customer_id, viewer=request.viewer)
    context: dict[str, Any] = {"rows": rows, "chosen": chosen, "customer_id": who.customer_id}
    if chosen is not None:
        context["parts"] = _parts(chosen)
        context["lines"] = [_line(request, chosen, line, told) for line, told in sorted(chosen.why.items())]
    return render(request, "insight/profit_customer.html", context)


def _parts(row: CustomerProfit) -> list[dict[str, Any]]:
    """From premium to structural profit to profit, a step a row."""
    steps = [
        ("premium", row.premium), ("investment", row.investment), ("expected", -row.expected), ("payouts", -row.payouts),
        ("reserve", -row.reserve - row.released), ("commission", -row.commission), ("servicing", -row.servicing),
        ("structure", row.structure), ("luck", row.luck), ("profit", row.profit),
    ]  # fmt: skip
    told = []
    for name, amount in steps:
        told.append(
            {
                "name": _telling().PARTS[name],
                "amount": f"{amount:,.2f}",
                "sum": name in ("structure", "profit"),
                "key": name,
            }
        )
    return told


def _line(request: SignedInRequest, row: CustomerProfit, line: str, told: dict[str, Any]) -> dict[str, Any]:
    names = ("premium", "investment", "claims", "expected", "released", "payouts", "reserve", "commission", "servicing")
    amounts = dict(zip((*names, "profit", "structure", "luck"), told["amounts"], strict=True))
    usual = row.run.told["models"].get(line, {}).get("usual", {})
    return {
        "label": dict(Line.choices).get(line, line) if line else _("不属于保单的服务"),
        "figures": [
            f"{amounts[name] / 100:,.0f}" for name in ("premium", "claims", "expected", "profit", "structure", "luck")
        ],
        "reasons": [
            _telling().sentence(name, value, cents, usual.get(name), viewer=request.viewer)
            for name, value, cents in told["reasons"]
        ],
    }
