"""How the 360 page shows codes: a status as a chip, a category as an icon; and its two longest lists.

The lists are written here and not in a template: with some forty values each they took a third of the page's time.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keyuan.accounts.roles import Permission
from keyuan.customer360.shapes import Fact, TimelineLine
from keyuan.kernel.icons import drawn

register = template.Library()

MASKED = "web/parts/masked.html"

TONES = {
    "on_risk": "good",
    "paid": "good",
    "paid_up": "good",
    "not_yet_on_risk": "calm",
    "in_cooling_off": "calm",
    "notified": "calm",
    "in_assessment": "calm",
    "decided": "calm",
    "renewal_due": "watch",
    "cancel_pending": "watch",
    "payment_due": "watch",
    "in_grace": "now",
    "suspended": "now",
    "overdue": "now",
    "refused": "bad",
}
ICONS = {
    "profile": "user",
    "contact": "phone",
    "policy": "file-text",
    "money": "coins",
    "claim": "first-aid-kit",
    "service": "headset",
    "access": "eye",
    "system": "settings",
}


@register.filter
def tone(code: str) -> str:
    """The tone of a status chip."""
    return TONES.get(code, "off")


@register.simple_tag(takes_context=True)
def timeline_lines(context: Context, lines: Sequence[TimelineLine]) -> SafeString:
    """The lines of one day. Whoever may merge customers gets the way to a merge from its line."""
    may_merge = context["request"].viewer.may(Permission.MERGE_CUSTOMERS)
    return SafeString("".join(_line(line, may_merge) for line in lines))


def _line(line: TimelineLine, may_merge: bool) -> str:
    code = line.category.code
    subject = f'<span class="c360-number">{escape(line.subject)}</span>' if line.subject else ""
    tags = "".join(f'<span class="c360-tag">{escape(tag)}</span>' for tag in line.tags)
    text = f'<p class="c360-line-text">{escape(line.text)}</p>' if line.text else ""
    merge = _merge_link(line.subject) if may_merge and line.name == "customer.merged" else ""
    return (
        f'<li class="c360-line c360-line-{escape(code)}">{drawn(ICONS.get(code, "activity"), str(line.category.label))}<div>'
        f'<p class="c360-line-head"><strong>{escape(str(line.label))}</strong>{subject}{tags}'
        f'<span class="c360-by">{escape(str(line.actor))} <time datetime="{line.moment}">{line.clock}</time></span></p>'
        f"{merge}{text}</div></li>"
    )


def _merge_link(subject: str) -> str:
    address = reverse("duplicates:merge_of", args=[subject])
    return f' <a class="c360-edit" href="{address}">{drawn("arrow-back-up")}{escape(_("查看或撤销合并"))}</a>'


@register.simple_tag
def fact_list(facts: Sequence[Fact], may_unmask: bool, reveal_url: str) -> SafeString:
    """The known fields of one part of the profile; sealed ones masked, with the way to see them whole."""
    return SafeString(
        "".join(
            f"<div><dt>{escape(str(fact.label))}</dt><dd>{_value(fact, may_unmask, reveal_url)}</dd></div>"
            for fact in facts
        )
    )


def _value(fact: Fact, may_unmask: bool, reveal_url: str) -> str:
    if fact.sealed and may_unmask:
        shown = {"value": fact.value, "reveal_url": reveal_url, "field": fact.name, "label": fact.label}
        return get_template(MASKED).render(shown)
    return escape(str(fact.value))


@register.filter
def line_icon(code: str) -> str:
    """The icon of a line of business."""
    return {
        "motor": "car",
        "property": "home",
        "group": "users-group",
        "accident": "shield",
        "medical": "stethoscope",
        "critical_illness": "heart",
        "life": "umbrella",
        "participating": "coins",
        "annuity": "wallet",
        "education": "school",
    }.get(code, "file-text")


@register.filter
def kind_icon(code: str) -> str:
    """Person or enterprise."""
    return "building" if code == "enterprise" else "user"
