"""The list of contracts and the page of one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.customers import actions, events, queries
from keyuan.customers.forms.companies import ContractFilterForm, ContractForm, TerminationForm
from keyuan.customers.queries.companies import ContractFilter
from keyuan.customers.refusals import PurposeMissing
from keyuan.customers.states import ContractStatus
from keyuan.customers.views.companies import PAGE_METHODS, tried
from keyuan.customers.views.shared import done, show
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import today
from keyuan.kernel.exporting import csv_pieces, xlsx_file
from keyuan.kernel.paging import CappedPaginator

PAGE = 50
TONES = {
    ContractStatus.NOT_STARTED: "calm",
    ContractStatus.IN_FORCE: "good",
    ContractStatus.RENEWAL_DUE: "now",
    ContractStatus.ENDED: "off",
    ContractStatus.TERMINATED: "off",
}


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def contracts(request: SignedInRequest) -> HttpResponse:
    """The contracts in scope: filters as chips, sorted, in pages."""
    form = ContractFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    chosen = ContractFilter(**wanted, sort=request.GET.get("sort", ""))
    found = queries.contracts(chosen, viewer=request.viewer, on=today())
    page = CappedPaginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [_row(queries.contract_seen(row, on=today())) for row in page],
        "filters": _filters(form, wanted, request.GET),
        "may_export": request.viewer.may(Permission.EXPORT),
        "query": request.GET.urlencode(),
    }
    return render(request, "customers/contracts.html", context)


@require_POST
@staff_page(Permission.EXPORT)
def export(request: SignedInRequest) -> HttpResponseBase:
    """The list as it was filtered; who took it and why is a log line."""
    purpose = request.POST.get("purpose", "").strip()[:200]
    if not purpose:
        raise PurposeMissing(field="purpose")
    asked = QueryDict(request.POST.get("query", "")[:2000])
    form = ContractFilterForm(asked)
    chosen = ContractFilter(**(form.cleaned_data if form.is_valid() else {}), sort=asked.get("sort", ""))
    found = queries.contracts(chosen, viewer=request.viewer, on=today())
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    with transaction.atomic():
        payload = {"purpose": purpose, "filters": asked.dict(), "format": kind, "rows": found.count()}
        record(events.CONTRACTS_EXPORTED, by=request.viewer.actor, payload=payload)
    head = [
        _("合同编号"), _("合同名称"), _("企业"), _("客户号"), _("合同种类"), _("状态"), _("开始日期"), _("结束日期"),
        _("续签日期"), _("合同金额"), _("币种"),
    ]  # fmt: skip
    seen = (queries.contract_seen(row, on=today()) for row in found.iterator(chunk_size=1000))
    rows = (
        (
            one.number, one.title, one.customer_name, one.customer_number, str(one.kind.label), str(one.status.label),
            one.starts_on, one.ends_on, one.renewal_on, one.amount, one.currency,
        )
        for one in seen
    )  # fmt: skip
    name = f"contracts-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(xlsx_file(head, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(csv_pieces(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def contract(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """One contract with its files."""
    return _page(request, contract_id)


@require_http_methods(PAGE_METHODS)
@staff_page(Permission.EDIT_CUSTOMERS)
def edit(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """A contract, to be corrected."""
    row = queries.the_contract(contract_id, viewer=request.viewer)
    form = ContractForm(request.POST or None, row=row)
    if tried(request, form, lambda: actions.change_contract(contract_id, form.draft(), by=request.viewer)):
        return done(request, reverse("customers:contract", args=[contract_id]))
    context: dict[str, Any] = {
        "form": form,
        "title": _("修改合同：%(number)s") % {"number": row.number},
        "cancel": reverse("customers:contract", args=[contract_id]),
    }
    return show(request, "customers/parts/one_form.html", context, wrong=bool(form.errors), customer=row.customer)


@require_POST
@staff_page(Permission.EDIT_CUSTOMERS)
def terminate(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """End a contract before its time; what was typed comes back if that cannot be."""
    queries.the_contract(contract_id, viewer=request.viewer)
    form = TerminationForm(request.POST)

    def write() -> None:
        data = form.cleaned_data
        actions.terminate_contract(contract_id, on=data["on"], reason=data["reason"], by=request.viewer)

    if tried(request, form, write):
        return redirect("customers:contract", contract_id)
    return _page(request, contract_id, wrong=form)


def _page(request: SignedInRequest, contract_id: int, wrong: TerminationForm | None = None) -> HttpResponse:
    seen = queries.contract_seen(queries.the_contract(contract_id, viewer=request.viewer), on=today())
    over = seen.status in (ContractStatus.ENDED, ContractStatus.TERMINATED)
    may_edit = request.viewer.may(Permission.EDIT_CUSTOMERS)
    context = {
        "contract": seen,
        "tone": TONES[seen.status],
        "may_edit": may_edit,
        "termination": (wrong or TerminationForm()) if may_edit and not over and seen.terminated_on is None else None,
        "open": wrong is not None,
    }
    return render(request, "customers/contract.html", context, status=200 if wrong is None else 422)


def _row(seen: Any) -> dict[str, Any]:
    return {"contract": seen, "tone": TONES[seen.status]}


def _filters(form: ContractFilterForm, wanted: dict[str, Any], asked: QueryDict) -> list[dict[str, Any]]:
    """The filters in force, each as a chip that can be taken away."""
    shown = []
    for name, value in wanted.items():
        if value in ("", None):
            continue
        choices = dict(getattr(form.fields[name], "choices", ()))
        query = asked.copy()
        query.pop(name, None)
        query.pop("page", None)
        label = form.fields[name].label
        shown.append({"label": label, "value": choices.get(value, value), "without": f"?{query.urlencode()}"})
    return shown
