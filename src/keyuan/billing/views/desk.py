"""The pages of staff: payments, the books, reconciliation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.billing import actions, queries
from keyuan.billing.actions.exporting import note_export
from keyuan.billing.forms import ExplainForm
from keyuan.billing.queries import lists, reconciliation
from keyuan.billing.queries.lists import PaymentFilter
from keyuan.billing.queries.reconciliation import DifferenceFilter
from keyuan.billing.states import AttemptState, DifferenceKind, DifferenceState, RefundState
from keyuan.kernel import exporting
from keyuan.kernel.clock import today
from keyuan.kernel.paging import CappedPaginator

TONES = {
    AttemptState.OPEN: "calm",
    AttemptState.EXPIRED: "off",
    AttemptState.CLOSED: "off",
    AttemptState.HONOURED: "good",
    AttemptState.TO_REFUND: "now",
    AttemptState.REFUNDED: "watch",
}
REFUND_TONES = {RefundState.QUEUED: "watch", RefundState.DONE: "good", RefundState.FAILED: "bad"}
DIFFERENCE_TONES = {DifferenceState.OPEN: "now", DifferenceState.EXPLAINED: "good", DifferenceState.GONE: "off"}
PAYMENT_HEAD = (
    gettext_lazy("支付单号"),
    gettext_lazy("客户"),
    gettext_lazy("付款内容"),
    gettext_lazy("订单号"),
    gettext_lazy("应付金额"),
    gettext_lazy("币种"),
    gettext_lazy("状态"),
    gettext_lazy("发起时间"),
    gettext_lazy("付款时间"),
    gettext_lazy("交易号"),
)
DIFFERENCE_HEAD = (
    gettext_lazy("账单日"),
    gettext_lazy("差异"),
    gettext_lazy("收付"),
    gettext_lazy("单号"),
    gettext_lazy("交易号"),
    gettext_lazy("我方金额"),
    gettext_lazy("渠道金额"),
    gettext_lazy("币种"),
    gettext_lazy("状态"),
    gettext_lazy("说明人"),
    gettext_lazy("说明"),
)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(asked: QueryDict) -> str:
    return "".join(sign for sign in asked.get("text", "") if sign.isprintable()).strip()[:100]


def _with(asked: QueryDict, name: str, value: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    rest.pop(name, None)
    if value:
        rest[name] = value
    return f"?{rest.urlencode()}"


def _chips(asked: QueryDict, words: Iterable[tuple[str, str | Promise]]) -> list[dict[str, Any]]:
    return [{"word": word, "address": _with(asked, name, "")} for name, word in words if word]


def _days(wanted: PaymentFilter | DifferenceFilter) -> list[tuple[str, str]]:
    return [
        ("since", _("%(day)s起") % {"day": wanted.since} if wanted.since else ""),
        ("until", _("%(day)s前") % {"day": wanted.until} if wanted.until else ""),
    ]


def _tabs(asked: QueryDict, states: Sequence[Any], here: str) -> list[dict[str, Any]]:
    every = [("", _("全部")), *((state.value, state.label) for state in states)]
    return [{"label": label, "address": _with(asked, "state", code), "here": code == here} for code, label in every]


def payment_filter(asked: QueryDict) -> PaymentFilter:
    """The filter of an address; what cannot be read narrows nothing."""
    state = asked.get("state", "")
    return PaymentFilter(
        state=state if state in AttemptState.values else "",
        text=_text(asked),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        sort=asked.get("sort", ""),
    )


def difference_filter(asked: QueryDict) -> DifferenceFilter:
    """The same for differences."""
    state, kind = asked.get("state", ""), asked.get("kind", "")
    return DifferenceFilter(
        state=state if state in DifferenceState.values else "",
        kind=kind if kind in DifferenceKind.values else "",
        text=_text(asked),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
        sort=asked.get("sort", ""),
    )


@require_safe
@staff_page(Permission.SEE_BOOKS)
def payments(request: SignedInRequest) -> HttpResponse:
    """The payments that fit."""
    wanted = payment_filter(request.GET)
    page = CappedPaginator(queries.payments(wanted, viewer=request.viewer), lists.PAGE).get_page(
        request.GET.get("page")
    )
    rows = []
    for one in page:
        state = lists.state_of(one, given_back=one.given_back)
        rows.append((one, state.label, TONES[state]))
    words = [("text", f"“{wanted.text}”" if wanted.text else ""), *_days(wanted)]
    context = {
        "page": page,
        "rows": rows,
        "wanted": wanted,
        "tabs": _tabs(request.GET, list(AttemptState), wanted.state),
        "chips": _chips(request.GET, words),
        "query": request.GET.urlencode(),
        "open_differences": reconciliation.open_differences(viewer=request.viewer),
        "sees_books": reconciliation.sees_books(request.viewer),
        "not_believed": lists.not_believed(viewer=request.viewer, most=5),
    }
    return render(request, "billing/payments.html", context)


@require_safe
@staff_page(Permission.SEE_BOOKS)
def payment(request: SignedInRequest, number: str) -> HttpResponse:
    """One payment: what was said of it, and what went back."""
    one = queries.attempt_numbered(number, viewer=request.viewer)
    refunds = [(refund, refund.state.label, REFUND_TONES[refund.state]) for refund in one.refunds.all()]
    given_back = any(refund.automatic and refund.state == RefundState.DONE for refund, _label, _tone in refunds)
    state = lists.state_of(one, given_back=given_back)
    context = {
        "one": one,
        "state": (state.label, TONES[state]),
        "refunds": refunds,
        "notifications": one.notifications.order_by("received_at", "id")[:100],
        "may_settle": request.viewer.may(Permission.RECONCILE),
    }
    return render(request, "billing/payment.html", context)


@require_POST
@staff_page(Permission.RECONCILE)
def retry(request: SignedInRequest, refund_id: int) -> HttpResponse:
    """Send a refund again."""
    refund = actions.retry_refund(refund_id, by=request.viewer)
    return redirect("billing:payment", refund.attempt.number)


@require_safe
@staff_page(Permission.SEE_BOOKS)
def books(request: SignedInRequest) -> HttpResponse:
    """The trial balance of a day."""
    on = min(_day(request.GET.get("on", "")) or today(), today())
    told = queries.trial_balance(viewer=request.viewer, on=on)
    context = {"told": told, "on": on, "sees_books": reconciliation.sees_books(request.viewer)}
    return render(request, "billing/books.html", context)


@require_safe
@staff_page(Permission.SEE_BOOKS)
def account(request: SignedInRequest, account_code: str) -> HttpResponse:
    """What moved on an account."""
    on = min(_day(request.GET.get("on", "")) or today(), today())
    one = queries.account_of(account_code, viewer=request.viewer)
    if one is None:
        raise Http404
    moved = queries.postings_of(account_code, viewer=request.viewer, on=on)
    page = CappedPaginator(moved, lists.PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/account.html", {"account": one, "page": page, "on": on})


@require_safe
@staff_page(Permission.SEE_BOOKS)
def differences(request: SignedInRequest) -> HttpResponse:
    """The differences that fit, and the days that were compared."""
    wanted = difference_filter(request.GET)
    found = queries.differences(wanted, viewer=request.viewer)
    page = CappedPaginator(found, reconciliation.PAGE).get_page(request.GET.get("page"))
    words = [
        ("text", f"“{wanted.text}”" if wanted.text else ""),
        ("kind", DifferenceKind(wanted.kind).label if wanted.kind else ""),
        *_days(wanted),
    ]
    context = {
        "page": page,
        "rows": [(one, one.state.label, DIFFERENCE_TONES[one.state]) for one in page],
        "wanted": wanted,
        "tabs": _tabs(request.GET, list(DifferenceState), wanted.state),
        "chips": _chips(request.GET, words),
        "kinds": DifferenceKind.choices,
        "statements": queries.statements(viewer=request.viewer, most=10),
        "query": request.GET.urlencode(),
    }
    return render(request, "billing/differences.html", context)


@staff_page(Permission.RECONCILE)
def difference(request: SignedInRequest, difference_id: int) -> HttpResponse:
    """One difference, and its explanation."""
    one = queries.the_difference(difference_id, viewer=request.viewer)
    form = ExplainForm(request.POST if request.method == "POST" else None, initial={"why": one.why})
    if request.method == "POST" and form.is_valid():
        actions.explain(difference_id, why=form.cleaned_data["why"], by=request.viewer)
        return redirect("billing:differences")
    context = {"one": one, "form": form, "state": (one.state.label, DIFFERENCE_TONES[one.state])}
    return render(request, "billing/difference.html", context)


@require_POST
@staff_page(Permission.SEE_BOOKS, Permission.EXPORT)
def export(request: SignedInRequest, which: str) -> HttpResponseBase:
    """A list as CSV or XLSX; who took it, why and which filters is a log line."""
    wanted = QueryDict(request.POST.get("query", "")[:2000])
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    head: tuple[Promise, ...]
    rows: list[Sequence[Any]]
    if which == "payments":
        head, rows = PAYMENT_HEAD, list(lists.exported(payment_filter(wanted), viewer=request.viewer))
    elif which == "differences":
        head, rows = DIFFERENCE_HEAD, list(reconciliation.exported(difference_filter(wanted), viewer=request.viewer))
    else:
        raise Http404
    note_export(
        which,
        purpose=request.POST.get("purpose", ""),
        filters=wanted.dict(),
        file_format=kind,
        rows=len(rows),
        by=request.viewer,
    )
    titles = [str(title) for title in head]
    name = f"{which}-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return FileResponse(exporting.xlsx_file(titles, rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(exporting.csv_pieces(titles, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
