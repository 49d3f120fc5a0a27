"""The small parts of every page, as template tags and filters. They are built in: no ``{% load %}`` is needed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from keyuan.kernel import marks
from keyuan.kernel.icons import drawn
from keyuan.kernel.marks import NOTHING

register = template.Library()


@register.simple_tag
def icon(name: str, label: str | Promise = "") -> SafeString:
    """An icon of the sprite (names in icons.txt). Decoration unless ``label`` says what it means."""
    return drawn(name, str(label))


register.filter("money", marks.money)
register.filter("day", marks.day)
register.simple_tag(marks.chip)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """``2026-11-22 09:05`` in the company's zone."""
    if not value:
        return format_html("{}", NOTHING)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time class="day" datetime="{}">{}</time>', local.isoformat(timespec="minutes"), f"{local:%Y-%m-%d %H:%M}"
    )


@register.filter
def count(value: int | None) -> str:
    """A whole number with thousands."""
    return NOTHING if value is None else f"{value:,}"


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """The last character of a Chinese name, or two initials, on one of six quiet grounds that the name decides."""
    words = name.split()
    letters = name[-1] if name[-1:] >= "\u3400" else "".join(word[0] for word in words[:2]).upper()
    ground = hashlib.blake2s(name.encode(), digest_size=1).digest()[0] % 6
    extra = f" avatar-{size}" if size else ""
    return format_html('<span class="face face-{}{}" aria-hidden="true">{}</span>', ground, extra, letters)


@register.inclusion_tag("web/parts/masked.html")
def masked(value: str, reveal_url: str = "", field: str = "", label: str | Promise = "") -> dict[str, Any]:
    """A masked value. With ``reveal_url`` a button asks for the purpose and shows the whole value, which is logged."""
    return {"value": value, "reveal_url": reveal_url, "field": field, "label": label}


@register.inclusion_tag("web/parts/field.html")
def field(bound: Any) -> dict[str, Any]:
    """A form field with label, help and error beside it."""
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    kind = getattr(bound.field.widget, "input_type", type(bound.field.widget).__name__.lower())
    classes = {"checkbox": "form-check-input", "select": "form-select", "hidden": ""}.get(kind, "form-control")
    attributes = {"class": f"{classes} {'is-invalid' if bound.errors else ''}".strip()}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    nothing = _("请选择") if bound.field.required else _("未填")
    # Django's own empty choice is a row of dashes, which says nothing.
    widget = mark_safe(bound.as_widget(attrs=attributes).replace(">---------<", f">{escape(nothing)}<"))  # noqa: S308
    several = getattr(bound.field.widget, "allow_multiple_selected", False) and kind == "checkbox"
    return {"bound": bound, "widget": widget, "is_check": kind == "checkbox", "is_group": several}


@register.inclusion_tag("web/parts/fields.html")
def fields(form: Any) -> dict[str, Any]:
    """Every field of a form, with what concerns the whole form on top."""
    return {"form": form}


@register.inclusion_tag("web/parts/empty.html")
def empty(
    title: str | Promise, text: str | Promise = "", icon_name: str = "inbox", url: str = "", action: str | Promise = ""
) -> dict[str, Any]:
    """An empty page or list that teaches the first step."""
    return {"title": title, "text": text, "icon_name": icon_name, "url": url, "action": action}


@register.inclusion_tag("web/parts/progress.html")
def progress(done: int, total: int, label: str | Promise = "") -> dict[str, Any]:
    """A progress bar with its figures; ``total`` 0 means that nobody knows yet."""
    percent = min(100, done * 100 // total) if total else None
    return {"done": done, "total": total, "percent": percent, "label": label}


@register.inclusion_tag("web/parts/pages.html", takes_context=True)
def pages(context: template.Context, page: Any) -> dict[str, Any]:
    """Paging of a Django ``Page``, with the count always in view."""
    return {"page": page, "request": context.get("request")}


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context, name: str, label: str | Promise, css: str = "", column: str = ""
) -> SafeString:
    """A ``<th>`` whose link sorts by ``name`` and turns round when pressed again (``?sort=name`` or ``?sort=-name``).

    ``column``: the reader may hide it by that name (``data-columns``).
    """
    request = context["request"]
    now = request.GET.get("sort", "")
    state = {name: "ascending", f"-{name}": "descending"}.get(now)
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{name}" if now == name else name
    shape = {"ascending": "chevron-up", "descending": "chevron-down", None: "arrows-sort"}[state]
    return format_html(
        '<th scope="col" class="{}"{} aria-sort="{}"><a class="sort" href="?{}">{}{}</a></th>',
        css,
        format_html(' data-col="{}"', column) if column else "",
        state or "none",
        query.urlencode(),
        label,
        icon(shape),
    )


@register.simple_tag(takes_context=True)
def here(context: template.Context, **changes: Any) -> str:
    """The present address with some parameters changed; None or an empty text takes one away."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def masked_label(label: str) -> str:
    """What the reveal button of a value is called."""
    return _("显示完整的%(label)s") % {"label": label}
