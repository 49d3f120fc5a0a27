"""Forms of the customers room. They say what may be typed; what may happen is decided in the actions."""

from __future__ import annotations

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from keyuan.customers.forms.details import CustomerForm, DetailsForm
from keyuan.customers.forms.ties import (
    AgentForm,
    ConsentForm,
    CoverForm,
    HouseholdForm,
    IdentifierForm,
    JoinForm,
    RelationForm,
)
from keyuan.kernel.refusals import Refusal

__all__ = [
    "AgentForm",
    "ConsentForm",
    "CoverForm",
    "CustomerForm",
    "DetailsForm",
    "HouseholdForm",
    "IdentifierForm",
    "JoinForm",
    "RelationForm",
    "tell",
]


def tell(form: forms.Form, refusal: Refusal, *, address: str = "") -> None:
    """Show a refusal beside the field that it is about, with what to do, and with ``address`` a link to the other page."""
    field = refusal.field if refusal.field in form.fields else None
    sentence = f"{refusal}{refusal.what_to_do}"
    if address:
        sentence = format_html('{} <a href="{}">{}</a>', sentence, address, _("打开这位客户"))
    form.add_error(field, sentence)
