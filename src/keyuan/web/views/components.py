"""Every component of the desk on one page, for those who build and those who run the site."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.money import Money

TONES = (
    ("good", _("生效中")),
    ("calm", _("尚未生效")),
    ("watch", _("即将续保")),
    ("now", _("宽限期")),
    ("bad", _("拒赔")),
    ("off", _("已满期")),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    mobile = forms.CharField(label=_("手机"), help_text=_("11 位，用来接收通知"))
    channel = forms.ChoiceField(label=_("渠道"), choices=[("call", _("电话")), ("visit", _("拜访"))])
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    agreed = forms.BooleanField(label=_("客户同意接收通知"), required=False)


def sample_rows() -> list[dict[str, object]]:
    """Rows that belong to nobody."""
    names = ("司马文静", "李强", "上海云帆物流有限公司", "单雨桐")
    return [
        {
            "name": name,
            "number": f"P2026{place:06}",
            "premium": Money(Decimal("3650.00") * (place + 1), "EUR" if place == 1 else "CNY"),
            "ends_on": date(2026, 12, 4 + place),
            "tone": TONES[place][0],
            "word": TONES[place][1],
        }
        for place, name in enumerate(names)
    ]


@staff_page()
@require_safe
def components(request: SignedInRequest) -> HttpResponse:
    """The catalogue: administrators may see it, and while developing everybody of the staff."""
    if not (settings.DEBUG or request.viewer.may(Permission.MANAGE_USERS)):
        raise PermissionDenied
    wrong = SampleForm({"mobile": "", "channel": "call"})
    context = {
        "tones": TONES,
        "rows": sample_rows(),
        "page": Paginator(range(1, 1235), 50).page(2),
        "form": wrong,
        "moment": datetime(2026, 11, 22, 9, 5, tzinfo=COMPANY_ZONE),
        "loss": Money("-1234.5"),
    }
    return render(request, "web/components.html", context)
