"""The outbox on the desk: what was written to customers, how it ended, and once more where that makes sense."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages as notes
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.refusals import Refusal
from keyuan.lists.describing import Column, Filter, Listing, Mark, Nothing, Tab
from keyuan.lists.views import desk_list
from keyuan.messages import actions, queries
from keyuan.messages.models import Message
from keyuan.messages.queries import MessageFilter
from keyuan.messages.showing import shown_address
from keyuan.messages.states import Channel, Ending
from keyuan.messages.wording import codes

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

TONES: Final = {"": "calm", Ending.SENT: "good", Ending.KEPT: "off", Ending.FAILED: "bad"}


def _found(values: Mapping[str, Any], viewer: Viewer, _on: date) -> QuerySet[Message]:
    asked = dict(values)
    return queries.listed(MessageFilter(customer_id=asked.pop("customer", None), **asked), viewer=viewer)


def _templates(_viewer: Viewer) -> Iterable[tuple[str, Any]]:
    return codes().items()


def seen(row: Message) -> dict[str, Any]:
    """A message as the list and its page show it."""
    state = Ending(row.ending).label if row.ending else _("等待发送")
    return {"row": row, "to": shown_address(row), "state": state, "tone": TONES[row.ending]}


def _state(row: Message) -> Mark:
    told = seen(row)
    return Mark(told["state"], told["tone"])


OUTBOX: Final = Listing(
    name="messages",
    title=gettext_lazy("发件箱"),
    icon="send",
    permissions=(Permission.CONTACT_CUSTOMERS,),
    found=_found,
    address=lambda row: reverse("outbox:message", args=[row.pk]),
    order="-queued",
    tabs=(
        Tab("", gettext_lazy("全部")),
        Tab(queries.WAITING, gettext_lazy("等待发送")),
        Tab(Ending.SENT.value, Ending.SENT.label),
        Tab(Ending.FAILED.value, Ending.FAILED.label),
        Tab(Ending.KEPT.value, Ending.KEPT.label),
    ),
    filters=(
        Filter(name="to", label=gettext_lazy("手机号或邮箱"), kind="text", sealed=True),
        Filter(name="channel", label=gettext_lazy("方式"), choices=lambda _viewer: Channel.choices),
        Filter(name="template", label=gettext_lazy("模板"), choices=_templates),
        Filter(name="since", label=gettext_lazy("写好不早于"), kind="day", says=gettext_lazy("%(word)s起")),
        Filter(name="until", label=gettext_lazy("写好不晚于"), kind="day", says=gettext_lazy("到%(word)s")),
        Filter(name="customer", label=gettext_lazy("客户"), kind="given", says=gettext_lazy("一位客户")),
    ),
    columns=(
        Column(
            name="template", label=gettext_lazy("标题"), value=lambda row: row.title, sort="template", unindexed=True
        ),
        Column(
            name="customer",
            label=pgettext_lazy("页面", "客户"),
            value=lambda row: "" if row.customer is None else row.customer.name,
            address=lambda row: (
                None if row.customer is None else reverse("customer360:customer", args=[row.customer.number])
            ),
        ),
        Column(
            name="number",
            label=gettext_lazy("客户号"),
            look="code",
            value=lambda row: "" if row.customer is None else row.customer.number,
            usual=False,
        ),
        Column(name="channel", label=gettext_lazy("方式"), value=lambda row: row.get_channel_display()),
        Column(name="to", label=gettext_lazy("收件人"), value=shown_address),
        Column(
            name="state",
            label=gettext_lazy("状态"),
            look="chips",
            value=_state,
            note=lambda row: row.get_reason_display() if row.reason else "",
        ),
        Column(
            name="reason",
            label=gettext_lazy("原因"),
            value=lambda row: row.get_reason_display() if row.reason else "",
            usual=False,
        ),
        Column(
            name="queued",
            label=gettext_lazy("写好时间"),
            look="moment",
            value=lambda row: row.queued_at,
            sort="queued_at",
        ),
        Column(
            name="ended",
            label=gettext_lazy("结束时间"),
            look="moment",
            value=lambda row: row.ended_at,
            sort="ended_at",
            unindexed=True,
            nullable=True,
        ),
    ),
    nothing=Nothing(gettext_lazy("还没有发过消息"), gettext_lazy("发给客户的短信和邮件都在这里，包括没有发出的。")),
)

outbox = desk_list(OUTBOX)


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def message(request: SignedInRequest, message_id: int) -> HttpResponse:
    """One message: the text as staff may read it, and what became of it."""
    row = queries.the_message(message_id, viewer=request.viewer)
    again = bool(row.ending) and row.expires_at is None
    context = {**seen(row), "text": queries.text_for(row), "may_resend": again}
    return render(request, "outbox/message.html", context)


@require_POST
@staff_page(Permission.CONTACT_CUSTOMERS)
def resend(request: SignedInRequest, message_id: int) -> HttpResponse:
    """The same once more."""
    try:
        new = actions.resend(message_id, by=request.viewer)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        notes.error(request, f"{refusal} {refusal.what_to_do}".strip())
        return redirect("outbox:message", message_id)
    notes.success(request, _("已再次放入发件箱。"))
    return redirect("outbox:message", new.pk)
