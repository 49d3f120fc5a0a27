"""The rows of the table of renewals.

They are written here and not in a template: fifty rows of some thirty values each took half of the page's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keyuan.insight.scores.queries import HIGH
from keyuan.kernel.marks import NOTHING, chip, day, money
from keyuan.retention.queries import RenewalSeen
from keyuan.retention.views.shown import Row

register = template.Library()


@register.simple_tag
def renewal_rows(rows: Sequence[Row], may_assign: bool) -> SafeString:
    """One ``<tr>`` for each; whoever may assign can pick them."""
    write = _writer(may_assign)
    return SafeString("".join(write(row) for row in rows))


def _writer(may_assign: bool) -> Callable[[Row], str]:
    """Writes a row in the reader's language, whose words are looked up once."""
    due, premium, call = escape(_("到期日")), escape(_("保费")), escape(_("下次联系"))
    contacts, owner = escape(pgettext("次数", "已联系")), escape(_("跟进人"))
    late, told = chip(_("逾期"), "now"), chip(_("已上报"), "now")

    def write(row: Row) -> str:
        one, address, key = row.one, escape(row.address), escape(row.one.key)
        overdue = f" {told if one.escalated else late}" if one.overdue else ""
        missing = f' <span class="small quiet">{escape(row.missing)}</span>' if row.missing else ""
        return (
            f'<tr data-url="{address}" data-panel-url="{address}panel/" data-case="{key}">{pick(row, key)}'
            f'<th scope="row"><a href="{address}">{escape(one.customer_name)}</a>'
            f' <span class="quiet code">{escape(one.phone)}</span></th>'
            f'<td class="wide" data-col="product">{escape(one.product)}'
            f' <span class="quiet code">{escape(one.object)}</span></td>'
            f'<td data-label="{due}">{day(one.due_on)}'
            f' <span class="small {"renew-pressing" if row.pressing else "quiet"}">{escape(row.left)}</span></td>'
            f'<td class="number" data-col="premium" data-label="{premium}">{money(one.premium, one.currency)}</td>'
            f'<td><span class="chips">{chip(one.state.label, row.tone)}{_reason(one)}{_risk(one)}</span></td>'
            f'<td data-col="call" data-label="{call}">{day(one.next_contact_on)}{overdue}</td>'
            f'<td class="number" data-col="contacts" data-label="{contacts}">{one.contacts}{missing}</td>'
            f'<td data-col="owner" data-label="{owner}">{_owner(one)}</td></tr>'
        )

    def pick(row: Row, key: str) -> str:
        if not may_assign:
            return ""
        return (
            '<td class="pick"><input class="form-check-input" type="checkbox" name="case"'
            f' value="{key}" data-pick aria-label="{escape(row.pick)}"></td>'
        )

    return write


def _reason(one: RenewalSeen) -> str:
    return f'<span class="small soft">{escape(one.reason_label)}</span>' if one.reason_label else ""


def _risk(one: RenewalSeen) -> str:
    """That the policy may be left, with the first reason."""
    if one.may_leave is None:
        return ""
    word = _("流失风险%(chance)s") % {"chance": f"{one.may_leave:.0%}"}
    return chip(word, "now" if one.may_leave >= HIGH else "watch", one.why)


def _owner(one: RenewalSeen) -> str:
    return escape(one.assignee) if one.assignee else f'<span class="quiet">{escape(one.serving or NOTHING)}</span>'
